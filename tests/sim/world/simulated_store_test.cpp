// A site's secret store: how long a push takes by the figures of its parts, one worker for all, refusals, a full queue.
#include "sim/world/simulated_store.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using namespace std::chrono_literals;

struct NoNetwork final : Network {
    void send(Program, LinkId, NodeId, NodeId, std::vector<std::uint8_t>) override {}
    void send_value(LinkId, NodeId, NodeId, std::shared_ptr<MessageValue const>, std::size_t) override {}
};

struct Bench {
    explicit Bench(SecretStoreSpec of) : spec{of} {}
    void push(std::uint64_t sequence) {
        agent::KeyRecord record;
        record.sequence = sequence;
        SimTime const began = engine.now();
        store.put(record, [this, began](bool stored) { answers.push_back({engine.now() - began, stored}); });
    }
    Scenario scenario = test::scenario(test::kTwoNodes);
    SecretStoreSpec spec;
    Engine engine;
    NoNetwork network;
    Outages outages;
    Host host{engine, network, scenario, NodeId{0}, outages, 1};
    SimulatedStore store{spec, "fibre", engine, engine.new_origin("store"), host, RngStream{3, "store"}};
    std::vector<std::pair<SimDuration, bool>> answers;
};

SecretStoreSpec spec() {
    SecretStoreSpec s;
    s.latency = 20ms;
    s.tls_handshake = 3ms;
    s.database_insert = 2ms;
    s.tpm_call = 400ms;
    return s;
}

TEST(SimulatedStore, APushTakesTwoRoundTripsAndTheWorkersTime) {
    Bench bench{spec()};
    bench.push(1);
    bench.engine.run_until(SimTime{10s});
    ASSERT_EQ(bench.answers.size(), 1u);
    EXPECT_TRUE(bench.answers[0].second);
    EXPECT_EQ(bench.answers[0].first, 4 * 20ms + 3ms + 2ms + 400ms);
    std::optional<std::uint64_t> found;
    SimTime const began = bench.engine.now();
    SimDuration took{};
    bench.store.get([&](std::optional<agent::KeyRecord> record) {
        found = record ? record->sequence : 0;
        took = bench.engine.now() - began;
    });
    bench.engine.run_until(SimTime{20s});
    EXPECT_EQ(found, 1u);
    EXPECT_EQ(took, 4 * 20ms + 3ms + 400ms);
}

TEST(SimulatedStore, OneWorkerServesAll) {
    Bench bench{spec()};
    for (std::uint64_t i = 1; i <= 3; ++i)
        bench.push(i);
    bench.engine.run_until(SimTime{10s});
    ASSERT_EQ(bench.answers.size(), 3u);
    for (std::size_t i = 1; i < 3; ++i)
        EXPECT_EQ(bench.answers[i].first - bench.answers[i - 1].first, 402ms);
    EXPECT_EQ(bench.store.contents().current()->sequence, 3u);
    EXPECT_EQ(bench.store.contents().previous()->sequence, 2u);
}

TEST(SimulatedStore, RefusalsAreAsFrequentAsSaid) {
    SecretStoreSpec often = spec();
    often.failure = 0.25;
    often.tpm_call = SimDuration{0};
    Bench bench{often};
    for (std::uint64_t i = 1; i <= 2000; ++i) {
        bench.push(i);
        bench.engine.run_until(bench.engine.now() + 1s);
    }
    auto const refused = std::ranges::count_if(bench.answers, [](auto const& answer) { return !answer.second; });
    EXPECT_EQ(bench.answers.size(), 2000u);
    EXPECT_GT(refused, 500 - 120); // six standard deviations
    EXPECT_LT(refused, 500 + 120);
}

TEST(SimulatedStore, AFullQueueTurnsAwayWithoutAnAnswer) {
    Bench bench{spec()};
    for (std::uint64_t i = 1; i <= SimulatedStore::kMostWaiting + 5; ++i)
        bench.push(i);
    bench.engine.run_until(SimTime{10min});
    EXPECT_EQ(bench.answers.size(), SimulatedStore::kMostWaiting);
    EXPECT_EQ(bench.store.turned_away(), 5u);
}

TEST(SimulatedStore, JitterStaysWithinItsBound) {
    SecretStoreSpec uneven = spec();
    uneven.jitter = 10ms;
    Bench bench{uneven};
    for (std::uint64_t i = 1; i <= 200; ++i) {
        bench.push(i);
        bench.engine.run_until(bench.engine.now() + 1s);
    }
    SimDuration const least = 4 * 20ms + 405ms;
    for (auto const& [took, stored] : bench.answers) {
        EXPECT_GE(took, least);
        EXPECT_LE(took, least + 40ms);
    }
    EXPECT_NE(bench.answers[0].first, bench.answers[1].first);
}

} // namespace
} // namespace qkdes
