// The files of faults that we ship do to two-islands what they and scenarios/README.md say. Fails when a fault has no
// effect, hits something else, lasts longer or shorter, or when service does not come back after it.
#include "sim/scenario/load.hpp"
#include "tests/support/results_file.hpp"
#include "tests/support/run_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace qkdes {
namespace {

using namespace std::chrono_literals;

Scenario under(std::string const& script, std::vector<std::string> overrides = {}) {
    overrides.insert(overrides.begin(), {"/faults=[]", "/kem=modelled"});
    LoadResult loaded =
        load_scenario(QKDES_SOURCE_DIR "/scenarios/two-islands.json", overrides,
                      std::vector<std::string>{QKDES_SOURCE_DIR "/scenarios/faults/" + script + ".json"});
    EXPECT_TRUE(loaded.ok()) << format_diagnostics(loaded.diagnostics);
    return loaded.ok() ? std::move(*loaded.scenario) : Scenario{};
}

struct Faulted {
    Scenario scenario;
    test::WorldRun run;
    std::uint64_t outcome(RequestOutcome why, std::size_t demand) const {
        return run.summary.demands[demand].outcomes[static_cast<std::size_t>(why)];
    }
    /// Share of the requests asked in [from, until) that were served.
    double served(SimTime from, SimTime until) const {
        test::ResultsFile file{run.file};
        auto const asked = file.numbers<std::int64_t>("/requests/asked");
        auto const outcomes = file.numbers<std::uint8_t>("/requests/outcome");
        double all = 0, good = 0;
        for (std::size_t i = 0; i < asked.size(); ++i) {
            SimTime const at{SimDuration{asked[i]}};
            if (at < from || at >= until) continue;
            ++all;
            good += outcomes[i] == 0;
        }
        return all == 0 ? -1 : good / all;
    }
};

Faulted run_under(std::string const& script, std::vector<std::string> const& overrides = {}) {
    Faulted out{under(script, overrides), {}};
    out.run = test::run_world(out.scenario, script + ".h5", 7);
    EXPECT_EQ(out.run.summary.violations, 0u);
    EXPECT_GT(out.served(SimTime{115min}, SimTime{2h}), 0.99) << "served again at the end";
    return out;
}

TEST(FaultScripts, SingleCutsTakeEachLinkOnceAndServiceComesBack) {
    auto const cut = run_under("single-cuts");
    auto const& recoveries = cut.run.summary.service.recoveries;
    ASSERT_EQ(recoveries.size(), 3u);
    std::set<LinkId> links;
    for (auto const& fault : cut.scenario.faults)
        links.insert(fault.link);
    EXPECT_EQ(links.size(), 3u);
    EXPECT_EQ(recoveries[0].demands, 3u) << "all cross vigo-santiago";
    EXPECT_EQ(recoveries[1].demands, 2u) << "the banks need the wide-area hop";
    for (auto const& recovery : recoveries) {
        EXPECT_FALSE(recovery.open);
        EXPECT_GT(recovery.took, 18min) << "a cut of both planes lasts as long as it lasts";
        EXPECT_LT(recovery.took, 20min);
    }
    EXPECT_GT(cut.served(SimTime{31min}, SimTime{47min}), 0.99) << "between two cuts";
}

TEST(FaultScripts, EachNodeIsDownOnce) {
    auto const down = run_under("node-down");
    auto const& recoveries = down.run.summary.service.recoveries;
    ASSERT_EQ(recoveries.size(), 4u);
    for (auto const& recovery : recoveries) {
        EXPECT_GE(recovery.demands, 2u);
        EXPECT_FALSE(recovery.open);
        EXPECT_GT(recovery.took, 13min);
        EXPECT_LT(recovery.took, 15min);
    }
    EXPECT_GT(down.outcome(RequestOutcome::node_down, 0), 50u) << "vigo";
    EXPECT_GT(down.outcome(RequestOutcome::timeout, 0), 300u) << "the others";
    for (auto const& link : down.run.summary.links)
        EXPECT_EQ(link.downtime, SimDuration{27min}) << "a link's devices are at two nodes";
}

TEST(FaultScripts, ASiteIsLostWithItsFibres) {
    auto const lost = run_under("site-loss");
    // Santiago relays as much as Derio and stands first; both its links and the node, then the links alone.
    ASSERT_EQ(lost.scenario.faults.size(), 5u);
    EXPECT_EQ(lost.scenario.faults[2].node, NodeId{1});
    EXPECT_EQ(lost.run.summary.links[0].downtime, SimDuration{24min});
    EXPECT_EQ(lost.run.summary.links[1].downtime, SimDuration{0});
    EXPECT_GT(lost.outcome(RequestOutcome::node_down, 2), 50u) << "asked at santiago";
    EXPECT_EQ(lost.served(SimTime{49min}, SimTime{71min}), 0) << "the node is back after 60 min, its fibres are not";
}

TEST(FaultScripts, AFlappingLinkHitsAgainAndAgain) {
    auto const flaps = run_under("flapping-link");
    ASSERT_EQ(flaps.scenario.faults.size(), 30u);
    EXPECT_EQ(flaps.run.summary.links[0].downtime, SimDuration{12min});
    EXPECT_GT(flaps.run.summary.links[0].no_key, 10u) << "blocks are interrupted";
    double const served = flaps.served(SimTime{48min}, SimTime{72min});
    EXPECT_GT(served, 0.4);
    EXPECT_LT(served, 0.8) << "half of the time there is no way";
    std::size_t hit = 0;
    for (auto const& recovery : flaps.run.summary.service.recoveries)
        hit += recovery.demands > 0;
    EXPECT_GT(hit, 15u);
}

TEST(FaultScripts, MaintenanceRollsOverEveryNode) {
    auto const rolling = run_under("rolling-maintenance");
    ASSERT_EQ(rolling.scenario.faults.size(), 4u);
    for (std::size_t n = 0; n < 4; ++n) {
        auto const& fault = rolling.scenario.faults[n];
        EXPECT_EQ(fault.node, NodeId{n});
        EXPECT_EQ(fault.end - fault.begin, SimDuration{12min + 45s}) << "85 % of a quarter of the hour";
        EXPECT_GE(rolling.run.summary.service.recoveries[n].demands, 2u);
    }
    EXPECT_EQ(rolling.scenario.faults[3].begin, SimTime{75min});
    EXPECT_LT(rolling.served(SimTime{30min}, SimTime{90min}), 0.35);
}

TEST(FaultScripts, QberCreepsUntilThereIsNoKey) {
    auto const creep = run_under("qber-creep");
    ASSERT_EQ(creep.scenario.faults.size(), 12u);
    test::ResultsFile file{creep.run.file};
    auto const begin = file.numbers<std::int64_t>("/blocks/begin");
    auto const link = file.numbers<std::uint32_t>("/blocks/link");
    auto const qber = file.numbers<double>("/blocks/qber_x");
    auto const secret = file.numbers<std::uint64_t>("/blocks/secret");
    auto const within = [&](SimTime from, SimTime until) { // of the busiest QKD link
        double error = 0, key = 0, blocks = 0;
        for (std::size_t b = 0; b < begin.size(); ++b) {
            SimTime const at{SimDuration{begin[b]}};
            if (link[b] != 0 || at < from || at >= until || !(qber[b] > 0)) continue;
            error += qber[b];
            key += static_cast<double>(secret[b]);
            ++blocks;
        }
        return std::pair{error / blocks, key / blocks};
    };
    auto const [calm, key] = within(SimTime{5min}, SimTime{23min});
    auto const [first, less] = within(SimTime{25min}, SimTime{29min});
    auto const [last, none] = within(SimTime{70min}, SimTime{94min}); // pauses are long then
    EXPECT_NEAR(first - calm, 0.09 / 12, 0.004);
    EXPECT_NEAR(last - calm, 0.075, 0.02);
    EXPECT_LT(less, key);
    EXPECT_EQ(none, 0);
    EXPECT_GT(creep.outcome(RequestOutcome::no_key, 0), 300u) << "then the store runs dry";
    EXPECT_GT(creep.served(SimTime{105min}, SimTime{115min}), 0.99) << "repaired at 96 min";
}

TEST(FaultScripts, AnEavesdropperStopsTheKeyAndIsSeen) {
    auto const listened = run_under("eavesdropper");
    EXPECT_EQ(listened.scenario.faults.at(0).link, LinkId{0});
    EXPECT_GT(listened.run.summary.links[0].no_key, 5u) << "blocks above the error rate that ends them";
    EXPECT_LT(listened.run.summary.links[1].no_key, 4u) << "the other link is left alone";
    EXPECT_EQ(listened.run.summary.links[0].known_to_eve, 0) << "no key that she knows is used";
    EXPECT_GT(listened.outcome(RequestOutcome::no_key, 0), 100u);
    EXPECT_GT(listened.served(SimTime{48min}, SimTime{55min}), 0.99) << "on stored key";
    EXPECT_LT(listened.served(SimTime{68min}, SimTime{72min}), 0.01);
}

TEST(FaultScripts, AClassicalOutageIsSlowThenLossyThenSilent) {
    auto const silent = run_under("classical-outage");
    EXPECT_EQ(silent.run.summary.links[0].downtime, SimDuration{0}) << "devices go on";
    EXPECT_GT(silent.served(SimTime{36min}, SimTime{47min}), 0.99);
    double const lossy = silent.served(SimTime{48min}, SimTime{60min});
    EXPECT_GT(lossy, 0.75) << "lost messages are sent again";
    EXPECT_LT(lossy, 0.97) << "but not for ever";
    EXPECT_EQ(silent.served(SimTime{60min}, SimTime{71min}), 0);
    EXPECT_GT(silent.run.summary.latency[1], SimDuration{1s}) << "p95: half a second a way, there and back twice";
    EXPECT_GT(silent.run.summary.messages_lost, 500u);
}

TEST(FaultScripts, RequestsSurge) {
    auto const surge = run_under("load-surge");
    test::ResultsFile file{surge.run.file};
    auto const asked = file.numbers<std::int64_t>("/requests/asked");
    auto const between = [&](SimTime from, SimTime until) {
        return static_cast<double>(std::ranges::count_if(
            asked, [&](auto t) { return SimTime{SimDuration{t}} >= from && SimTime{SimDuration{t}} < until; }));
    };
    // 0.5 requests a second; 5 in the surge; 25 and a quarter when bank-vigo's 0.25 become 25. Four standard
    // deviations.
    EXPECT_NEAR(between(SimTime{0min}, SimTime{48min}), 1440, 4 * 38);
    EXPECT_NEAR(between(SimTime{48min}, SimTime{72min}), 7200, 4 * 85);
    EXPECT_NEAR(between(SimTime{96min}, SimTime{102min}), 9090, 4 * 96);
    EXPECT_NEAR(between(SimTime{102min}, SimTime{120min}), 540, 4 * 24);
    EXPECT_GT(surge.served(SimTime{48min}, SimTime{72min}), 0.99) << "ten times the load is less than the key made";
    EXPECT_LT(surge.served(SimTime{97min}, SimTime{102min}), 0.95) << "a hundred times is more";
    EXPECT_GT(surge.outcome(RequestOutcome::no_key, 0), 300u);
}

TEST(FaultScripts, AnAdversaryAtTheBusiestRelayKnowsWhatPasses) {
    auto const read = run_under("adversary-at-the-busiest-relay");
    ASSERT_EQ(read.scenario.adversaries.size(), 1u);
    ASSERT_EQ(read.scenario.adversaries[0].nodes.size(), 1u);
    EXPECT_EQ(read.scenario.adversaries[0].nodes[0].node, NodeId{1}) << "santiago";
    EXPECT_EQ(read.scenario.adversaries[0].nodes[0].from, SimTime{30min});
    auto const section = std::ranges::find(read.run.summary.sections, "adversaries", &SummarySection::name);
    ASSERT_NE(section, read.run.summary.sections.end());
    ASSERT_EQ(section->rows.size(), 3u);
    for (auto const& row : section->rows) {
        double const delivered = row[4].value.value(), known = row[5].value.value();
        EXPECT_NEAR(known / delivered, 0.75, 0.05) << "all from a quarter of the run on";
    }
}

TEST(FaultScripts, RandomFailuresAreThoseOfTheSeed) {
    Scenario const scenario = under("random-failures");
    std::size_t cuts = 0, downs = 0;
    double down = 0;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        auto const run = test::run_world(scenario, "random.h5", seed);
        EXPECT_EQ(run.summary.violations, 0u);
        EXPECT_GT(run.served, run.requests / 2);
        EXPECT_LT(run.served, run.requests - run.requests / 100) << "some of them hit";
        for (auto const& recovery : run.summary.service.recoveries) {
            ++(recovery.fault.on_node() ? downs : cuts);
            down += seconds(recovery.fault.end - recovery.fault.begin);
            EXPECT_TRUE(recovery.fault.drawn);
        }
    }
    // Three links about twice, four nodes about once, in each of three runs.
    EXPECT_NEAR(static_cast<double>(cuts), 3 * 3 * 1 / .48, 5 * std::sqrt(3 * 3 / .48));
    EXPECT_NEAR(static_cast<double>(downs), 3 * 4 * 1 / .82, 5 * std::sqrt(3 * 4 / .82));
    EXPECT_GT(down, 0);
}

