// The relays that a node knows, by serial number, and indices over them by session and by key. A large network knows
// tens of thousands that are long over and cold: what is asked of them stands beside their serials, and an index holds
// eight bytes for each, says whom to ask, and forgets by the way.
//
// Checked: against maps, tests/sim/kme/relay_table_test.cpp.
#pragma once
#include "sim/base/cache_hint.hpp"
#include "sim/base/contracts.hpp"
#include "sim/base/ring.hpp"
#include "sim/base/units.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace qkdes {

/// Values by serial numbers that only grow: a window over those that are left. Values stay where they are. Beside each
/// stand a time and a byte of the owner's, the epoch and 0 at first, for what is asked of many values that have long
/// left the cache.
template <class Value>
class SerialTable {
  public:
    Value* find(std::uint64_t serial) const {
        if (serial < first_ || serial - first_ >= window_.size()) return nullptr;
        return window_[serial - first_].value.get();
    }
    bool contains(std::uint64_t serial) const { return find(serial) != nullptr; }
    /// No value has a smaller serial, nor one of end() or more. When there are values, first() is one's.
    std::uint64_t first() const { return first_; }
    std::uint64_t end() const { return first_ + window_.size(); }
    bool empty() const { return window_.empty(); }
    /// The serial of which this is the low half, if it is one from first() on: a table never spans more than that.
    std::uint64_t whole(std::uint32_t low) const { return first_ + (low - static_cast<std::uint32_t>(first_)); }
    /// 0 as well when the serial is not there.
    std::uint8_t mark(std::uint64_t serial) const { return contains(serial) ? window_[serial - first_].mark : 0; }
    /// Of one that is there.
    void set_mark(std::uint64_t serial, std::uint8_t mark) { entry(serial).mark = mark; }
    SimTime time(std::uint64_t serial) const { return const_cast<SerialTable*>(this)->entry(serial).time; }
    void set_time(std::uint64_t serial, SimTime time) { entry(serial).time = time; }
    Value& at(std::uint64_t serial) const {
        Value* const found = find(serial);
        QKDES_EXPECTS(found != nullptr);
        return *found;
    }
    /// Asks the processor for what find() will look at: of its table alone, not the value.
    void prefetch(std::uint64_t serial) const {
        if (serial >= first_ && serial - first_ < window_.size()) cache_hint(&window_[serial - first_]);
    }
    /// The same for where the oldest are looked at and the next is added.
    void prefetch_ends() const {
        if (window_.empty()) return;
        cache_hint(&window_.front());
        cache_hint(&window_.back());
    }
    /// And for the two oldest values, looking at the table.
    void prefetch_oldest() const {
        prefetch_value(first_);
        prefetch_value(first_ + 1);
    }
    /// And for the value, looking at the table.
    void prefetch_value(std::uint64_t serial) const {
        auto const* const value = reinterpret_cast<std::byte const*>(find(serial));
        for (std::size_t at = 0; value != nullptr && at < sizeof(Value); at += 64)
            cache_hint(value + at);
    }
    /// A serial greater than any before.
    Value& add(std::uint64_t serial, Value value) {
        QKDES_EXPECTS(serial >= end());
        if (window_.empty()) first_ = serial;
        while (end() < serial)
            append({});
        append({std::make_unique<Value>(std::move(value)), {}, 0});
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
    void clear() {
        first_ = end();
        window_.clear();
    }
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
        SimTime time{};
        std::uint8_t mark = 0;
    };
    Entry& entry(std::uint64_t serial) {
        QKDES_EXPECTS(contains(serial));
        return window_[serial - first_];
    }
    void append(Entry entry) {
        make_room(window_);
        window_.push_back(std::move(entry));
    }
    Ring<Entry> window_;
    std::uint64_t first_ = 0;
};

