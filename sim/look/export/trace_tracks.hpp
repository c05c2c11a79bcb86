// Threads of a trace: for each name of a process as many as its spans overlap.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace qkdes::look {

class TraceTracks {
  public:
    /// Called for each new thread: process, thread, its name in the order of making. Threads are numbered from `first`
    /// on through all processes.
    using New = std::function<void(std::uint64_t process, std::uint64_t thread, std::string const& name)>;
    TraceTracks(std::uint64_t first, New on_new) : next_{first}, on_new_{std::move(on_new)} {}

    /// A track that spans share, by a number that later calls name it with.
    std::size_t add(std::uint64_t process, std::string name) {
        tracks_.push_back({process, std::move(name), {}, 0});
        return tracks_.size() - 1;
    }
    std::uint64_t process(std::size_t track) const { return tracks_[track].process; }
    /// The thread for a span [begin, end): the one of this track that has been free for the shortest time, or a new
    /// one. Spans may come in any order; those of one thread never overlap.
    std::uint64_t place(std::size_t track, std::int64_t begin, std::int64_t end);
    std::uint64_t threads() const { return made_; }

  private:
    struct Track {
        std::uint64_t process;
        std::string name;
        std::multimap<std::int64_t, std::uint64_t> free_from; ///< end of the last span, thread
        unsigned lanes;
    };
    std::vector<Track> tracks_;
    std::uint64_t next_, made_ = 0;
    New on_new_;
};

} // namespace qkdes::look
