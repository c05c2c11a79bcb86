#include "sim/world/random_failures.hpp"

#include "sim/base/distributions.hpp"
#include "sim/base/portable_math.hpp"
#include "sim/base/rng.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

namespace qkdes {

namespace {

SimDuration span(double seconds_long) { return std::max(SimDuration{1}, from_seconds(seconds_long)); }

double repair_time(FailureSpec const& failure, RngStream& draws) {
    double const mean = seconds(failure.repair);
    if (failure.law == FailureSpec::Repair::exponential) return mean * sample_exponential(draws);
    double const s = failure.spread;
    return mean * portable_exp(s * sample_normal(draws) - s * s / 2);
}

/// Calls `fails(begin, end)` for each failure of one target, both within the run.
void alternate(FailureSpec const& failure, RngStream draws, SimTime end,
               std::function<void(SimTime, SimTime)> const& fails) {
    for (SimTime t = kSimStart;;) {
        SimDuration const up = span(seconds(failure.up) * sample_exponential(draws));
        if (up >= end - t) return;
        SimTime const begin = t + up;
        SimDuration const down = span(repair_time(failure, draws));
        bool const last = down >= end - begin;
        fails(begin, last ? end : begin + down);
        if (last) return;
        t = begin + down;
    }
}

/// Calls `take(entry, fault)` for every fault, and `failed(entry, begin, end)` once a failure: a group's is many
/// faults.
void draw_all(Scenario const& scenario, std::uint64_t seed, std::function<void(FaultSpec const&)> const& take,
              std::function<void(std::size_t, SimTime, SimTime)> const& failed) {
    constexpr char const* kPlanes[] = {"both", "quantum", "classical"};
    std::map<std::string, std::uint64_t> seen;
    SimTime const end = kSimStart + scenario.duration;
    for (std::size_t e = 0; e < scenario.failures.size(); ++e) {
        FailureSpec const& failure = scenario.failures[e];
        FaultSpec fault;
        fault.drawn = true;
        auto const draw = [&](std::string const& name, std::function<void()> const& hit) {
            alternate(failure, RngStream{seed, "failures/" + name, seen[name]++}, end,
                      [&](SimTime from, SimTime until) {
                          fault.begin = from;
                          fault.end = until;
                          hit();
                          failed(e, from, until);
                      });
        };
        auto const cut = [&](LinkId link, CutPlane plane) {
            fault.kind = FaultKind::cut;
            fault.plane = plane;
            fault.link = link;
            fault.node = NodeId{};
            take(fault);
        };
        auto const down = [&](NodeId node) {
            fault.kind = FaultKind::down;
            fault.plane = CutPlane::both;
            fault.link = LinkId{};
            fault.node = node;
            take(fault);
        };
        for (LinkId link : failure.links)
            draw(fmt::format("link/{}/{}", scenario.links[link.index()].id,
                             kPlanes[static_cast<std::size_t>(failure.plane)]),
                 [&] { cut(link, failure.plane); });
        for (NodeId node : failure.nodes)
            draw("node/" + scenario.nodes[node.index()].id, [&] { down(node); });
        for (std::size_t g : failure.groups)
            draw("group/" + scenario.groups[g].id, [&] {
                for (LinkId link : scenario.groups[g].links)
                    cut(link, CutPlane::both);
                for (NodeId node : scenario.groups[g].nodes)
                    down(node);
            });
    }
}

} // namespace

std::vector<FaultSpec> draw_failures(Scenario const& scenario, std::uint64_t seed) {
    std::vector<FaultSpec> faults;
    draw_all(
        scenario, seed, [&](FaultSpec const& fault) { faults.push_back(fault); }, [](auto...) {});
    std::ranges::stable_sort(faults, {}, &FaultSpec::begin);
    return faults;
}

std::shared_ptr<Scenario const> with_failures(Scenario const& scenario, std::uint64_t seed) {
    if (scenario.failures.empty()) return {std::shared_ptr<void>{}, &scenario};
    auto out = std::make_shared<Scenario>(scenario);
    auto const drawn = draw_failures(scenario, seed);
    out->faults.insert(out->faults.end(), drawn.begin(), drawn.end());
    std::ranges::stable_sort(out->faults, {}, &FaultSpec::begin);
    return out;
}

std::optional<SummarySection> failures_section(Scenario const& scenario, std::uint64_t seed, SimTime end) {
    if (scenario.failures.empty()) return {};
    std::vector<std::uint64_t> count(scenario.failures.size());
    std::vector<SimDuration> lasted(scenario.failures.size());
    draw_all(
        scenario, seed, [](auto const&) {},
        [&](std::size_t e, SimTime from, SimTime until) {
            if (from >= end) return;
            ++count[e];
            lasted[e] += std::min(until, end) - from;
        });
    SummarySection section{"failures",
                           {"failures of", "mtbf", "repair", "failures", "down", "available", "closed form"},
                           {},
                           {},
                           {"", "", "", "1", "s", "1", "1"}};
    for (std::size_t e = 0; e < scenario.failures.size(); ++e) {
        FailureSpec const& f = scenario.failures[e];
        std::size_t const n = f.links.size() + f.nodes.size() + f.groups.size();
        std::string const one = !f.links.empty()   ? scenario.links[f.links.front().index()].id
                                : !f.nodes.empty() ? scenario.nodes[f.nodes.front().index()].id
                                                   : scenario.groups[f.groups.front()].id;
        double const available =
            1 - seconds(lasted[e]) / (static_cast<double>(n) * std::max(seconds(end - kSimStart), 1e-9));
        auto const share = [](double x) { return Figure{fmt::format("{:.2f} %", 100 * x), x}; };
        std::string const what = n == 1 ? one
                                        : fmt::format("{} {}", n,
                                                      !f.links.empty()   ? "links"
                                                      : !f.nodes.empty() ? "nodes"
                                                                         : "groups");
        section.rows.push_back({fmt::format("{}: {}", e + 1, what), Figure{duration_text(f.up)},
                                Figure{duration_text(f.repair)}, count[e], lasted[e], share(available),
                                share(f.availability())});
    }
    return section;
}

} // namespace qkdes
