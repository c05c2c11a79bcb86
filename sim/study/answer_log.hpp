// Every request of a run, as its application saw it, and every burst of key: what campaigns of measurements are worked
// out from.
//
// Memory: 32 bytes per request, 40 per burst.
#pragma once
#include "sim/world/system.hpp"

#include <vector>

namespace qkdes {

struct Answer {
    std::uint64_t index = 0; ///< counts the run's requests in the order of asking
    SimTime asked;
    SimDuration answered{0}; ///< until the asking application had its key, or the refusal
    SimDuration complete{0}; ///< until both had it; 0: never
    bool has_key = false;
};

struct KeyBurst {
    LinkId link;
    SimTime at;
    std::uint64_t bits = 0;  ///< stored at each end
    std::uint64_t for_a = 0; ///< of these, handed out by the link's first end
};

class AnswerLog final : public System {
  public:
    explicit AnswerLog(Scenario const& scenario) : answers(scenario.demands.size()) {}
    void request(RequestRecord const& record, std::vector<NodeId> const& holders) override;
    void block(BlockRecord const& record) override;
    /// In the order of asking.
    std::vector<SummarySection> finish() override;

    std::vector<std::vector<Answer>> answers; ///< by demand, complete and in order once the run is over
    std::vector<KeyBurst> bursts;             ///< in order of time
};

} // namespace qkdes
