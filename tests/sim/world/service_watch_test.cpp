#include "sim/world/service_watch.hpp"

#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using std::chrono::seconds;

class ServiceWatchTest : public testing::Test {
  protected:
    ServiceWatchTest() {
        scenario = test::scenario(test::kTwoNodes);
        scenario.demands[0].timeout = seconds{2};
    }
    void ask(ServiceWatch& watch, int at, RequestOutcome outcome, int took = 0) {
        RequestRecord record;
        record.demand = DemandId{0u};
        record.asked = kSimStart + seconds{at};
        record.outcome = outcome;
        if (outcome == RequestOutcome::served) record.complete = seconds{took};
        watch.request(record, std::vector{NodeId{0u}, NodeId{1u}});
    }
    Scenario scenario;
    static constexpr SimTime kEnd = kSimStart + seconds{20};
};

TEST_F(ServiceWatchTest, AnOutageLastsFromTheFirstFailureToTheNextService) {
    ServiceWatch watch{scenario};
    ask(watch, 1, RequestOutcome::served);
    ask(watch, 2, RequestOutcome::no_key);
    ask(watch, 3, RequestOutcome::timeout);
    ask(watch, 5, RequestOutcome::served, 1);
    ask(watch, 7, RequestOutcome::served);
    auto const report = watch.finish(kEnd);
    EXPECT_EQ(report.outages[0], 1u);
    EXPECT_EQ(report.outage[0], seconds{4}); // 2 s to 5 s + 1 s
    EXPECT_DOUBLE_EQ(report.availability, 1 - 4.0 / 20);
    EXPECT_DOUBLE_EQ(report.holders, 2);
    EXPECT_EQ(report.worst_relay, 0) << "only the ends held them";
}

// The one asked at 2 is told after the one asked at 3: nobody was without service.
TEST_F(ServiceWatchTest, ASingleLossIsNoOutage) {
    ServiceWatch watch{scenario};
    ask(watch, 3, RequestOutcome::served);
    ask(watch, 2, RequestOutcome::timeout);
    EXPECT_EQ(watch.finish(kEnd).outages[0], 0u);
}

TEST_F(ServiceWatchTest, RequestsEndOutOfOrder) {
    ServiceWatch watch{scenario};
    ask(watch, 4, RequestOutcome::no_key);
    ask(watch, 2, RequestOutcome::timeout);
    ask(watch, 3, RequestOutcome::served, 3); // asked within the outage: it is over when this one is served
    auto const report = watch.finish(kEnd);
    EXPECT_EQ(report.outage[0], seconds{4});
}

TEST_F(ServiceWatchTest, AnOutageThatLastsIsOpenToTheEnd) {
    scenario.faults.push_back({});
    scenario.faults[0].begin = kSimStart + seconds{10};
    scenario.faults[0].end = kSimStart + seconds{12};
    ServiceWatch watch{scenario};
    ask(watch, 9, RequestOutcome::timeout); // asked before the fault, lost to it: within the timeout of 2 s
    auto const report = watch.finish(kEnd);
    ASSERT_EQ(report.recoveries.size(), 1u);
    EXPECT_TRUE(report.recoveries[0].open);
    EXPECT_EQ(report.recoveries[0].took, seconds{10});
}

TEST_F(ServiceWatchTest, AFaultThatNobodyNoticesRecoversAtOnce) {
    scenario.faults.push_back({});
    scenario.faults[0].begin = kSimStart + seconds{10};
    scenario.faults[0].end = kSimStart + seconds{12};
    ServiceWatch watch{scenario};
    ask(watch, 3, RequestOutcome::no_key); // over before the fault
    ask(watch, 4, RequestOutcome::served);
    ask(watch, 15, RequestOutcome::no_key); // begins after it
    auto const report = watch.finish(kEnd);
    EXPECT_EQ(report.recoveries[0].demands, 0u);
    EXPECT_EQ(report.recoveries[0].took, seconds{0});
}

// alice = bob - carol = dave: bob held the keys of four of five served requests, carol of three.
TEST(WorstRelay, IsTheOneThatHeldMost) {
    Scenario const scenario = test::scenario(test::kTwoIslands);
    ServiceWatch watch{scenario};
    auto const served = [&](std::uint32_t demand, std::vector<NodeId> const& holders, RequestOutcome outcome) {
        RequestRecord record;
        record.demand = DemandId{std::size_t{demand}};
        record.outcome = outcome;
        watch.request(record, holders);
    };
    NodeId const alice{0u}, bob{1u}, carol{2u}, dave{3u};
    for (int i = 0; i < 3; ++i)
        served(0, {alice, bob, carol, dave}, RequestOutcome::served);
    served(1, {alice, bob, dave}, RequestOutcome::served);
    served(1, {alice, dave}, RequestOutcome::served);
    served(0, {alice, carol}, RequestOutcome::timeout);
    EXPECT_DOUBLE_EQ(watch.finish(kSimStart + seconds{20}).worst_relay, 0.8);
}

} // namespace
} // namespace qkdes
