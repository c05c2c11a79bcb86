// Look-up tables of sessions and relays, for tens of thousands of entries that come and go: open addressing and a
// sliding window instead of nodes and trees, whose cache misses were half of the cost of a modelled hop.
#pragma once
#include "sim/base/contracts.hpp"
#include "sim/base/ring.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace qkdes {

/// From a key to the serial of a relay. For look-up only: it has no order. What find() points to moves with every
/// change of the table. `Hash` mixes all bits.
template <class Key, class Hash>
class SessionTable {
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
    /// The last serial counts.
    void insert_or_assign(Key const& key, std::uint64_t serial) {
        QKDES_EXPECTS(serial != 0);
        if (entries_.size() < 2 * (size_ + 1)) grow();
        Entry& entry = entries_[place_of(key)];
        size_ += entry.second == 0;
        entry = {key, serial};
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

/// Values by serial numbers that only grow: a window over those that are left. Values stay where they are. Beside each
/// stands a byte of the owner's, 0 at first, for what is asked of many values that have long left the cache.
template <class Value>
class SerialTable {
  public:
    Value* find(std::uint64_t serial) const {
        if (serial < first_ || serial - first_ >= window_.size()) return nullptr;
        return window_[serial - first_].value.get();
    }
    bool contains(std::uint64_t serial) const { return find(serial) != nullptr; }
    /// 0 as well when the serial is not there.
    std::uint8_t mark(std::uint64_t serial) const { return contains(serial) ? window_[serial - first_].mark : 0; }
    /// Of one that is there.
    void set_mark(std::uint64_t serial, std::uint8_t mark) {
        QKDES_EXPECTS(contains(serial));
        window_[serial - first_].mark = mark;
    }
    Value& at(std::uint64_t serial) const {
        Value* const found = find(serial);
        QKDES_EXPECTS(found != nullptr);
        return *found;
    }
    /// A serial greater than any before.
    Value& add(std::uint64_t serial, Value value) {
        QKDES_EXPECTS(serial >= first_ + window_.size());
        if (window_.empty()) first_ = serial;
        while (first_ + window_.size() < serial)
            append({});
        append({std::make_unique<Value>(std::move(value)), 0});
        return *window_.back().value;
    }
    void erase(std::uint64_t serial) {
        if (!contains(serial)) return;
        window_[serial - first_] = {};
        while (!window_.empty() && !window_.front().value) {
            window_.pop_front();
            ++first_;
        }
    }
    void clear() { window_.clear(); }
    /// In the order of the serials; the table must not change meanwhile.
    template <class F>
    void each(F visit) const {
        for (std::size_t i = 0; i < window_.size(); ++i)
            if (window_[i].value) visit(first_ + i, *window_[i].value);
    }
    /// The newest of which the predicate holds.
    template <class F>
    Value const* newest(F predicate) const {
        for (std::size_t i = window_.size(); i-- > 0;)
            if (window_[i].value && predicate(*window_[i].value)) return window_[i].value.get();
        return nullptr;
    }

  private:
    struct Entry {
        std::unique_ptr<Value> value;
        std::uint8_t mark = 0;
    };
    void append(Entry entry) {
        make_room(window_);
        window_.push_back(std::move(entry));
    }
    Ring<Entry> window_;
    std::uint64_t first_ = 0;
};

} // namespace qkdes
