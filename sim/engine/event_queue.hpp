// The pending keys of a run, soonest first.
#pragma once
#include "sim/engine/event_key.hpp"
#include "sim/engine/event_slab.hpp"

#include <vector>

namespace qkdes {

class EventQueue {
  public:
    explicit EventQueue(EventSlab const& slab) : slab_{slab} {}
    void push(EventKey const& key);
    void cancelled() {}
    /// Takes the soonest key whose event still waits, if it is due at `end` or before.
    bool pop(std::uint64_t end, EventKey& key);

  private:
    EventSlab const& slab_;
    std::vector<EventKey> heap_;
};

} // namespace qkdes
