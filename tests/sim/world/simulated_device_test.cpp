// The driver over the link models: what it reports is what the blocks were, and both ends get the same key by id.
#include "sim/kme/southbound/pool_source.hpp"
#include "sim/scenario/load.hpp"
#include "sim/world/simulated_device.hpp"
#include "tests/support/unit_ledger.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using namespace std::chrono_literals;

constexpr LinkId kLink{0};

Scenario one_link(std::string const& device) {
    auto const result = load_scenario_text(R"({
        "name": "device", "duration": "1 h",
        "devices": { "metro": )" + device + R"( },
        "nodes": [{ "id": "a" }, { "id": "b" }],
        "links": [{ "id": "ab", "between": ["a", "b"], "device": "metro", "length": "25 km" }],
        "faults": [{ "at": "10 min", "cut": "ab", "for": "5 min" },
                   { "at": "30 min", "attenuate": "ab", "extra_loss": "3 dB", "for": "5 min" }]
    })",
                                           "device");
    EXPECT_TRUE(result.ok());
    return result.scenario.value();
}

struct Bench {
    explicit Bench(std::string const& device = R"({ "protocol": "bb84" })")
        : scenario{one_link(device)}, timelines{build_timelines(scenario)},
          pool_a{NodeId{0}, kLink, KeyPool::End::a, 100 * kUnitBits, ledger}, pool_b{NodeId{1}, kLink, KeyPool::End::b,
                                                                                     100 * kUnitBits, ledger} {}
    SimulatedDevice end(KeySource* source) {
        return {scenario, kLink, timelines.links[0], source, issued, [this] { return now; }};
    }
    BlockRecord block(SimTime done, double qber, BlockOutcome outcome = BlockOutcome::key) const {
        BlockRecord record;
        record.link = kLink;
        record.begin = done - 12s;
        record.gathered = done - 2s;
        record.done = done;
        record.outcome = outcome;
        record.yield.qber_z = qber;
        record.yield.qber_x = qber / 2;
        record.yield.detections = 1'000'000;
        if (outcome == BlockOutcome::key) {
            record.delivered = 256 * 100;
            record.authentication = 400;
        }
        return record;
    }
    Scenario scenario;
    Timelines timelines;
    test::UnitLedger ledger;
    KeyPool pool_a, pool_b;
    PoolSource a{pool_a}, b{pool_b};
    std::shared_ptr<IssuedBlocks> issued = std::make_shared<IssuedBlocks>();
    SimTime now{5min};
};

