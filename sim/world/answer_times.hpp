// How long applications wait for a key of their own node, before the far one has it: what measurements at a key
// interface see, and what a vendor's key server makes of it. Figures as in models/service/latency_statistics.hpp, and
// the key rate of a client that asks again at once: mean and deviation of bits of a request / its latency.
//
// Memory: one number per answered request. Wanted where nodes have a vendor's server or release keys early.
// Checked: tests/sim/world/answer_times_test.cpp.
#pragma once
#include "sim/world/system.hpp"

#include <vector>

namespace qkdes {

class AnswerTimes final : public System {
  public:
    explicit AnswerTimes(Scenario const& scenario) : scenario_{scenario}, latencies_(scenario.demands.size()) {}
    static bool wanted(Scenario const& scenario);
    void request(RequestRecord const& record, std::vector<NodeId> const& holders) override;
    std::vector<SummarySection> finish() override;

  private:
    Scenario const& scenario_;
    std::vector<std::vector<double>> latencies_; ///< ms, by demand, in the order in which requests ended
};

} // namespace qkdes
