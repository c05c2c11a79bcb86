#include "sim/world/path_watch.hpp"

#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using std::chrono::seconds;

class PathWatchTest : public testing::Test {
  protected:
    void ask(int at, RequestOutcome outcome, std::vector<NodeId> const& holders = {}) {
        RequestRecord record;
        record.demand = DemandId{0u};
        record.asked = kSimStart + seconds{at};
        record.outcome = outcome;
        watch.request(record, holders);
    }
    DemandSummary told() {
        std::vector<DemandSummary> demands(1);
        demands[0].demand = DemandId{0u};
        watch.finish(demands);
        return demands[0];
    }
    Scenario scenario = test::scenario(test::kTwoNodes, {"/demands/0/start=5 s"});
    PathWatch watch{scenario};
    std::vector<NodeId> const north{NodeId{0u}, NodeId{1u}, NodeId{3u}}, south{NodeId{0u}, NodeId{2u}, NodeId{3u}};
};

TEST_F(PathWatchTest, AnotherWayIsARerouteAndThePreviousOneIsNot) {
    ask(6, RequestOutcome::served, north);
    ask(7, RequestOutcome::served, north);
    EXPECT_FALSE(told().first_reroute.has_value());
    ask(9, RequestOutcome::served, south);
    ask(10, RequestOutcome::served, north);
    ask(11, RequestOutcome::served, south);
    EXPECT_EQ(told().first_reroute, seconds{4}) << "since the demand's start";
    EXPECT_FALSE(told().first_refusal.has_value());
}

// The one asked at 8 is told after the one asked at 9.
TEST_F(PathWatchTest, TheEarliestAskedCounts) {
    ask(6, RequestOutcome::served, north);
    ask(9, RequestOutcome::served, south);
    ask(8, RequestOutcome::served, south);
    ask(13, RequestOutcome::no_key);
    ask(12, RequestOutcome::timeout, north);
    EXPECT_EQ(told().first_reroute, seconds{3});
    EXPECT_EQ(told().first_refusal, seconds{7});
}

TEST_F(PathWatchTest, WhatTheRunsEndCutShortSaysNothing) {
    ask(6, RequestOutcome::unfinished, south);
    ask(7, RequestOutcome::served, north);
    EXPECT_FALSE(told().first_refusal.has_value());
    EXPECT_FALSE(told().first_reroute.has_value());
}

} // namespace
} // namespace qkdes