TEST(SimulatedDevice, StatusIsWhatTheLastBlocksWere) {
    Bench bench;
    auto device = bench.end(&bench.a);
    EXPECT_EQ(device.channel_status().key_rate.value, 0);
    device.on_block(bench.block(SimTime{1min}, 0.2)); // forgotten: more than a minute before the last
    device.on_block(bench.block(SimTime{4min}, 0.02));
    device.on_block(bench.block(SimTime{4min + 12s}, 0.04));
    auto other = bench.block(SimTime{5min}, 0.4);
    other.link = LinkId{7};
    device.on_block(other);
    auto const status = device.channel_status();
    EXPECT_NEAR(status.qber, 0.03, 1e-12);
    EXPECT_NEAR(status.visibility.value(), 1 - 2 * 0.015, 1e-12);
    EXPECT_NEAR(status.key_rate.value, 26'000 / 10.0, 1e-9);
    EXPECT_NEAR(status.photon_rate.value, 1e5, 1e-6);
    EXPECT_NEAR(status.loss.value, total_loss(bench.scenario.links[0].fibre).value, 1e-12);
    EXPECT_EQ(status.uptime, SimDuration{5min});
    EXPECT_FALSE(status.temperature.has_value());
    EXPECT_EQ(device.health().state, DeviceState::ok);
}

TEST(SimulatedDevice, OutagesAndFaultsShow) {
    Bench bench;
    auto device = bench.end(&bench.a);
    device.on_block(bench.block(SimTime{9min}, 0.02));
    bench.now = SimTime{12min};
    EXPECT_EQ(device.health().state, DeviceState::failed);
    EXPECT_EQ(device.channel_status().photon_rate.value, 0);
    EXPECT_EQ(device.channel_status().uptime.count(), 0);
    bench.now = SimTime{16min};
    EXPECT_EQ(device.health().state, DeviceState::ok);
    EXPECT_EQ(device.channel_status().uptime, SimDuration{1min});
    bench.now = SimTime{31min};
    EXPECT_NEAR(device.channel_status().loss.value, total_loss(bench.scenario.links[0].fibre).value + 3, 1e-12);
}

TEST(SimulatedDevice, HealthFollowsTheBlocks) {
    Bench bench;
    auto device = bench.end(&bench.a);
    device.on_block(bench.block(SimTime{1min}, 0.12, BlockOutcome::aborted));
    EXPECT_EQ(device.health().state, DeviceState::ok); // one may fail
    device.on_block(bench.block(SimTime{2min}, 0.12, BlockOutcome::no_key));
    EXPECT_EQ(device.health().state, DeviceState::degraded);
    EXPECT_FALSE(device.health().reason.empty());
    EXPECT_EQ(device.channel_status().key_rate.value, 0);
    device.on_block(bench.block(SimTime{3min}, 0.02));
    EXPECT_EQ(device.health().state, DeviceState::ok);
    device.on_block(bench.block(SimTime{4min}, 0.02, BlockOutcome::unauthenticated));
    EXPECT_EQ(device.health().state, DeviceState::failed);
}

TEST(SimulatedDevice, TheOtherEndGetsABlockByItsId) {
    Bench bench;
    auto alice = bench.end(&bench.a), bob = bench.end(&bench.b);
    Bits key{8 * kUnitBits};
    RngStream rng{3, "device"};
    rng.fill(key.mutable_words());
    bench.pool_a.store(1, key, 4);
    bench.pool_b.store(1, key, 4);
    std::vector<KeyBlockResult> answers;
    auto const keep = [&](KeyBlockResult result) { answers.push_back(std::move(result)); };
    alice.request_key(320, keep); // a unit and a quarter
    auto const id = std::get<KeyBlock>(answers.at(0)).id;
    bob.key_with_id(id, keep);
    auto const &first = std::get<KeyBlock>(answers[0]), &second = std::get<KeyBlock>(answers.at(1));
    EXPECT_EQ(first.material.size(), 40u);
    EXPECT_TRUE(first.material == second.material);
    EXPECT_EQ(first.protocol, QkdProtocol::bb84);
    bob.key_with_id(id, keep);
    EXPECT_EQ(std::get<DeviceError>(answers.at(2)), DeviceError::no_key); // once
    alice.request_key(256 * 3, keep);
    EXPECT_EQ(std::get<DeviceError>(answers.at(3)), DeviceError::no_key); // two are left at this end
    for (std::uint64_t bits : {0u, 12u, 2'000'000u})
        alice.request_key(bits, keep);
    for (std::size_t i = 4; i < 7; ++i)
        EXPECT_EQ(std::get<DeviceError>(answers.at(i)), DeviceError::bad_request);
    EXPECT_EQ(bench.pool_a.account().used, 2u); // spent whole
    EXPECT_EQ(bench.pool_b.account().used, 2u);
    EXPECT_TRUE(bench.ledger.faults.empty());
}

TEST(SimulatedDevice, AStoppedDeviceSaysThatWaitingIsVain) {
    Bench bench;
    auto device = bench.end(&bench.a);
    std::optional<KeyBlockResult> answer;
    auto const keep = [&](KeyBlockResult result) { answer = std::move(result); };
    device.request_key(256, keep);
    EXPECT_EQ(std::get<DeviceError>(*answer), DeviceError::no_key);
    device.on_block(bench.block(SimTime{1min}, 0.02, BlockOutcome::unauthenticated));
    device.request_key(256, keep);
    EXPECT_EQ(std::get<DeviceError>(*answer), DeviceError::halted);
}

TEST(SimulatedDevice, FamiliesHaveTheirProtocols) {
    for (auto const& [device, protocol] : {std::pair{R"({ "protocol": "bb84" })", QkdProtocol::bb84},
                                           {R"({ "protocol": "bbm92" })", QkdProtocol::bb84},
                                           {R"({ "protocol": "e91" })", QkdProtocol::e91},
                                           {R"({ "protocol": "cv-qkd" })", QkdProtocol::cvqkd},
                                           {R"({ "protocol": "di-qkd" })", QkdProtocol::diqkd}}) {
        auto const scenario = one_link(device);
        EXPECT_EQ(protocol_of(scenario.devices[0].physics), protocol) << device;
    }
}

} // namespace
} // namespace qkdes
