// Whole networks at block fidelity, with modelled cryptography and messages handed over as values, rows recorded to
// disk: what a simulated hour costs, what a request costs in networks of different sizes, and how much memory that
// takes. Goals: see bench/README.md.
//
//   bench_network               the sizes
//   bench_network HOURS         the first hours of a day of the largest; 24: all of it
//   bench_network HOURS FILE [/pointer=value ...]    of a scenario of one's own
//
// Each runs the first part of the scenario's whole duration, so that stores are sampled as often as in the whole, and
// tells apart what the first six minutes cost, in which routes are computed and stores fill up, from what comes after.
#include "bench/country.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/large_pages.hpp"
#include "sim/record/recorder.hpp"
#include "sim/scenario/load.hpp"
#include "sim/world/world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <filesystem>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace qkdes {
namespace {

constexpr std::size_t kPerNode = 10;              ///< demands that begin at each node
constexpr double kRequests = 1e6 / 3600 / 10'000; ///< a second, of each demand
constexpr std::size_t kMostHops = 9;              ///< 1 to 9, equally often: five on average

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

std::vector<std::size_t> hops_from(std::size_t source, std::vector<std::vector<std::size_t>> const& near) {
    std::vector<std::size_t> hops(near.size(), near.size());
    std::deque<std::size_t> next{source};
    hops[source] = 0;
    while (!next.empty()) {
        std::size_t const at = next.front();
        next.pop_front();
        for (std::size_t const to : near[at])
            if (hops[to] == near.size()) {
                hops[to] = hops[at] + 1;
                next.push_back(to);
            }
    }
    return hops;
}

/// Three lines and ten demands a node, demands over five hops on average; spans of 5 to 70 km.
std::string country_text(std::size_t nodes) {
    auto const made = bench::country(nodes, 3 * nodes);
    std::vector<std::vector<std::size_t>> near(nodes);
    for (auto const& line : made.lines) {
        near[line.a].push_back(line.b);
        near[line.b].push_back(line.a);
    }
    std::string text = R"({"name": "country", "seed": 1, "duration": "24 h", "kem": "modelled",)"
                       R"("kms": {"store_capacity": "10 Mbit"},)"
                       R"("devices": {"span": {"extends": "toshiba-ld"}}, "nodes": [)";
    auto const list = [&](std::size_t count, auto const& one) {
        for (std::size_t i = 0; i < count; ++i)
            text += (i == 0 ? "" : ",") + one(i);
    };
    double const km = 30 * std::sqrt(static_cast<double>(nodes)); // of the side
    list(nodes, [](std::size_t n) { return fmt::format(R"({{"id": "n{}"}})", n); });
    text += R"(], "links": [)";
    list(made.lines.size(), [&](std::size_t l) {
        auto const& line = made.lines[l];
        return fmt::format(R"({{"id": "l{}", "between": ["n{}", "n{}"], "device": "span", "length": "{:.3f} km",)"
                           R"("store": {{"initial": "1 Mbit"}}}})",
                           l, line.a, line.b, std::clamp(km * line.length, 5.0, 70.0));
    });
    text += R"(], "applications": [)";
    list(nodes, [](std::size_t n) { return fmt::format(R"({{"id": "a{0}", "node": "n{0}"}})", n); });
    text += R"(], "demands": [)";
    RngStream rng{1, "bench/demands"};
    std::set<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t from = 0; from < nodes; ++from) {
        auto const hops = hops_from(from, near);
        std::size_t const wanted = pairs.size() + kPerNode;
        for (int tries = 0; pairs.size() < wanted && tries < 1000; ++tries) {
            std::size_t const away = 1 + rng.below(kMostHops);
            std::vector<std::size_t> there;
            for (std::size_t to = 0; to < nodes; ++to)
                if (hops[to] == away) there.push_back(to);
            if (!there.empty()) pairs.emplace(from, there[rng.below(there.size())]);
        }
    }
    std::vector const demands(pairs.begin(), pairs.end());
    list(demands.size(), [&](std::size_t d) {
        return fmt::format(
            R"({{"from": "a{}", "to": "a{}", "key": "256 bit", "arrivals": {{"poisson": "{:.9f} /s"}}}})",
            demands[d].first, demands[d].second, kRequests);
    });
    return text + "]}";
}

struct Cost {
    /// Processor time in s: until the first event, the first minutes, what comes after, figures and closing.
    double begin = 0, warm = 0, loop = 0, end = 0;
    double first = 0, then = 0; ///< simulated time in s: the first minutes, what comes after
    std::uint64_t requests = 0, served = 0, hops = 0, events = 0, bytes = 0, hash = 0; ///< of the whole run
    std::uint64_t late_hops = 0, late_events = 0;                                      ///< after the first minutes
};

class HopCount final : public System {
  public:
    void hop(NodeId, LinkId, KeyId, SecurityClass, std::uint32_t) override { ++hops; }
    std::uint64_t hops = 0;
};

constexpr SimDuration kWarm = std::chrono::minutes{6};

