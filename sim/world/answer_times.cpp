#include "sim/world/answer_times.hpp"

#include "models/service/latency_statistics.hpp"
#include "sim/base/moments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace qkdes {

bool AnswerTimes::wanted(Scenario const& scenario) {
    auto const vendor = [](NodeSpec const& node) { return node.kms.vendor.has_value(); };
    return scenario.profile == Profile::kmstn_paper ||
           std::any_of(scenario.nodes.begin(), scenario.nodes.end(), vendor);
}

void AnswerTimes::request(RequestRecord const& record, std::vector<NodeId> const&) {
    if (record.ids.empty()) return; // no key: how long a refusal took is another matter
    latencies_[record.demand.index()].push_back(seconds(record.answered) * 1e3);
}

std::vector<SummarySection> AnswerTimes::finish() {
    SummarySection section;
    section.name = "key_answers";
    section.head = {"answers to", "answered",        "median",   "jitter p50",
                    "jitter p95", "rolling std p95", "key rate", "deviation"};
    auto const ms = [](double value) {
        return Figure{SimDuration{static_cast<std::int64_t>(std::llround(value * 1e6))}};
    };
    for (std::size_t d = 0; d < latencies_.size(); ++d) {
        auto const& latencies = latencies_[d];
        if (latencies.size() < kRollingWindow) continue;
        DemandSpec const& spec = scenario_.demands[d];
        LatencyStatistics const s = latency_statistics(latencies);
        double const bits = static_cast<double>(spec.key_bits) * spec.number;
        std::vector<double> rates;
        for (double const l : latencies)
            rates.push_back(bits * 1e3 / l);
        auto const [mean, deviation] = moments(rates);
        section.rows.push_back(
            {scenario_.applications[spec.from.index()].id + " > " + scenario_.applications[spec.to.index()].id,
             latencies.size(), ms(s.median), ms(s.jitter_median), ms(s.jitter_p95), ms(s.rolling_std_p95),
             Figure{engineering(mean, "bit/s"), mean}, Figure{engineering(deviation, "bit/s"), deviation}});
    }
    if (section.rows.empty()) return {};
    section.notes = {
        "answers: until the asking application has its key, the far one later; jitter: of consecutive answers; "
        "rolling: over four"};
    return {section};
}

} // namespace qkdes
