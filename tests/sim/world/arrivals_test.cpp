// When demands ask: bursts, clients that stop, clients that do not wait for the far application.
#include "sim/world/world.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

#include <map>

namespace qkdes {
namespace {

using namespace std::chrono_literals;
using test::kTwoNodes;
using test::scenario;

class Watch final : public System {
  public:
    void request(RequestRecord const& record, std::vector<NodeId> const&) override { records.push_back(record); }
    std::vector<RequestRecord> records;
};

std::vector<RequestRecord> run(Scenario const& s) {
    Recorder recorder = Recorder::nowhere();
    Watch watch;
    {
        World world{s, s.seed, recorder, 1};
        world.observe(watch);
        world.run_until(kSimStart + s.duration);
        EXPECT_EQ(world.finish().violations, 0u);
    }
    (void)recorder.finish(Outcome::finished());
    return watch.records;
}

TEST(Arrivals, ABurstIsAskedAtOneInstantWhateverBecameOfTheLast) {
    auto const records = run(scenario(kTwoNodes, {R"(/demands/0/arrivals={"bursts":{"requests":7,"every":"4 s"}})",
                                                  "/demands/0/start=1 s", "/demands/0/stop=13 s"}));
    std::map<SimTime, int> asked;
    for (auto const& r : records)
        ++asked[r.asked];
    std::map<SimTime, int> const expected{{SimTime{1s}, 7}, {SimTime{5s}, 7}, {SimTime{9s}, 7}};
    EXPECT_EQ(asked, expected); // none at 13 s, when it stops
}

TEST(Arrivals, EachClientAsksSoOftenAndNoMore) {
    auto const records = run(scenario(
        kTwoNodes, {R"(/demands/0/arrivals={"closed_loop":{"clients":3,"requests":11}})", "/demands/0/start=5 s"}));
    EXPECT_EQ(records.size(), 33u);
    auto const endless = run(scenario(
        kTwoNodes, {R"(/demands/0/arrivals={"closed_loop":{"clients":3,"think":"100 ms"}})", "/demands/0/start=5 s"}));
    EXPECT_GT(endless.size(), 200u);
}

// Where a node releases keys before the far one has them, a client may go on at once: the next request is asked when
// the one before was answered, and not when it was complete.
TEST(Arrivals, AClientMayGoOnWhenItsOwnNodeHasAnswered) {
    auto const asked_after = [](char const* until) {
        auto const records = run(scenario(
            kTwoNodes, {"/profile=kmstn-paper", "/kms={\"vendor\":{\"latency\":\"50 ms\",\"spread\":0}}",
                        std::string{R"(/demands/0/arrivals={"closed_loop":{"clients":1,"requests":20,"until":")"} +
                            until + R"("}})",
                        "/demands/0/start=5 s"}));
        std::map<std::uint64_t, RequestRecord> in_order;
        for (auto const& r : records)
            in_order[r.index] = r;
        EXPECT_EQ(in_order.size(), 20u);
        for (auto it = in_order.begin(); std::next(it) != in_order.end(); ++it) {
            auto const& [a, b] = std::pair{it->second, std::next(it)->second};
            EXPECT_EQ(a.outcome, RequestOutcome::served);
            EXPECT_GT(a.complete, a.answered);
            EXPECT_EQ(b.asked - a.asked, std::string_view{until} == "answered" ? a.answered : a.complete);
        }
    };
    asked_after("answered");
    asked_after("complete");
}

} // namespace
} // namespace qkdes
