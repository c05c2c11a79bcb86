// The scenarios that we ship do what scenarios/README.md says they show.
#include "sim/scenario/load.hpp"
#include "tests/support/run_world.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

Scenario shipped(std::string const& name, std::vector<std::string> const& overrides = {}) {
    LoadResult loaded = load_scenario(std::string{QKDES_SOURCE_DIR "/scenarios/"} + name, overrides);
    EXPECT_TRUE(loaded.ok()) << format_diagnostics(loaded.diagnostics);
    return loaded.ok() ? std::move(*loaded.scenario) : Scenario{};
}

std::uint64_t blocked(RunSummary const& summary, std::size_t demand, RequestOutcome why) {
    return summary.demands[demand].outcomes[static_cast<std::size_t>(why)];
}

TEST(Shipped, TwoIslandsRunsDryDuringTheCutAndRecovers) {
    auto const run = test::run_world(shipped("two-islands.json", {"/kem=modelled"}), "islands.h5", 7);
    EXPECT_EQ(run.summary.violations, 0u);
    EXPECT_GT(run.served, run.requests / 2);
    EXPECT_GT(blocked(run.summary, 0, RequestOutcome::no_key), 20u) << "the cut is longer than the store lasts";
    for (auto const& link : run.summary.links) {
        EXPECT_GT(link.bursts, 20u);
        EXPECT_FALSE(link.stopped.has_value());
    }
    auto const calm =
        test::run_world(shipped("two-islands.json", {"/kem=modelled", "/faults=[]"}), "islands_calm.h5", 7);
    EXPECT_LT(blocked(calm.summary, 0, RequestOutcome::no_key), blocked(run.summary, 0, RequestOutcome::no_key) / 2)
        << "without the cut nearly all are served";
}

TEST(Shipped, OneLinkMakesKeyFromPhotons) {
    auto const run = test::run_world(shipped("one-link.json"), "one_link.h5", 1);
    EXPECT_EQ(run.summary.violations, 0u);
    EXPECT_GT(run.served, 0u);
}

TEST(Shipped, TheChainRelaysOverEveryHop) {
    auto const run = test::run_world(shipped("relay-chain.json", {"/kem=modelled"}), "chain.h5", 3);
    EXPECT_EQ(run.summary.violations, 0u);
    EXPECT_GT(run.served, run.requests / 2);
    for (auto const& link : run.summary.links)
        EXPECT_GT(link.ledger.pool[0].used, 0u);
}

} // namespace
} // namespace qkdes
