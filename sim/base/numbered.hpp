// Things under numbers that grow, the oldest of which mostly go first: entries stand in a row, where a tree was a cache
// miss a level. They are sought beside those that were found last, for there most are, else by halving. Things stay
// where they are.
//
// Checked: against a std::map, tests/sim/base/numbered_test.cpp.
#pragma once
#include "sim/base/cache_hint.hpp"
#include "sim/base/contracts.hpp"
#include "sim/base/ring.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace qkdes {

template <class T>
class Numbered {
  public:
    struct Entry {
        std::uint64_t number;
        std::unique_ptr<T> value;
    };

    Numbered() = default;
    Numbered(Numbered const&) = delete;
    Numbered(Numbered&&) = default;
    Numbered& operator=(Numbered&&) = default;

    std::size_t size() const { return entries_.size(); }
    bool empty() const { return entries_.empty(); }
    /// By rank, the smallest number first; `rank` < size().
    Entry const& operator[](std::size_t rank) const { return entries_[rank]; }
    /// Rank of the first entry whose number is not smaller; size() when there is none.
    std::size_t lower_bound(std::uint64_t number) const {
        for (std::size_t const at : found_) // before anything else: what lies far from it is not in the cache
            if (at < entries_.size() && entries_[at].number == number) return at;
        if (entries_.empty() || number <= entries_.front().number) return 0;
        if (entries_.back().number < number) return entries_.size();
        // Numbers are distinct: none is further from the front than the difference says. Without gaps it is there.
        std::size_t low = 0, high = entries_.size() - 1;
        if (std::uint64_t const ahead = number - entries_.front().number; ahead < high) {
            if (entries_[ahead].number == number) return ahead;
            high = ahead;
        }
        for (std::size_t const at : found_) {
            if (at < low || at >= high) continue;
            if (entries_[at].number >= number)
                high = at;
            else if (low = at + 1; entries_[low].number >= number) // the next one
                high = low;
        }
        while (low < high) {
            std::size_t const middle = low + (high - low) / 2;
            if (entries_[middle].number < number)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
    /// Nothing when the number is not there.
    T* find(std::uint64_t number) {
        std::size_t const rank = lower_bound(number);
        if (rank == entries_.size() || entries_[rank].number != number) return nullptr;
        auto const away = [&](std::size_t place) { return place < rank ? rank - place : place - rank; };
        found_[away(found_[1]) < away(found_[0])] = rank;
        return entries_[rank].value.get();
    }
    T const* find(std::uint64_t number) const {
        std::size_t const rank = lower_bound(number);
        return rank < entries_.size() && entries_[rank].number == number ? entries_[rank].value.get() : nullptr;
    }
    /// Asks the processor for where find() will look first.
    void prefetch() const {
        for (std::size_t const at : found_)
            if (at < entries_.size()) cache_hint(&entries_[at]);
    }
    /// Under a number that is not there.
    T& add(std::uint64_t number, T value) {
        std::size_t const rank = lower_bound(number);
        QKDES_EXPECTS(rank == entries_.size() || entries_[rank].number != number);
        make_room(entries_);
        for (std::size_t& at : found_)
            at += at >= rank;
        auto const place = entries_.begin() + static_cast<std::ptrdiff_t>(rank);
        return *entries_.insert(place, Entry{number, std::make_unique<T>(std::move(value))})->value;
    }
    void erase(std::uint64_t number) {
        std::size_t const rank = lower_bound(number);
        if (rank == entries_.size() || entries_[rank].number != number) return;
        for (std::size_t& at : found_)
            at -= at > rank;
        auto const place = entries_.begin() + static_cast<std::ptrdiff_t>(rank);
        if (rank < entries_.size() / 2)
            entries_.rerase(place); // what is before it moves up
        else
            entries_.erase(place);
    }

  private:
    Ring<Entry> entries_;
    /// Ranks that were found: two, for what goes in two orders at once. The nearer one follows.
    std::array<std::size_t, 2> found_{};
};

} // namespace qkdes
