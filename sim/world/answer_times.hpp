// How long applications wait for a key of their own node, before the far one has it: what measurements at a key
// interface see, and what a vendor's key server makes of it. Figures as in models/service/latency_statistics.hpp, and
// the key rate of a client that asks again at once: mean and deviation of bits of a request / its latency.
//
// Memory: that of sketches (sim/base/quantile_sketch.hpp). Wanted where nodes have a vendor's server or release keys
// early. Checked: tests/sim/world/answer_times_test.cpp.
#pragma once
#include "models/service/latency_statistics.hpp"
#include "sim/base/quantile_sketch.hpp"
#include "sim/world/system.hpp"

#include <array>
#include <vector>

namespace qkdes {

class AnswerTimes final : public System {
  public:
    explicit AnswerTimes(Scenario const& scenario) : scenario_{scenario}, answers_(scenario.demands.size()) {}
    static bool wanted(Scenario const& scenario);
    void request(RequestRecord const& record, std::vector<NodeId> const& holders) override;
    std::vector<SummarySection> finish() override;

  private:
    Scenario const& scenario_;
    struct Answers {
        QuantileSketch latency, jitter, rolling;
        std::array<double, kRollingWindow> last{}; ///< ms, latency i at i % kRollingWindow
        double rate = 0, squares = 0;              ///< bit/s: mean, and sum of squared deviations from it
    };
    std::vector<Answers> answers_; ///< by demand
};

} // namespace qkdes
