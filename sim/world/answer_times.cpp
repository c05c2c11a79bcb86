#include "sim/world/answer_times.hpp"

#include "sim/base/moments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace qkdes {

namespace {
SimDuration from_ms(double ms) { return SimDuration{std::llround(ms * 1e6)}; }
} // namespace

bool AnswerTimes::wanted(Scenario const& scenario) {
    auto const vendor = [](NodeSpec const& node) { return node.kms.vendor.has_value(); };
    return scenario.profile == Profile::kmstn_paper ||
           std::any_of(scenario.nodes.begin(), scenario.nodes.end(), vendor);
}

void AnswerTimes::request(RequestRecord const& record, std::vector<NodeId> const&) {
    if (record.ids.empty()) return; // no key: how long a refusal took is another matter
    DemandSpec const& spec = scenario_.demands[record.demand.index()];
    Answers& to = answers_[record.demand.index()];
    std::uint64_t const before = to.latency.count();
    double const ms = seconds(record.answered) * 1e3;
    if (before > 0) to.jitter.add(from_ms(std::abs(ms - to.last[(before - 1) % kRollingWindow])));
    to.last[before % kRollingWindow] = ms;
    to.latency.add(record.answered);
    if (before + 1 >= kRollingWindow) to.rolling.add(from_ms(moments(to.last).deviation));
    // Welford: one value at a time.
    double const rate = static_cast<double>(spec.key_bits) * spec.number * 1e3 / ms, off = rate - to.rate;
    to.rate += off / static_cast<double>(before + 1);
    to.squares += off * (rate - to.rate);
}

std::vector<SummarySection> AnswerTimes::finish() {
    SummarySection section;
    section.name = "key_answers";
    section.head = {"answers to", "answered",        "median",   "jitter p50",
                    "jitter p95", "rolling std p95", "key rate", "deviation"};
    for (std::size_t d = 0; d < answers_.size(); ++d) {
        Answers const& to = answers_[d];
        if (to.latency.count() < kRollingWindow) continue;
        DemandSpec const& spec = scenario_.demands[d];
        double const deviation = std::sqrt(to.squares / static_cast<double>(to.latency.count() - 1));
        section.rows.push_back(
            {scenario_.applications[spec.from.index()].id + " > " + scenario_.applications[spec.to.index()].id,
             to.latency.count(), Figure{to.latency.quantile(0.5)}, Figure{to.jitter.quantile(0.5)},
             Figure{to.jitter.quantile(0.95)}, Figure{to.rolling.quantile(0.95)},
             Figure{engineering(to.rate, "bit/s"), to.rate}, Figure{engineering(deviation, "bit/s"), deviation}});
    }
    if (section.rows.empty()) return {};
    section.notes = {
        "answers: until the asking application has its key, the far one later; jitter: of consecutive answers; "
        "rolling: over four"};
    return {section};
}

} // namespace qkdes
