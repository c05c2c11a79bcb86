#include "sim/engine/event_queue.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace qkdes {

namespace {

constexpr std::size_t kMinBuckets = 32, kMaxBuckets = 1u << 16;
constexpr std::size_t kMinGoal = 8, kMaxGoal = 128; ///< keys per bucket: small for few keys, else a cache's worth
constexpr std::size_t kMaxSample = 256;
constexpr std::size_t kShortRun = 24, kBins = 256;
constexpr std::ptrdiff_t kShift = 96; ///< keys that one push moves at most
constexpr std::size_t kGone = 1024;   ///< so many at the front of the run are not worth moving the rest for

struct Later { // a type, so that the heap's loops take it in
    bool operator()(EventKey const& a, EventKey const& b) const { return before(b, a); }
};
constexpr Later later;

void insertion_sort(std::vector<EventKey>& keys) {
    for (std::size_t i = 1; i < keys.size(); ++i) {
        EventKey const key = keys[i];
        std::size_t j = i;
        for (; j > 0 && before(key, keys[j - 1]); --j)
            keys[j] = keys[j - 1];
        keys[j] = key;
    }
}

} // namespace

/// Moves what is before the key into the place of one that has run, or what is after it towards the end, if either is
/// little.
bool EventQueue::insert_in_run(EventKey const& key) {
    auto const first = run_.begin() + static_cast<std::ptrdiff_t>(run_next_), end = run_.end();
    std::ptrdiff_t const left = end - first;
    if (run_next_ > 0 && left > 0 && (left <= kShift || before(key, first[kShift]))) {
        auto const place = std::upper_bound(first, first + std::min(left, kShift), key, before);
        if (place - first <= end - place) {
            std::copy(first, place, first - 1);
            place[-1] = key;
            --run_next_;
            return true;
        }
    }
    if (left > kShift && before(key, end[-kShift])) return false;
    run_.insert(std::upper_bound(end - std::min(left, kShift), end, key, before), key);
    if (run_next_ > kGone && 2 * run_next_ > run_.size()) {
        run_.erase(run_.begin(), run_.begin() + static_cast<std::ptrdiff_t>(run_next_));
        run_next_ = 0;
    }
    return true;
}

void EventQueue::push_near(EventKey const& key) {
    if (insert_in_run(key)) return;
    near_.push_back(key);
    std::push_heap(near_.begin(), near_.end(), later);
    if (near_.size() > near_limit_) {
        lay_out_all();
        near_limit_ = std::max(near_limit_, size_); // at least as many pushes as a layout costs before the next one
    }
}

void EventQueue::pop_near() {
    std::pop_heap(near_.begin(), near_.end(), later);
    near_.pop_back();
    // Who is near the top is soon run.
    std::size_t const size = near_.size();
    for (std::size_t i = 7; i < std::min<std::size_t>(size, 15); ++i)
        slab_.prefetch(near_[i].slot);
    for (std::size_t i = 1; i < std::min<std::size_t>(size, 7); ++i)
        slab_.prefetch_captured(near_[i].slot);
}

bool EventQueue::open_next_bucket() {
    for (;;) {
        run_.clear();
        run_next_ = 0;
        while (next_bucket_ < buckets_.size()) {
            std::vector<EventKey>& bucket = buckets_[next_bucket_];
            std::uint64_t const from = run_end_;
            ++next_bucket_;
            run_end_ = base_ + (std::uint64_t{next_bucket_} << shift_);
            if (bucket.empty()) continue;
            sort_into_run(bucket, from);
            if (!run_.empty()) return true;
        }
        if (overflow_.empty()) return false;
        spare_.swap(overflow_);
        lay_out(spare_);
    }
}

