#include "sim/study/testbed/bursts.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace qkdes {
namespace {

/// Keys in the half of a vendor's buffer that a demand's node hands out, in the order of time.
struct Stored {
    SimTime at;
    double keys = 0;
};

std::vector<Stored> stored_for(Scenario const& scenario, AnswerLog const& log, NodeId node) {
    std::vector<Stored> stored;
    for (auto const& burst : log.bursts) {
        LinkSpec const& link = scenario.links[burst.link.index()];
        if (link.a != node && link.b != node) continue;
        std::uint64_t const bits = link.a == node ? burst.for_a : burst.bits - burst.for_a;
        stored.push_back({burst.at, static_cast<double>(bits) / 256});
    }
    return stored;
}

NodeId source_of(Scenario const& scenario, DemandId demand) {
    return scenario.applications[scenario.demands[demand.index()].from.index()].node;
}

} // namespace

std::vector<BurstEpoch> burst_epochs(Scenario const& scenario, AnswerLog const& log, DemandId demand) {
    NodeId const node = source_of(scenario, demand);
    auto const stored = stored_for(scenario, log, node);
    auto const& answers = log.answers[demand.index()];
    SimDuration const patience = scenario.nodes[node.index()].kms.vendor->wait_limit;
    std::vector<BurstEpoch> epochs;
    for (auto const& answer : answers) {
        if (epochs.empty() || epochs.back().asked != answer.asked) epochs.push_back({answer.asked, 0, 0, 0, 0});
        ++epochs.back().offered;
        epochs.back().failed += answer.has_key ? 0 : 1;
    }
    for (auto& epoch : epochs) {
        for (auto const& s : stored) {
            if (s.at <= epoch.asked) epoch.in_buffer += s.keys;
            if (s.at > epoch.asked && s.at <= epoch.asked + patience) epoch.made += s.keys;
        }
        for (auto const& answer : answers)
            if (answer.has_key && answer.asked + answer.answered <= epoch.asked) --epoch.in_buffer;
    }
    return epochs;
}

Diagonals diagonals(Scenario const& scenario, AnswerLog const& log, DemandId demand) {
    auto const stored = stored_for(scenario, log, source_of(scenario, demand));
    /// Answers follow a burst within the time that the node's host takes for all of them.
    constexpr SimDuration kAtOnce = std::chrono::milliseconds{200};
    struct Point {
        double asked, latency;
    };
    std::map<std::size_t, std::vector<Point>> groups; // by burst
    for (auto const& answer : log.answers[demand.index()]) {
        if (!answer.has_key) continue;
        SimTime const at = answer.asked + answer.answered;
        auto const after = std::ranges::upper_bound(stored, at, {}, &Stored::at);
        if (after == stored.begin()) continue;
        auto const burst = std::prev(after);
        if (burst->at < answer.asked || at - burst->at > kAtOnce) continue; // it did not wait for it
        groups[static_cast<std::size_t>(burst - stored.begin())].push_back(
            {seconds(answer.asked - kSimStart), seconds(answer.answered)});
    }
    Diagonals found;
    double xx = 0, xy = 0;
    for (auto const& [burst, points] : groups) {
        auto const n = static_cast<double>(points.size());
        double asked = 0, latency = 0;
        for (auto const& p : points) {
            asked += p.asked / n;
            latency += p.latency / n;
        }
        double const before = xx;
        for (auto const& p : points) {
            xx += (p.asked - asked) * (p.asked - asked);
            xy += (p.asked - asked) * (p.latency - latency);
        }
        if (xx - before < 1e-6) continue; // all asked at one instant
        ++found.groups;
        found.answers += points.size();
    }
    if (found.groups > 0) found.slope = xy / xx;
    return found;
}

BurstRun burst_run(Scenario const& scenario, AnswerLog const& log) {
    return {burst_epochs(scenario, log, DemandId{0}), diagonals(scenario, log, DemandId{1})};
}

ExperimentReport bursts_report(std::vector<BurstRun> const& runs) {
    QKDES_EXPECTS(!runs.empty());
    ExperimentReport report{"Figure 7: a hundred requests at once", {}, {}};
    SummarySection section;
    section.name = "figure_7";
    section.head = {"first run, asked at", "requests", "in the buffer", "made in time", "failed", "predicted"};
    for (auto const& e : runs.front().epochs) {
        if (section.rows.size() == 12) break;
        auto const whole = [](double x) { return Figure{fmt::format("{:.0f}", x), x}; };
        section.rows.push_back({Figure{duration_text(e.asked - kSimStart)}, whole(e.offered), whole(e.in_buffer),
                                whole(e.made), whole(e.failed), whole(e.predicted())});
    }
    section.notes = {"predicted: requests - keys in the buffer - keys made before they give up; the first dozen of " +
                     std::to_string(runs.front().epochs.size())};
    report.sections = {std::move(section)};

    double failed = 0, predicted = 0, epochs = 0, exact = 0, emptied = 0;
    double slope = 0, groups = 0, answers = 0, worst = 0;
    for (auto const& run : runs) {
        for (auto const& e : run.epochs) {
            failed += e.failed;
            predicted += e.predicted();
            ++epochs;
            exact += std::abs(e.failed - e.predicted()) <= .05 * std::max(e.predicted(), 20.0) ? 1 : 0;
            emptied += e.failed > 0 ? 1 : 0;
        }
        slope += run.delayed.slope * static_cast<double>(run.delayed.groups);
        groups += static_cast<double>(run.delayed.groups);
        answers += static_cast<double>(run.delayed.answers);
        worst = std::max(worst, std::abs(run.delayed.slope + 1));
    }
    report.checks.push_back({"Figure 7, failures: burst - buffer - keys made in time", fmt::format("{:.0f}", predicted),
                             fmt::format("{:.0f} in {:.0f} of {:.0f} bursts", failed, emptied, epochs), "5 %",
                             predicted > 0 && std::abs(failed / predicted - 1) <= .05});
    report.checks.push_back({"Figure 7, bursts each within 5 % (or one request)", fmt::format("of {:.0f}", epochs),
                             fmt::format("{:.0f}", exact), "95 %", exact >= .95 * epochs});
    report.checks.push_back(
        {"Figure 7, slope of delayed responses", "-1",
         groups > 0 ? fmt::format("{:+.3f}, {:.0f} answers to {:.0f} bursts of key", slope / groups, answers, groups)
                    : "none waited",
         "0.05", groups > 0 && worst <= .05});
    return report;
}

} // namespace qkdes
