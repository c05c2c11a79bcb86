// The photon level's quantum exchange: every detection with its full detail, jumping from one to the next.
//
//   Pulses are independent given which of Bob's detectors are live (pulse_distribution.hpp). So the number of pulses
//   until any live detector clicks is geometric, and what happened at that pulse is one draw from the joint
//   distribution of (intensity, bases, bits, eavesdropper, click pattern) given a click. Where the set of live
//   detectors or the conditions change - a recovery, a carrier's release, a scripted step - the sampler jumps there and
//   draws anew: the geometric distribution has no memory, so this is exact, and its cost is per detection, not per
//   pulse.
//
//   Dead time   a detector that clicked at pulse i is live again at pulse i + 1 + N, N = dead_gates(parameters); with
//               mode `all` so is every detector. With mode `each` an event is usable only if all detectors were live:
//               otherwise bits would be anti-correlated with their predecessors.
//   Afterpulse  a click of a detector leaves a carrier with probability p_ap, released after an exponential time; the
//               detector clicks at the first gate after that if it is live, together with whatever light does there.
//   Several clicks at one pulse: one of them is chosen at random.
//
// Holds for:  blocks that start with live detectors and empty traps.
// Leaves out: timing within a gate; whether a click came from a photon or from a dark count (their union is drawn).
// Checked:    tests/models/link/decoy/photon_sampler_test.cpp against one draw per pulse, and its limits.
#pragma once
#include "models/link/alias_table.hpp"
#include "models/link/decoy/pulse_distribution.hpp"
#include "sim/base/rng.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace qkdes {

struct Detection {
    std::uint64_t pulse = 0;
    PulseOutcome outcome;
    std::uint8_t detector = 0; ///< the one that counts
    bool usable = true;        ///< all detectors were live
    bool afterpulse = false;   ///< a carrier's release was among the clicks
    std::uint8_t bob_x = 0;    ///< Bob's basis, by modulator or by detector
    bool bob_bit() const { return detector & 1; }
};

class PhotonSampler {
  public:
    /// Pulses 0 <= i < end. `conditions` as for simulate_decoy_bb84_block.
    PhotonSampler(DecoyBb84Parameters const& parameters, std::span<ConditionStep const> conditions, std::uint64_t end,
                  RngStream rng);

    /// The next detections, in order of pulses; fewer than out.size() only when `end` is reached.
    std::size_t sample(std::span<Detection> out);

  private:
    /// Look-ups for one set of live detectors under one condition.
    struct LiveTable {
        double gap_factor = 0; ///< 1 / ln(1 - click probability); 0 when a click is certain
        bool never = true;     ///< no click possible
        AliasTable given_click;
        AliasTable at_release; ///< unconditional; built at the first release
    };
    struct Carrier {
        std::uint64_t pulse;
        unsigned detector;
        bool operator>(Carrier const& other) const { return pulse > other.pulse; }
    };

    LiveTable& table(unsigned live);
    void build_release(LiveTable& built, unsigned live);
    void enter_step(std::size_t step);
    std::size_t sample_plain(std::span<Detection> out);
    std::size_t sample_with_memory(std::span<Detection> out);
    Detection detection(std::uint64_t pulse, PulseOutcome outcome, unsigned live, bool afterpulse);
    void blank(Detection const& click);
    std::uint64_t draw() {
        if (next_word_ == kBatch) refill_words();
        return words_[next_word_++];
    }
    double draw_log() {
        if (next_log_ == kBatch) refill_logs();
        return logs_[next_log_++];
    }
    void refill_words();
    void refill_logs();

    DecoyBb84Parameters parameters_;
    std::vector<ConditionStep> conditions_;
    RngStream rng_;
    static constexpr std::size_t kBatch = 256;
    std::array<std::uint64_t, kBatch> words_{};
    std::array<double, kBatch> logs_{}; ///< of uniform numbers
    std::size_t next_word_ = kBatch, next_log_ = kBatch;

    std::size_t step_ = 0;
    std::uint64_t now_ = 0, step_end_ = 0, end_;
    std::unique_ptr<PulseDistribution> pulse_;
    std::array<std::unique_ptr<LiveTable>, 16> tables_;

    bool passive_, each_;
    unsigned all_;
    std::uint64_t dead_;
    double afterpulse_, decay_; ///< decay in gates
    std::array<std::uint64_t, 4> live_from_{};
    std::vector<Carrier> carriers_; ///< a heap, soonest on top
};

} // namespace qkdes
