#include "sim/engine/event_slab.hpp"

namespace qkdes {

EventSlab::~EventSlab() {
    for (auto const& chunk : chunks_)
        for (std::size_t i = 0; i < std::size_t{1} << kChunkBits; ++i) {
            Slot& slot = chunk[i];
            if (slot.rank == EventRank{}) continue;
            slot.rank = EventRank{};
            slot.act(slot.capture, Do::drop);
        }
}

void EventSlab::grow() {
    std::size_t const size = std::size_t{1} << kChunkBits, first = capacity();
    QKDES_EXPECTS(first + size <= std::size_t{1} << 32);
    chunks_.push_back(std::make_unique<Slot[]>(size));
    free_.reserve(first + size);
    for (std::size_t i = size; i-- > 0;) {
        chunks_.back()[i].rank = EventRank{};
        free_.push_back(static_cast<std::uint32_t>(first + i));
    }
}

} // namespace qkdes
