// Things under numbers that grow, the oldest of which mostly go first: entries stand in a row and are found by halving,
// where a tree was a cache miss a level. Things stay where they are.
//
// Checked: against a std::map, tests/sim/base/numbered_test.cpp.
#pragma once
#include "sim/base/contracts.hpp"
#include "sim/base/ring.hpp"

#include <algorithm>
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
        if (entries_.empty() || number <= entries_.front().number) return 0;
        // Numbers are distinct: none is further from the front than the difference says. Without gaps it is there.
        std::size_t low = 0, high = entries_.size();
        if (std::uint64_t const ahead = number - entries_.front().number; ahead < high) {
            if (entries_[ahead].number == number) return ahead;
            high = ahead;
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
    T* find(std::uint64_t number) const {
        std::size_t const rank = lower_bound(number);
        return rank < entries_.size() && entries_[rank].number == number ? entries_[rank].value.get() : nullptr;
    }
    /// Under a number that is not there.
    T& add(std::uint64_t number, T value) {
        std::size_t const rank = lower_bound(number);
        QKDES_EXPECTS(rank == entries_.size() || entries_[rank].number != number);
        make_room(entries_);
        auto const place = entries_.begin() + static_cast<std::ptrdiff_t>(rank);
        return *entries_.insert(place, Entry{number, std::make_unique<T>(std::move(value))})->value;
    }
    void erase(std::uint64_t number) {
        std::size_t const rank = lower_bound(number);
        if (rank == entries_.size() || entries_[rank].number != number) return;
        auto const place = entries_.begin() + static_cast<std::ptrdiff_t>(rank);
        if (rank < entries_.size() / 2)
            entries_.rerase(place); // what is before it moves up
        else
            entries_.erase(place);
    }

  private:
    Ring<Entry> entries_;
};

} // namespace qkdes
