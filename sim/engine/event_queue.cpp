#include "sim/engine/event_queue.hpp"

#include <algorithm>

namespace qkdes {

namespace {
bool later(EventKey const& a, EventKey const& b) { return before(b, a); }
} // namespace

void EventQueue::push(EventKey const& key) {
    heap_.push_back(key);
    std::push_heap(heap_.begin(), heap_.end(), later);
}

bool EventQueue::pop(std::uint64_t end, EventKey& key) {
    while (!heap_.empty()) {
        key = heap_.front();
        bool const live = slab_.holds(key.slot, key.rank);
        if (live && key.at > end) return false;
        std::pop_heap(heap_.begin(), heap_.end(), later);
        heap_.pop_back();
        if (live) return true;
    }
    return false;
}

} // namespace qkdes
