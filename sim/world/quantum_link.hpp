// One QKD link as the network sees it: blocks gather, wait for post-processing, pay for authentication, and their key
// appears in both ends' stores at once. Key comes in bursts because blocks do.
//
//   gathering        from the block's first pulse until enough sifted bits are there; the next block then gathers while
//                    this one is worked on. At most two finished blocks wait: then the link stops gathering.
//   post-processing  one block at a time at the hardware's throughput; its round trips (each 2x the classical latency)
//                    overlap with the next block's computing. It cannot begin, and begins anew, in a classical outage.
//   authentication   tags are paid from a reserve of secret bits, refilled from each block's key. A link that cannot
//                    pay stops for good and says so.
//   initial key      is in the stores before the first block, as block 0 of the pool.
// Fruitless blocks in a row make the devices pause, longer each time: an eavesdropper would otherwise drain the
// reserve. A quantum outage throws the block being gathered away; gathering begins again `restart` after its end.
#pragma once
#include "models/link/link_model.hpp"
#include "sim/engine/engine.hpp"
#include "sim/engine/prefetch.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/auditor.hpp"
#include "sim/world/block_library.hpp"
#include "sim/world/classical_channel.hpp"
#include "sim/world/host.hpp"
#include "sim/world/timeline.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace qkdes {

/// A finished block, as /blocks records it.
struct BlockRecord {
    LinkId link;
    std::uint64_t index = 0;
    SimTime begin, gathered, done; ///< done: key in the stores (or the block given up)
    BlockOutcome outcome = BlockOutcome::no_key;
    BlockYield yield;
    std::uint64_t authentication = 0; ///< bits kept back from this block to refill the reserve
    std::uint64_t delivered = 0;      ///< bits stored at each end
    std::uint64_t for_a = 0;          ///< of `delivered`, bits that end a hands out; the others b does
    std::uint64_t lost = 0;           ///< bits that found no room, or a node down
    std::uint64_t outages = 0; ///< times that post-processing had to begin anew because the classical channel failed
    bool keys_equal = true;    ///< of the two ends; nothing to compare counts as equal
    std::optional<DiStatistics> di; ///< device-independent links
};

class QuantumLink {
  public:
    struct Surroundings {
        Engine& engine;
        WorkerPool& workers;
        Auditor& auditor;
        ClassicalChannel& channel;
        LinkTimeline const& timeline;
        Host& a;
        Host& b;
        SimTime end; ///< of the run: no block reaches beyond it
        std::uint64_t seed;
        std::function<void(BlockRecord const&)> record;
        BlockLibrary* library = nullptr; ///< where undisturbed blocks of photon fidelity come from; its seed is `seed`
    };
    QuantumLink(Scenario const& scenario, LinkId self, Surroundings around);

    /// Schedules the first block.
    void start();
    /// The authentication reserve ran dry, and when.
    std::optional<SimTime> stopped() const { return stopped_; }

  private:
    struct Waiting {
        BlockRecord record;
        LinkBlock block;
    };
    void stock(); ///< the stores get what they hold from the start
    void gather();
    LinkBlock simulate(SimTime begin, SimDuration horizon);
    void gathered(std::unique_ptr<Waiting> waiting);
    void process_next();
    void finish(std::unique_ptr<Waiting> waiting);
    void deliver(Waiting& waiting);
    void give(Host& end, std::shared_ptr<KeyUnits const> key, std::uint64_t units, std::uint64_t for_a);
    void wait_until(SimTime when);

    LinkSpec const& spec_;
    DeviceSpec const& device_;
    LinkId self_;
    Surroundings around_;
    Origin origin_;
    std::string name_;
    LinkParameters parameters_;
    Prefetch<LinkBlock> nominal_; ///< blocks under undisturbed conditions, computed ahead
    std::uint64_t next_index_ = 0;
    std::deque<std::unique_ptr<Waiting>> queue_;
    unsigned fruitless_ = 0;          ///< blocks without key in a row
    unsigned unfinished_ = 0;         ///< blocks that are gathered and not concluded
    SimTime pause_until_ = kSimStart; ///< after several of them
    bool computing_ = false, gathering_ = false;
    std::uint64_t reserve_; ///< secret bits left for authentication
    Bits rest_a_, rest_b_;  ///< less than a unit, waits for the next block
    std::uint64_t delivered_blocks_ = 0;
    std::optional<SimTime> stopped_;
};

} // namespace qkdes
