// The pending keys of a run, soonest first: amortised constant time for any spread of times.
//
//   [ run: sorted ][ near: heap ]  |  bucket | bucket | bucket | ...  |  overflow
//       the current bucket         |    unsorted, 2^k ns each         |  unsorted, later than all buckets
//
// A push beyond the current bucket appends to a bucket or to the overflow. When the current bucket is used up, the next
// one is sorted; what is pushed into its span meanwhile is put in its place when that is close to either end, as
// mostly it is, and else goes to a heap. When all buckets are used up, the overflow is laid out anew, with a width
// chosen from a sample of its times. The relatives are calendar queues (R. Brown, CACM 31, 1220 (1988)) and ladder
// queues (W. T. Tang, R. S. M. Goh, I. L.-J. Thng, ACM TOMACS 15, 175 (2005)).
//
// Holds:      the order of pop() is that of the keys, whatever the layout. Keys of cancelled events die lazily and are
// at
//             most as many as the pending ones plus a constant.
// Leaves out: keys before the last one popped (the engine refuses them).
// Keys are 24 bytes with the whole order inside: comparing never touches a slot, and a key outlives its slot's reuse.
#pragma once
#include "sim/engine/event_key.hpp"
#include "sim/engine/event_slab.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace qkdes {

class EventQueue {
  public:
    /// The slab says which keys are still alive.
    explicit EventQueue(EventSlab& slab) : slab_{slab} {}

    void push(EventKey const& key) {
        ++size_;
        if (key.at < run_end_) return push_near(key);
        std::uint64_t const bucket = (key.at - base_) >> shift_;
        (bucket < buckets_.size() ? buckets_[bucket] : overflow_).push_back(key);
    }

    /// Takes the soonest live key, if it is due at `end` or before.
    bool pop(std::uint64_t end, EventKey& key) {
        for (;;) {
            bool const use_near =
                !near_.empty() && (run_next_ == run_.size() || before(near_.front(), run_[run_next_]));
            if (!use_near && run_next_ == run_.size()) {
                if (!open_next_bucket()) return false;
                continue;
            }
            key = use_near ? near_.front() : run_[run_next_];
            if (key.at > end) return false;
            if (use_near)
                pop_near();
            else
                pop_run();
            --size_;
            if (slab_.holds(key.slot, key.rank)) return true;
            --dead_;
        }
    }

    /// Tells that a pushed key's event was cancelled. Call drop_dead() when the slot is free.
    void note_dead() { ++dead_; }
    void drop_dead() {
        if (dead_ > kFewDead && dead_ > size_ / 2) lay_out_all();
    }

    /// Keys held, dead ones included.
    std::size_t size() const { return size_; }

  private:
    static constexpr std::size_t kFewDead = 64;
    static constexpr std::size_t kCloser = 4, kFarther = 9; ///< places ahead

    void push_near(EventKey const& key);
    bool insert_in_run(EventKey const& key);
    void pop_near();
    void pop_run() {
        ++run_next_;
        // Large networks live from memory: what is soon run is asked for in time, in two steps.
        std::size_t const left = run_.size() - run_next_;
        if (left > kFarther) slab_.prefetch(run_[run_next_ + kFarther].slot);
        if (left <= kCloser) return;
        EventKey& closer = run_[run_next_ + kCloser];
        if (!std::exchange(closer.tell, false)) return slab_.prefetch_captured(closer.slot);
        slab_.foresee(closer);
    }
    bool open_next_bucket();
    void sort_into_run(std::vector<EventKey>& bucket, std::uint64_t from);
    void lay_out_all();
    void lay_out(std::vector<EventKey>& keys);
    void choose_width(std::vector<EventKey> const& keys);

    EventSlab& slab_;
    std::vector<EventKey> run_; ///< sorted; what is before run_next_ is gone
    std::size_t run_next_ = 0;
    std::uint64_t run_end_ = 0;  ///< keys before this time are in run_ or near_
    std::vector<EventKey> near_; ///< binary heap
    std::vector<std::vector<EventKey>> buckets_;
    std::size_t next_bucket_ = 0; ///< the first one not yet opened; those before are empty
    std::uint64_t base_ = 0;      ///< start of bucket 0
    unsigned shift_ = 0;          ///< log2 of a bucket's width in ns
    std::vector<EventKey> overflow_;
    std::vector<EventKey> spare_;       ///< scratch of the rebuild, kept for its memory
    std::vector<std::uint64_t> sample_; ///< likewise
    std::size_t size_ = 0, dead_ = 0;
    std::size_t bucket_goal_ = 0; ///< keys per bucket that the width was chosen for
    std::size_t near_limit_ = 64; ///< a heap larger than this means that the width no longer fits
};

} // namespace qkdes
