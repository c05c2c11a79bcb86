// Works of a node as service times: each on a request's path makes it later by exactly what it costs, and a host that
// has too many of them makes everybody wait.
#include "sim/record/reader.hpp"
#include "sim/world/worker.hpp"
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace qkdes {
namespace {

using namespace std::chrono_literals;
using test::run_world;
using test::scenario;

/// Nothing takes time here but 5 ms of channel each way; one request every 100 s.
constexpr std::string_view kQuiet = R"({
  "name": "quiet", "seed": 5, "duration": "10 min",
  "kms": { "processing": "0 s" },
  "nodes": [ { "id": "alice" }, { "id": "bob" } ],
  "links": [ { "id": "wan", "between": ["alice", "bob"], "classical": { "latency": "5 ms", "rate": "1000000 Gbit/s" } } ],
  "applications": [ { "id": "a", "node": "alice" }, { "id": "b", "node": "bob" } ],
  "demands": [ { "from": "a", "to": "b", "arrivals": { "closed_loop": { "clients": 1, "think": "10 s" } } } ]
})";
constexpr std::string_view kFree =
    R"({ "tls_handshake": "0 s", "tls_resumption": "0 s", "database_insert": "0 s", "tpm": "0 s", "kem": "0 s", "seal": "0 s", "json": "0 s" })";

std::vector<double> answered(test::WorldRun const& run) {
    auto reader = ResultsReader::open(run.file);
    EXPECT_TRUE(reader.ok());
    auto const column = reader->numbers("/requests/answered");
    EXPECT_TRUE(column.ok());
    EXPECT_EQ(run.served, run.requests);
    return column.ok() ? *column : std::vector<double>{};
}

test::WorldRun quiet(std::vector<std::string> overrides) { return run_world(scenario(kQuiet, overrides), "q.h5", 1); }

struct OnThePath {
    char const* kind;
    int first, later; ///< works of the first request of a run, of those after it
    char const* think;
};

// Fails when a work is not charged, is charged twice or at the wrong place, or when what leaves does not wait for it.
TEST(ServiceTimes, ARequestIsLaterByTheWorksOnItsPath) {
    for (bool const speaks_014 : {false, true}) {
        std::string const api = speaks_014 ? "/demands/0/api=014" : "/demands/0/api=direct";
        int const more = speaks_014 ? 1 : 0; // an application's request is JSON over TLS, too
        for (OnThePath const& path : {OnThePath{"kem", 3, 3, "10 s"},
                                      {"seal", 2, 2, "10 s"},
                                      {"json", 4 + more, 4 + more, "10 s"},
                                      {"database_insert", 1, 1, "10 s"},
                                      {"tpm", 1, 1, "10 s"},
                                      {"tls_handshake", 4 + more, 0, "10 s"},
                                      {"tls_resumption", 0, 4 + more, "70 s"}}) {
            std::string const think = fmt::format("/demands/0/arrivals/closed_loop/think={}", path.think);
            auto const base = answered(quiet({api, think}));
            auto const with = answered(quiet({api, think, fmt::format("/kms/service={}", kFree),
                                              fmt::format("/kms/service/{}=\"7 ms\"", path.kind)}));
            ASSERT_GE(base.size(), 8u);
            ASSERT_EQ(with.size(), base.size());
            EXPECT_EQ(with[0] - base[0], path.first * 7e6) << path.kind << api;
            for (std::size_t i = 1; i < with.size(); ++i)
                ASSERT_EQ(with[i] - base[i], path.later * 7e6) << path.kind << api << " request " << i;
        }
    }
}

TEST(ServiceTimes, WorksThatCostNothingChangeNothing) {
    auto const without = run_world(scenario(test::kTwoIslands), "without.h5", 5);
    auto const free = run_world(scenario(test::kTwoIslands, {fmt::format("/kms/service={}", kFree)}), "free.h5", 5);
    EXPECT_EQ(free.served, without.served);
    for (std::size_t d = 0; d < 2; ++d)
        EXPECT_EQ(free.summary.demands[d].latency, without.summary.demands[d].latency);
}