/// From the hash of a key to the values of a SerialTable that may have it; whether one has, the caller says, who finds
/// the key in the value. So nothing is ever taken out: an entry whose value is gone, or has another key by now, is
/// passed over, and the former make room once the index is half full. For look-up only: it has no order.
class SerialIndex {
  public:
    /// The newest value under this hash of which `has(value)` holds, and its serial; or nullptr. Asks few others: of
    /// the hash's 64 bits, 32 count.
    template <class Value, class F>
    std::pair<std::uint64_t, Value*> find(SerialTable<Value> const& values, std::uint64_t hash, F has) {
        place_waiting(values);
        std::pair<std::uint64_t, Value*> newest{0, nullptr};
        if (entries_.empty()) return newest;
        std::uint32_t const tag = tag_of(hash);
        for (std::size_t at = tag & mask(); entries_[at].tag != 0; at = (at + 1) & mask()) {
            if (entries_[at].tag != tag) continue;
            std::uint64_t const serial = values.whole(entries_[at].serial);
            if (newest.second != nullptr && serial < newest.first) continue;
            if (Value* const value = values.find(serial); value != nullptr && has(*value)) newest = {serial, value};
        }
        return newest;
    }
    /// Asks the processor for where find() and add() will look.
    void prefetch(std::uint64_t hash) const {
        if (!entries_.empty()) cache_hint(&entries_[tag_of(hash) & mask()]);
    }
    /// Of a value that is there.
    template <class Value>
    void add(SerialTable<Value> const& values, std::uint64_t hash, std::uint64_t serial) {
        place_waiting(values);
        place(values, {tag_of(hash), static_cast<std::uint32_t>(serial)});
    }
    /// The same, to be placed when somebody asks: most values of some indices go before anybody does.
    template <class Value>
    void add_waiting(SerialTable<Value> const& values, std::uint64_t hash, std::uint64_t serial) {
        if (waiting_.size() == waiting_.capacity() && waiting_.size() >= kFewWaiting) {
            drop_gone(values, waiting_);
            if (2 * waiting_.size() > waiting_.capacity()) waiting_.reserve(2 * waiting_.capacity());
        }
        waiting_.push_back({tag_of(hash), static_cast<std::uint32_t>(serial)});
    }
    void clear() {
        entries_.clear();
        waiting_.clear();
        used_ = 0;
    }
    /// Places for entries, those of values that are gone included: of the index a power of two, or 0.
    std::size_t capacity() const { return entries_.size() + waiting_.capacity(); }

  private:
    struct Entry {
        std::uint32_t tag = 0;    ///< 0: free
        std::uint32_t serial = 0; ///< its low half
    };
    static constexpr std::size_t kFewWaiting = 16;
    static std::uint32_t tag_of(std::uint64_t hash) {
        auto const tag = static_cast<std::uint32_t>(hash);
        return tag == 0 ? 1 : tag;
    }
    std::size_t mask() const { return entries_.size() - 1; }
    template <class Value>
    static void drop_gone(SerialTable<Value> const& values, std::vector<Entry>& entries) {
        std::erase_if(entries, [&](Entry const& entry) { return values.whole(entry.serial) >= values.end(); });
    }
    template <class Value>
    void place_waiting(SerialTable<Value> const& values) {
        if (waiting_.empty()) return;
        drop_gone(values, waiting_);
        for (Entry const& entry : waiting_)
            place(values, entry);
        waiting_.clear();
    }
    template <class Value>
    void place(SerialTable<Value> const& values, Entry const& entry) {
        if (entries_.size() < 2 * (used_ + 1)) make_room(values);
        place(entry);
    }
    void place(Entry const& entry) {
        std::size_t at = entry.tag & mask();
        while (entries_[at].tag != 0)
            at = (at + 1) & mask();
        entries_[at] = entry;
        ++used_;
    }
    /// Twice as large when more than a quarter of the places would still be in use.
    template <class Value>
    void make_room(SerialTable<Value> const& values) {
        static thread_local std::vector<Entry> left; // kept for its memory
        left.clear();
        for (Entry const& entry : entries_)
            if (entry.tag != 0) left.push_back(entry);
        drop_gone(values, left);
        std::size_t const size = entries_.empty()                    ? 16
                                 : 4 * left.size() > entries_.size() ? 2 * entries_.size()
                                                                     : entries_.size();
        entries_.assign(size, {});
        used_ = 0;
        for (Entry const& entry : left)
            place(entry);
    }

    std::vector<Entry> waiting_; ///< in the order they were added
    std::vector<Entry> entries_; ///< at most half of them in use
    std::size_t used_ = 0;
};

} // namespace qkdes
