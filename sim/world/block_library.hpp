// Blocks of photon-level links, made once for many worlds that differ in everything but their links: replications of
// service times, arrivals and failures over the same photons.
//
// A block under undisturbed conditions is a function of (link, seed, index) alone (models/link/link_model.hpp), so a
// world that takes it from here is the same as one that makes it. Blocks at block fidelity are cheap and large; they
// are not kept.
//
// Holds:      worlds of scenarios whose links, devices and fibres are equal, in the same order, and no link of theirs
//             draws from another seed than `seed`. Several threads may take at once.
// Memory:     the secret key of each block, twice.
// Leaves out: blocks that faults disturb; worlds make them anew, from the same seed.
// Checked:    tests/sim/study/block_library_test.cpp, tests/determinism/block_library_test.cpp.
#pragma once
#include "models/link/link_block.hpp"
#include "sim/base/ids.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace qkdes {

class BlockLibrary {
  public:
    /// Links of worlds that share this draw from `seed`.
    explicit BlockLibrary(std::uint64_t seed) : seed_{seed} {}
    std::uint64_t seed() const { return seed_; }

    /// The block, from `make` the first time that it is asked for; others who ask meanwhile wait.
    LinkBlock take(LinkId link, std::uint64_t index, std::function<LinkBlock()> const& make);
    /// Blocks made so far.
    std::size_t size() const;

  private:
    struct Entry {
        std::once_flag made;
        LinkBlock block;
    };
    std::uint64_t seed_;
    mutable std::mutex guards_entries_;
    std::map<std::pair<LinkId, std::uint64_t>, std::unique_ptr<Entry>> entries_;
};

} // namespace qkdes