// 25 requests a second where a key takes 100 ms to seal: at most ten are stored, and those that wait are late.
TEST(ServiceTimes, ASaturatedHostQueues) {
    std::vector<std::string> const busy = {"/duration=60 s", R"(/demands/0/arrivals={ "poisson": "25 /s" })",
                                           "/demands/0/timeout=3 s", fmt::format("/kms/service={}", kFree)};
    auto slow = busy, idle = busy;
    slow.push_back(R"(/nodes/1/kms={ "service": { "tpm": "100 ms" } })");
    idle.push_back(R"(/nodes/1/kms={ "service": { "tpm": "10 ms" } })");
    auto const fast = run_world(scenario(kQuiet, idle), "idle.h5", 1);
    auto const late = run_world(scenario(kQuiet, slow), "slow.h5", 1);
    EXPECT_EQ(fast.served + fast.summary.demands[0].outcomes[static_cast<std::size_t>(RequestOutcome::unfinished)],
              fast.requests);
    EXPECT_LE(late.served, 601u);
    EXPECT_LT(fast.summary.demands[0].latency[2], 200ms);
    EXPECT_GT(late.summary.demands[0].latency[0], 1s) << "the median waits";
    EXPECT_GT(late.summary.demands[0].outcomes[static_cast<std::size_t>(RequestOutcome::timeout)], 300u);
    auto const& sections = late.summary.sections;
    ASSERT_EQ(sections.size(), 1u);
    ASSERT_EQ(sections[0].name, "service");
    ASSERT_EQ(sections[0].rows.size(), 2u);
    EXPECT_EQ(sections[0].rows[0].back().value, 0.0) << "alice works for nothing";
    EXPECT_GT(sections[0].rows[1].back().value, 0.95);
    EXPECT_EQ(sections[0].rows[1][3].value, 0.0) << "a node's service starts as the scenario's";
}

TEST(ServiceTimes, AHostThatFailsForgetsWhatWaits) {
    auto const run = run_world(scenario(test::kTwoIslands, {"/kms/service={}", R"(/demands/0/arrivals/poisson="60 /s")",
                                                            R"(/faults=[{ "at": "8 s", "for": "3 s", "down": "bob" },
                                                                        { "at": "12 s", "for": "10 ms", "down": "dave" }])"}),
                               "fails.h5", 5);
    EXPECT_EQ(run.summary.violations, 0u) << run.summary.violation_messages.front();
    EXPECT_GT(run.served, 100u);
    EXPECT_LT(run.served, run.requests);
}

class WorkerTest : public testing::Test {
  protected:
    void job(std::string name, std::vector<Work> works) {
        worker.serve([this, name, works] {
            log += fmt::format("{}@{} ", name, engine.now().time_since_epoch() / 1us);
            for (auto kind : works)
                worker.worked(kind);
        });
    }
    void run() { engine.run_until(SimTime{1s}); }

    static ServiceSpec costs() {
        ServiceSpec out;
        out.kem = 100us;
        out.json = 10us;
        return out;
    }
    Engine engine;
    Origin origin = engine.new_origin("host");
    Worker worker{engine, origin, 1us, costs()};
    std::string log;
};

// Fails when a job begins before the works of the one before are done, or when an idle worker makes anybody wait.
TEST_F(WorkerTest, JobsWaitForTheWorksBeforeThem) {
    job("a", {Work::kem, Work::json});
    job("b", {Work::json});
    job("c", {});
    engine.schedule(SimTime{500us}, EventClass::timer, origin, [this] { job("d", {}); });
    run();
    EXPECT_EQ(log, "a@1 b@112 c@123 d@501 ");
    EXPECT_EQ(worker.works(Work::json), 2u);
    EXPECT_EQ(worker.time(Work::kem), 100us);
    EXPECT_EQ(worker.busy(), 124us);
}

TEST_F(WorkerTest, TimersTakeTheWorkerAway) {
    engine.schedule(SimTime{0us}, EventClass::timer, origin, [this] {
        job("a", {});
        job("b", {});
        worker.worked(Work::json); // while a is being served
    });
    engine.schedule(SimTime{400us}, EventClass::timer, origin, [this] {
        worker.worked(Work::kem); // idle
        EXPECT_EQ(worker.done_at(), SimTime{500us});
        job("c", {});
    });
    run();
    EXPECT_EQ(log, "a@11 b@12 c@501 ");
}

TEST_F(WorkerTest, WhatIsDroppedIsNotServed) {
    engine.schedule(SimTime{0us}, EventClass::timer, origin, [this] {
        job("a", {Work::kem});
        job("b", {});
    });
    engine.schedule(SimTime{50us}, EventClass::timer, origin, [this] {
        worker.drop();
        job("c", {});
    });
    run();
    EXPECT_EQ(log, "a@1 c@51 ");
}

} // namespace
} // namespace qkdes
