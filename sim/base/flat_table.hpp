// A look-up table for tens of thousands of entries that come and go: open addressing instead of nodes and trees, whose
// cache misses were half of the cost of a modelled hop.
//
// Checked: against a std::map, tests/sim/base/flat_table_test.cpp.
#pragma once
#include "sim/base/cache_hint.hpp"
#include "sim/base/contracts.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace qkdes {

/// From a key to a number that is not 0. For look-up only: it has no order. What find() points to moves with every
/// change of the table. `Hash` mixes all bits.
template <class Key, class Hash>
class FlatTable {
  public:
    struct Entry {
        Key first{};
        std::uint64_t second = 0; ///< 0: free
    };

    Entry const* find(Key const& key) const {
        if (entries_.empty()) return nullptr;
        Entry const& entry = entries_[place_of(key)];
        return entry.second == 0 ? nullptr : &entry;
    }
    Entry const* end() const { return nullptr; }
    /// Asks the processor for where the key is looked up.
    void prefetch(Key const& key) const {
        if (!entries_.empty()) cache_hint(&entries_[Hash{}(key)&mask()]);
    }
    /// The last value counts.
    void insert_or_assign(Key const& key, std::uint64_t value) {
        QKDES_EXPECTS(value != 0);
        if (entries_.size() < 2 * (size_ + 1)) grow();
        Entry& entry = entries_[place_of(key)];
        size_ += entry.second == 0;
        entry = {key, value};
    }
    void erase(Key const& key) {
        if (entries_.empty()) return;
        std::size_t hole = place_of(key);
        if (entries_[hole].second == 0) return;
        --size_;
        // What probing had pushed past the hole moves back into it, so that every entry stays reachable.
        for (std::size_t at = next(hole); entries_[at].second != 0; at = next(at)) {
            std::size_t const wanted = Hash{}(entries_[at].first) & mask();
            if (((at - wanted) & mask()) < ((at - hole) & mask())) continue;
            entries_[hole] = entries_[at];
            hole = at;
        }
        entries_[hole] = {};
    }
    void clear() {
        entries_.clear();
        size_ = 0;
    }
    std::size_t size() const { return size_; }

  private:
    std::size_t mask() const { return entries_.size() - 1; }
    std::size_t next(std::size_t at) const { return (at + 1) & mask(); }
    /// Where the key is, or the free place where it would go.
    std::size_t place_of(Key const& key) const {
        std::size_t at = Hash{}(key)&mask();
        while (entries_[at].second != 0 && !(entries_[at].first == key))
            at = next(at);
        return at;
    }
    void grow() {
        std::vector<Entry> old(entries_.empty() ? 16 : 2 * entries_.size());
        old.swap(entries_);
        for (auto const& entry : old)
            if (entry.second != 0) entries_[place_of(entry.first)] = entry;
    }

    std::vector<Entry> entries_; ///< a power of two, at most half of them in use
    std::size_t size_ = 0;
};

} // namespace qkdes