Cost run(Scenario const& scenario, SimDuration until, bool recorded) {
    auto const file = std::filesystem::temp_directory_path() / fmt::format("bench_network-{}.h5", ::getpid());
    Cost cost;
    double const started = processor_seconds();
    auto opened = recorded ? Recorder::open(file, Manifest{}) : Result<Recorder>{Recorder::nowhere()};
    if (!opened) std::abort();
    Recorder& recorder = *opened;
    {
        HopCount hops;
        World world{scenario, scenario.seed, recorder, 1};
        world.observe(hops);
        double const loop = processor_seconds();
        SimTime const warm = kSimStart + std::min(kWarm, until / 2), stop = kSimStart + until;
        SimTime at = kSimStart;
        auto const go_on = [&](SimTime to) {
            while (at < to) {
                world.run_until(at += std::chrono::seconds{1});
                recorder.tick();
            }
            return processor_seconds();
        };
        double const warmed = go_on(warm);
        cost.late_hops = hops.hops;
        cost.late_events = world.events();
        cost.first = seconds(at - kSimStart);
        cost.then = seconds(stop - at);
        double const ended = go_on(stop);
        cost.late_hops = hops.hops - cost.late_hops;
        cost.late_events = world.events() - cost.late_events;
        RunSummary const summary = world.finish();
        if (summary.violations > 0) std::abort();
        for (auto const& demand : summary.demands) {
            cost.requests += demand.requests;
            cost.served += demand.served;
        }
        cost.begin = loop - started;
        cost.warm = warmed - loop;
        cost.loop = ended - warmed;
        cost.hops = hops.hops;
        cost.events = summary.events;
        cost.hash = summary.trace_hash;
    }
    if (!recorder.finish(Outcome::finished())) std::abort();
    if (recorded) {
        cost.bytes = std::filesystem::file_size(file);
        std::filesystem::remove(file);
    }
    cost.end = processor_seconds() - started - cost.begin - cost.warm - cost.loop;
    return cost;
}

Scenario loaded(LoadResult result) {
    if (!result.ok()) {
        fmt::print(stderr, "{}", format_diagnostics(result.diagnostics));
        std::exit(2);
    }
    return std::move(*result.scenario);
}

Scenario country_of(std::size_t nodes) { return loaded(load_scenario_text(country_text(nodes), "country", {})); }

double peak_megabytes() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_maxrss) / 1024;
}

void tell(std::string const& name, Scenario const& scenario, Cost const& cost) {
    double const hop = cost.loop / static_cast<double>(cost.late_hops), whole = seconds(scenario.duration);
    double const hops = static_cast<double>(cost.hops) / static_cast<double>(cost.requests);
    fmt::print("{}: {} nodes, {} links, {} demands, {:.2f} h of {:g} h\n", name, scenario.nodes.size(),
               scenario.links.size(), scenario.demands.size(), (cost.first + cost.then) / 3600, whole / 3600);
    fmt::print("  {} requests, {} served, {:.2f} hops each; {} events; hash {:016x}\n", cost.requests, cost.served,
               hops, cost.events, cost.hash);
    fmt::print("  processor time: to begin {:.1f} s, first minutes {:.1f} s, then {:.1f} s, to end {:.1f} s; {:.2f} "
               "Mevents/s, {:.1f} us a request, {:.2f} us a hop\n",
               cost.begin, cost.warm, cost.loop, cost.end, static_cast<double>(cost.late_events) / cost.loop / 1e6,
               hop * hops * 1e6, hop * 1e6);
    fmt::print("  all of it: {:.1f} min; {:.0f} bytes of results a request; {:.0f} MB so far\n",
               (cost.begin + cost.warm + cost.end + cost.loop * (whole - cost.first) / cost.then) / 60,
               static_cast<double>(cost.bytes) / static_cast<double>(cost.requests), peak_megabytes());
    std::fflush(stdout);
}

int main_of(int count, char** words) {
    SimDuration const hours = count > 1 ? from_seconds(3600 * std::atof(words[1])) : SimDuration{0};
    if (count > 2) {
        Scenario const scenario = loaded(load_scenario(words[2], std::vector<std::string>(words + 3, words + count)));
        tell(words[2], scenario, run(scenario, std::min(hours, scenario.duration), true));
        return 0;
    }
    if (count > 1) {
        auto const scenario = country_of(1000);
        tell("country", scenario, run(scenario, std::min(hours, scenario.duration), true));
        return 0;
    }
    // As many requests in each, so that what differs is how much there is to keep in mind.
    double small = 0;
    for (std::size_t const nodes : {125, 250, 500, 1000}) {
        auto const scenario = country_of(nodes);
        Cost const cost = run(scenario, kWarm + from_seconds(600.0 * 1000 / static_cast<double>(nodes)), true);
        tell("size", scenario, cost);
        double const each = cost.loop / static_cast<double>(cost.late_hops) / std::log2(static_cast<double>(nodes));
        if (small == 0) small = each;
        fmt::print("  cost / (requests x hops x log nodes) against the smallest: {:.2f} (goal: <= 1)\n", each / small);
    }
    auto const scenario = country_of(1000);
    SimDuration const part = kWarm + std::chrono::minutes{10};
    Cost const with = run(scenario, part, true), without = run(scenario, part, false);
    fmt::print("writing results: {:.1f} % of the run (goal: < 10)\n", 100 * (with.loop - without.loop) / with.loop);
    return with.hash == without.hash ? 0 : 1;
}

} // namespace
} // namespace qkdes

int main(int count, char** words) {
    qkdes::prefer_large_pages(); // as the program does
    return qkdes::main_of(count, words);
}
