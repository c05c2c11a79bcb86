#include "sim/look/export/trace_tracks.hpp"

namespace qkdes::look {

std::uint64_t TraceTracks::place(std::size_t number, std::int64_t begin, std::int64_t end) {
    Track& track = tracks_[number];
    auto after = track.free_from.upper_bound(begin);
    if (after != track.free_from.begin()) {
        auto node = track.free_from.extract(std::prev(after));
        node.key() = end;
        std::uint64_t const thread = node.mapped();
        track.free_from.insert(std::move(node));
        return thread;
    }
    std::uint64_t const thread = next_++;
    ++made_;
    ++track.lanes;
    on_new_(track.process, thread,
            track.lanes == 1 ? track.name : track.name + " (" + std::to_string(track.lanes) + ")");
    track.free_from.emplace(end, thread);
    return thread;
}

} // namespace qkdes::look