// Without a surge the arrivals are the very same; a surge changes those of its application alone.
TEST(FaultScripts, ASurgeLeavesOthersArrivalsAlone) {
    auto const arrivals = [](std::string const& faults, std::uint32_t demand) {
        auto loaded = load_scenario(QKDES_SOURCE_DIR "/scenarios/two-islands.json",
                                    std::vector<std::string>{"/faults=" + faults, "/kem=modelled", "/duration=20 min"});
        EXPECT_TRUE(loaded.ok()) << format_diagnostics(loaded.diagnostics);
        auto const run = test::run_world(*loaded.scenario, "surge.h5", 7);
        test::ResultsFile file{run.file};
        auto const asked = file.numbers<std::int64_t>("/requests/asked");
        auto const of = file.numbers<std::uint32_t>("/requests/demand");
        std::multiset<std::int64_t> out;
        for (std::size_t i = 0; i < asked.size(); ++i)
            if (of[i] == demand) out.insert(asked[i]);
        return out;
    };
    std::string const surge = R"([{ "at": "5 min", "for": "5 min", "surge": "bank-vigo", "factor": 10 }])";
    for (std::uint32_t other : {1u, 2u})
        EXPECT_EQ(arrivals("[]", other), arrivals(surge, other));
    auto const calm = arrivals("[]", 0), rushed = arrivals(surge, 0);
    EXPECT_GT(rushed.size(), 2 * calm.size());
    auto const early = [](auto const& all) { return std::multiset(all.begin(), all.lower_bound(300'000'000'000)); };
    EXPECT_EQ(early(calm), early(rushed));
}

} // namespace
} // namespace qkdes
