// Swarm: from one number a random small network under faults, fault points and adversaries. Whatever happens, the
// auditor stays clean, every request is booked once, nothing serves more than the flow bound, no adversary knows a key
// that nobody has, and threads leave no trace. Once faults are over, a demand for which there is key in every store for
// twice its requests, and whose requests are at most half of the flow bound, is served in full.
//
// A failing seed is printed with its scenario and replays alone: QKDES_SWARM_SEED=123 runs just that one;
// `tools/dev swarm --seeds N [--seed S]` runs as many as one likes.
// Mutations that turn it red: KeyPool::draw not marking the unit; QuantumLink storing without asking both ends' room;
// KmeNode::on_restart leaving drawn units open; Demand::finish without its `over` check; a retry under a new session;
// Host::crash without the restart.
#include "sim/record/compare.hpp"
#include "sim/record/reader.hpp"
#include "sim/world/flow_bound.hpp"
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"
#include "tests/swarm/swarm_scenario.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace qkdes {
namespace {

struct Tally {
    std::uint64_t working = 0; ///< seeds of which anything was served, so that a swarm in which nothing works shows
    std::uint64_t calm = 0;    ///< seeds whose light demand had to be served
};

std::vector<double> column(ResultsReader& reader, std::string const& name) {
    auto numbers = reader.numbers(name);
    EXPECT_TRUE(numbers.ok()) << name;
    return numbers.ok() ? std::move(*numbers) : std::vector<double>{};
}

/// Of a request for one key of 256 bits over any hop: a pad and a tag, and once a hash key.
constexpr double kUnitsPerRequest = 3;

/// Every store had key for `requests`, twice over, when they began; and nothing is down for good.
bool had_key(RunSummary const& summary, ResultsReader& reader, std::uint64_t requests) {
    for (auto const& link : summary.links)
        if (link.stopped) return false;
    auto const at = column(reader, "/stores/at"), available = column(reader, "/stores/available");
    std::size_t seen = 0;
    for (std::size_t i = 0; i < at.size(); ++i) {
        if (at[i] != Swarm::kLight * 1e6) continue;
        ++seen;
        if (available[i] < 2.0 * 256.0 * kUnitsPerRequest * static_cast<double>(requests)) return false;
    }
    return seen == 2 * summary.links.size();
}

/// Requests that the best routing could have served with all the key that was made, had it been the only demand.
std::uint64_t bound(Scenario const& scenario, RunSummary const& summary, DemandSpec const& demand) {
    std::vector<FlowLink> links;
    for (auto const& link : scenario.links)
        links.push_back({link.a.index(), link.b.index(), kUnlimited});
    for (auto const& link : summary.links)
        links[link.link.index()].capacity = link.ledger.pool[0].stored / Auditor::kUnitBits;
    return max_flow(scenario.nodes.size(), links, scenario.applications[demand.from.index()].node.index(),
                    scenario.applications[demand.to.index()].node.index());
}

void run_one(std::uint64_t seed, Tally& tally) {
    Swarm swarm{seed};
    std::string const text = swarm.scenario();
    auto const loaded = load_scenario_text(text, "swarm.json");
    ASSERT_TRUE(loaded.ok()) << "seed " << seed << "\n" << format_diagnostics(loaded.diagnostics) << text;
    auto const one = test::run_world(*loaded.scenario, "swarm1.h5", seed, 1);
    EXPECT_EQ(one.summary.violations, 0u) << "seed " << seed << ": " << one.summary.violation_messages.front() << "\n"
                                          << text;
    // Every request that was made is booked, and once: their numbers are 0, 1, 2, ...
    auto reader = ResultsReader::open(one.file);
    ASSERT_TRUE(reader.ok());
    auto numbers = column(*reader, "/requests/index");
    std::sort(numbers.begin(), numbers.end());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (numbers[i] == static_cast<double>(i)) continue;
        ADD_FAILURE() << "seed " << seed << ": request " << i << " was not booked exactly once\n" << text;
        break;
    }
    for (auto const& demand : one.summary.demands)
        EXPECT_LE(demand.served, demand.possible) << "seed " << seed << "\n" << text;
    if (swarm.calms_down()) {
        auto const& light = one.summary.demands.back();
        std::uint64_t const most = bound(*loaded.scenario, one.summary, loaded.scenario->demands.back());
        if (light.requests <= most / 2 && had_key(one.summary, *reader, light.requests)) {
            ++tally.calm;
            EXPECT_EQ(light.served, light.requests) << "seed " << seed << ": faults are over, and there is key\n"
                                                    << text;
        }
    }
    if (seed % 8 == 0) {
        auto const two = test::run_world(*loaded.scenario, "swarm2.h5", seed, 2, 7);
        EXPECT_EQ(one.summary.trace_hash, two.summary.trace_hash) << "seed " << seed << "\n" << text;
        auto const differences = compare_results(one.file, two.file);
        EXPECT_TRUE(differences.ok() && differences.value().empty()) << "seed " << seed << "\n" << text;
    }
    tally.working += one.served > 0;
}

std::optional<std::uint64_t> asked(char const* variable) {
    char const* const text = std::getenv(variable);
    if (text == nullptr) return std::nullopt;
    return std::strtoull(text, nullptr, 10);
}

void run_swarm(std::uint64_t first, std::uint64_t count) {
    Tally tally;
    if (auto const only = asked("QKDES_SWARM_SEED")) return run_one(*only, tally);
    std::uint64_t seed = first;
    for (; seed < first + count && !::testing::Test::HasFailure(); ++seed)
        run_one(seed, tally);
    if (::testing::Test::HasFailure()) return;
    EXPECT_GT(tally.working, count / 2) << "a swarm in which nothing is served proves little";
    EXPECT_GT(tally.calm, count / 8) << "a swarm that never calms down proves no liveness";
    std::cout << fmt::format("seeds {} to {}: {} served something, {} calmed down and were served in full\n", first,
                             seed - 1, tally.working, tally.calm);
}

// Four parts, so that they run beside each other.
TEST(Swarm, StaysRight1) { run_swarm(1, 50); }
TEST(Swarm, StaysRight2) { run_swarm(51, 50); }
TEST(Swarm, StaysRight3) { run_swarm(101, 50); }
TEST(Swarm, StaysRight4) { run_swarm(151, 50); }
/// For tools/dev swarm.
TEST(SwarmLong, AsManyAsAsked) {
    run_swarm(asked("QKDES_SWARM_FIRST").value_or(1000), asked("QKDES_SWARM_SEEDS").value_or(400));
}

} // namespace
} // namespace qkdes
