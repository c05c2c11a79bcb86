// Whole networks at block fidelity, with modelled cryptography and messages handed over as values, rows recorded to
// disk: what a simulated hour costs, what a request costs in networks of different sizes, and how much memory that
// takes. Goals: see bench/README.md.
//
//   bench_network               the sizes, and an hour of the largest
//   bench_network HOURS         that many hours of the largest alone
//   bench_network HOURS FILE [/pointer=value ...]    of a scenario of one's own
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
    std::string text = R"({"name": "country", "seed": 1, "duration": "1 h", "kem": "modelled",)"
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
    double begin = 0, loop = 0, end = 0; ///< s of processor time: until the first event, events, figures and closing
    std::uint64_t requests = 0, served = 0, hops = 0, events = 0, bytes = 0, hash = 0;
};

class HopCount final : public System {
  public:
    void hop(NodeId, LinkId, KeyId, SecurityClass, std::uint32_t) override { ++hops; }
    std::uint64_t hops = 0;
};

Cost run(Scenario const& scenario, bool recorded) {
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
        for (SimTime at = kSimStart; at < kSimStart + scenario.duration; recorder.tick())
            world.run_until(at += std::chrono::seconds{1});
        double const ended = processor_seconds();
        RunSummary const summary = world.finish();
        if (summary.violations > 0) std::abort();
        for (auto const& demand : summary.demands) {
            cost.requests += demand.requests;
            cost.served += demand.served;
        }
        cost.begin = loop - started;
        cost.loop = ended - loop;
        cost.hops = hops.hops;
        cost.events = summary.events;
        cost.hash = summary.trace_hash;
    }
    if (!recorder.finish(Outcome::finished())) std::abort();
    if (recorded) {
        cost.bytes = std::filesystem::file_size(file);
        std::filesystem::remove(file);
    }
    cost.end = processor_seconds() - started - cost.begin - cost.loop;
    return cost;
}

Scenario loaded(LoadResult result) {
    if (!result.ok()) {
        fmt::print(stderr, "{}", format_diagnostics(result.diagnostics));
        std::exit(2);
    }
    return std::move(*result.scenario);
}

Scenario country_of(std::size_t nodes, SimDuration duration) {
    std::string const hours = fmt::format("/duration={} s", seconds(duration));
    return loaded(load_scenario_text(country_text(nodes), "country", {{hours}}));
}

double peak_megabytes() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_maxrss) / 1024;
}

void tell(std::string const& name, Scenario const& scenario, Cost const& cost) {
    double const hours = seconds(scenario.duration) / 3600;
    fmt::print("{}: {} nodes, {} links, {} demands, {:.2f} h\n", name, scenario.nodes.size(), scenario.links.size(),
               scenario.demands.size(), hours);
    fmt::print("  {} requests, {} served, {:.2f} hops each; {} events; hash {:016x}\n", cost.requests, cost.served,
               static_cast<double>(cost.hops) / static_cast<double>(cost.requests), cost.events, cost.hash);
    fmt::print("  begin {:.1f} s, events {:.1f} s, end {:.1f} s of processor time; {:.2f} Mevents/s, {:.1f} us a "
               "request, {:.2f} us a hop\n",
               cost.begin, cost.loop, cost.end, static_cast<double>(cost.events) / cost.loop / 1e6,
               cost.loop / static_cast<double>(cost.requests) * 1e6, cost.loop / static_cast<double>(cost.hops) * 1e6);
    fmt::print("  a simulated day: {:.1f} min; {:.0f} bytes of results a request; {:.0f} MB so far\n",
               (cost.begin + cost.end + cost.loop * 24 / hours) / 60,
               static_cast<double>(cost.bytes) / static_cast<double>(cost.requests), peak_megabytes());
    std::fflush(stdout);
}

int main_of(int count, char** words) {
    if (count > 2) {
        std::vector<std::string> overrides{fmt::format("/duration={} h", words[1])};
        overrides.insert(overrides.end(), words + 3, words + count);
        Scenario const scenario = loaded(load_scenario(words[2], overrides));
        tell(words[2], scenario, run(scenario, true));
        return 0;
    }
    if (count > 1) {
        auto const scenario = country_of(1000, from_seconds(3600 * std::atof(words[1])));
        tell("country", scenario, run(scenario, true));
        return 0;
    }
    // As many requests in each, so that what differs is how much there is to keep in mind.
    double small = 0;
    for (std::size_t const nodes : {125, 250, 500, 1000}) {
        auto const scenario = country_of(nodes, from_seconds(600.0 * 1000 / static_cast<double>(nodes)));
        Cost const cost = run(scenario, true);
        tell("size", scenario, cost);
        double const each = cost.loop / static_cast<double>(cost.hops) / std::log2(static_cast<double>(nodes));
        if (small == 0) small = each;
        fmt::print("  cost / (requests x hops x log nodes) against the smallest: {:.2f} (goal: <= 1)\n", each / small);
    }
    auto const scenario = country_of(1000, std::chrono::minutes{10});
    Cost const with = run(scenario, true), without = run(scenario, false);
    fmt::print("writing results: {:.1f} % of the run (goal: < 10)\n",
               100 * (with.loop + with.end - without.loop - without.end) / (with.begin + with.loop + with.end));
    return with.hash == without.hash ? 0 : 1;
}

} // namespace
} // namespace qkdes

int main(int count, char** words) {
    qkdes::prefer_large_pages(); // as the program does
    return qkdes::main_of(count, words);
}