/// Drops dead keys, scatters the rest by eight bits of their time, and lets an insertion sort finish.
void EventQueue::sort_into_run(std::vector<EventKey>& bucket, std::uint64_t from) {
    for (EventKey const& key : bucket)
        slab_.prefetch(key.slot); // each is soon checked, and soon run
    std::size_t const held = bucket.size();
    std::erase_if(bucket, [this](EventKey const& key) { return !slab_.holds(key.slot, key.rank); });
    std::size_t const dead = held - bucket.size();
    dead_ -= dead;
    size_ -= dead;

    if (bucket.size() <= kShortRun) {
        run_.assign(bucket.begin(), bucket.end());
        insertion_sort(run_);
    } else {
        unsigned const drop = shift_ > 8 ? shift_ - 8 : 0;
        std::array<std::uint32_t, kBins + 1> start{};
        for (EventKey const& key : bucket)
            ++start[((key.at - from) >> drop) + 1];
        std::uint32_t most = 0;
        for (std::size_t i = 1; i <= kBins; ++i) {
            most = std::max(most, start[i]);
            start[i] += start[i - 1];
        }
        run_.resize(bucket.size());
        for (EventKey const& key : bucket)
            run_[start[(key.at - from) >> drop]++] = key;
        if (most > kShortRun)
            std::sort(run_.begin(), run_.end(), before);
        else
            insertion_sort(run_);
    }
    bucket.clear();
    if (bucket.capacity() > 8 * bucket_goal_) std::vector<EventKey>{}.swap(bucket); // one crowd must not cost for ever
}

void EventQueue::lay_out_all() {
    std::vector<EventKey>& all = spare_;
    all.assign(run_.begin() + static_cast<std::ptrdiff_t>(run_next_), run_.end());
    run_.clear();
    run_next_ = 0;
    for (auto* part : {&near_, &overflow_}) {
        all.insert(all.end(), part->begin(), part->end());
        part->clear();
    }
    for (; next_bucket_ < buckets_.size(); ++next_bucket_) {
        auto& bucket = buckets_[next_bucket_];
        all.insert(all.end(), bucket.begin(), bucket.end());
        bucket.clear();
    }
    lay_out(all);
}

/// Distributes the live ones of `keys`; everything else is empty. Empties `keys`.
void EventQueue::lay_out(std::vector<EventKey>& keys) {
    if (dead_ > 0) std::erase_if(keys, [this](EventKey const& key) { return !slab_.holds(key.slot, key.rank); });
    // Keys in the near heap, if any, are before all of `keys` and stay.
    size_ = keys.size() + near_.size();
    dead_ = static_cast<std::size_t>(std::count_if(
        near_.begin(), near_.end(), [this](EventKey const& key) { return !slab_.holds(key.slot, key.rank); }));
    next_bucket_ = 0;
    if (!keys.empty()) choose_width(keys);
    run_end_ = base_;
    for (EventKey const& key : keys) {
        std::uint64_t const bucket = (key.at - base_) >> shift_;
        (bucket < buckets_.size() ? buckets_[bucket] : overflow_).push_back(key);
    }
    keys.clear();
}

/// The sooner half of the keys sets the width, so that a few far timeouts do not stretch it; the buckets then reach as
/// far as nearly all keys do, within limits. Half of the keys always find a bucket, which pays for the layout.
void EventQueue::choose_width(std::vector<EventKey> const& keys) {
    std::size_t const count = keys.size();
    std::size_t const samples = std::min(count, std::clamp<std::size_t>(count / 4, 16, kMaxSample));
    sample_.clear();
    for (std::size_t i = 0; i < samples; ++i)
        sample_.push_back(keys[i * count / samples].at);
    std::sort(sample_.begin(), sample_.end());
    base_ = std::min_element(keys.begin(), keys.end(), [](auto& a, auto& b) { return a.at < b.at; })->at;

    bucket_goal_ = std::clamp(count / 64, kMinGoal, kMaxGoal);
    std::uint64_t const median = sample_[samples / 2] - base_, far = sample_[samples * 15 / 16] - base_;
    std::uint64_t const width = median / (count / (2 * bucket_goal_) + 1);
    shift_ = width == 0 ? 0 : static_cast<unsigned>(std::bit_width(width)) - 1;
    std::size_t const most = std::clamp(4 * count / bucket_goal_, kMinBuckets, kMaxBuckets);
    std::size_t const wanted = std::clamp<std::uint64_t>((far >> shift_) + 1, kMinBuckets, most);
    shift_ = std::min(shift_, 62 - static_cast<unsigned>(std::bit_width(wanted))); // times stay below 2^64
    if (buckets_.size() < wanted || buckets_.size() > 2 * wanted) buckets_.resize(wanted);
    near_limit_ = std::max<std::size_t>(64, 4 * bucket_goal_);
}

} // namespace qkdes
