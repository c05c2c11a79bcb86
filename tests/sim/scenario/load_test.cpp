// What a scenario that is fine turns into. Fails when a key lands in the wrong member, a default is not the struct's, a
// reference resolves to another object, or an override is lost.
#include "sim/scenario/load.hpp"
#include "sim/scenario/resolve.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using namespace std::chrono_literals;

std::string const kEverything = R"({
  "name": "everything", "description": "all keys", "seed": 18446744073709551615, "duration": "90 min",
  "fidelity": "photon", "profile": "kmstn-paper", "kem": "modelled",
  "kms": { "store_capacity": "2 MB", "key_lifetime": "1 h", "processing": "2 ms", "relay_timeout": "3 s", "queue_limit": 7 },
  "devices": {
    "slow": { "extends": "fast", "clock": "100 MHz", "note": "later ones may be extended" },
    "fast": { "protocol": "bb84", "clock": "2.5 GHz", "intensities": [0.6, 0.2, 0.001], "probabilities": [0.7, 0.2, "10 %"],
      "basis_bias": { "alice": 0.8, "bob": 0.7 }, "detector": { "extends": "snspd", "efficiency": "85 %", "gate": "300 ps" },
      "basis_choice": "passive", "receiver_loss": "3 dB", "misalignment": 0.02, "block": "2e6 bits", "estimation": "sampling",
      "sample_fraction": 0.1, "cascade_frame": "50 kbit", "eps_sec": 1e-10, "eps_cor": 1e-14, "throughput": "5 Mbit/s",
      "longest_gathering": "10 min", "abort_qber": 0.08, "restart": "5 s", "initial_secret": "1 KiB" }
  },
  "nodes": [{ "id": "a", "at": [1.5, -2] }, { "id": "b", "kms": { "queue_limit": 9 } }, { "id": "c" }],
  "links": [
    { "id": "ab", "between": ["b", "a"], "device": "slow", "length": "10 km", "attenuation": "0.3 dB/km",
      "components_loss": "1 dB", "protect": "pqc", "fidelity": "block", "classical": { "rate": "10 Mbit/s", "loss": "1 %" } },
    { "id": "bc", "between": ["b", "c"], "classical": { "latency": "7 ms" } }
  ],
  "applications": [{ "id": "x", "node": "c" }, { "id": "y", "node": "a" }],
  "demands": [
    { "from": "x", "to": "y", "key": "128 bit", "number": 3, "arrivals": { "poisson": "30 /min" }, "start": "1 min",
      "stop": "1 h", "timeout": "4 s", "notify": "5 ms" },
    { "from": "y", "to": "x", "arrivals": { "closed_loop": { "clients": 4, "think": "1 s" } } }
  ],
  "routing": { "policy": "static-dijkstra", "weight": "latency" },
  "faults": [
    { "at": "20 min", "lossy": "bc", "loss": 0.5, "until": "30 min" }, { "at": "10 min", "cut": "ab", "plane": "quantum", "for": "5 min" },
    { "at": "10 min", "down": "c", "for": "1 min" }, { "at": "40 min", "slow": "bc", "latency": "50 ms" },
    { "at": "50 min", "eavesdrop": "ab", "fraction": "20 %", "for": "40 min" }
  ]
})";

Scenario loaded(std::string const& text, std::vector<std::string> const& overrides = {}) {
    auto result = load_scenario_text(text, "test", overrides);
    EXPECT_TRUE(result.ok()) << format_diagnostics(result.diagnostics);
    return result.scenario.value_or(Scenario{});
}

DecoyBb84Parameters const& bb84(DeviceSpec const& device) { return std::get<DecoyBb84Parameters>(device.physics); }

TEST(Load, WholeAndNodes) {
    auto const s = loaded(kEverything);
    EXPECT_EQ(s.name, "everything");
    EXPECT_EQ(s.seed, 18446744073709551615u);
    EXPECT_EQ(s.duration, 90min);
    EXPECT_EQ(s.fidelity, Fidelity::photon);
    EXPECT_EQ(s.profile, Profile::kmstn_paper);
    EXPECT_EQ(s.kem, KemKind::modelled);
    EXPECT_EQ(s.routing.weight, RoutingWeight::latency);
    ASSERT_EQ(s.nodes.size(), 3u);
    EXPECT_EQ(s.nodes[0].at->at(1), -2);
    EXPECT_EQ(s.nodes[0].kms.store_capacity, 16'000'000u);
    EXPECT_EQ(s.nodes[0].kms.queue_limit, 7u);
    EXPECT_EQ(s.nodes[1].kms.queue_limit, 9u);   // its own
    EXPECT_EQ(s.nodes[1].kms.relay_timeout, 3s); // and the scenario's
    EXPECT_EQ(s.nodes[1].kms.key_lifetime, 1h);
    EXPECT_EQ(s.nodes[1].kms.processing, 2ms);
}

TEST(Load, DevicesKeepTheFilesOrderAndExtendEachOther) {
    auto const s = loaded(kEverything);
    ASSERT_EQ(s.devices.size(), 2u);
    auto const &slow = s.devices[0], &fast = s.devices[1];
    EXPECT_EQ(slow.id, "slow");
    EXPECT_EQ(bb84(slow).source.clock, Hertz{1e8});
    EXPECT_EQ(bb84(fast).source.clock, Hertz{2.5e9});
    for (auto const* d : {&slow, &fast}) {
        EXPECT_EQ(bb84(*d).source.intensities, (std::vector{0.6, 0.2, 0.001}));
        EXPECT_EQ(bb84(*d).source.probabilities, (std::vector{0.7, 0.2, 0.1}));
        EXPECT_EQ(bb84(*d).source.basis_bias, 0.8);
        EXPECT_EQ(bb84(*d).receiver.basis_bias, 0.7);
        EXPECT_EQ(bb84(*d).receiver.efficiency, 0.85);
        EXPECT_EQ(bb84(*d).receiver.dead_time, 50ns); // the preset's
        EXPECT_EQ(bb84(*d).receiver.dead_time_mode, DeadTimeMode::each);
        EXPECT_DOUBLE_EQ(bb84(*d).receiver.gate_ps, 300);
        EXPECT_EQ(bb84(*d).receiver.basis_choice, BasisChoice::passive);
        EXPECT_EQ(bb84(*d).receiver.loss, Decibels{3});
        EXPECT_EQ(bb84(*d).receiver.misalignment, 0.02);
        EXPECT_EQ(bb84(*d).post.block, 2'000'000u);
        EXPECT_EQ(bb84(*d).post.estimation, EstimationMethod::sampling);
        EXPECT_EQ(bb84(*d).post.sample_fraction, 0.1);
        EXPECT_EQ(bb84(*d).post.cascade_frame, 50'000u);
        EXPECT_EQ(bb84(*d).post.eps_sec, 1e-10);
        EXPECT_EQ(bb84(*d).post.eps_cor, 1e-14);
        EXPECT_EQ(bb84(*d).post.throughput, BitsPerSecond{5e6});
        EXPECT_EQ(bb84(*d).post.longest_gathering, 10min);
        EXPECT_EQ(bb84(*d).post.abort_qber, 0.08);
        EXPECT_EQ(d->restart, 5s);
        EXPECT_EQ(d->initial_secret, 8192u);
    }
}

TEST(Load, LinksDemandsFaults) {
    auto const s = loaded(kEverything);
    ASSERT_EQ(s.links.size(), 2u);
    auto const &ab = s.links[0], &bc = s.links[1];
    EXPECT_EQ(ab.a, NodeId{1});
    EXPECT_EQ(ab.b, NodeId{0});
    EXPECT_EQ(ab.device, 0u);
    EXPECT_EQ(ab.fibre.length, Kilometres{10});
    EXPECT_EQ(ab.fibre.attenuation, DecibelsPerKm{0.3});
    EXPECT_EQ(ab.fibre.components, Decibels{1});
    EXPECT_EQ(ab.classical.latency, flight_time(ab.fibre)); // not given
    EXPECT_GT(ab.classical.latency, 48us);
    EXPECT_EQ(ab.classical.loss, 0.01);
    EXPECT_EQ(ab.protection, Protection::pqc);
    EXPECT_EQ(ab.fidelity, Fidelity::block);
    EXPECT_EQ(bc.device, std::nullopt);
    EXPECT_EQ(bc.classical.latency, 7ms);
    EXPECT_EQ(bc.classical.rate, BitsPerSecond{1e9});
    EXPECT_EQ(bc.protection, Protection::pqc); // no device
    ASSERT_EQ(s.demands.size(), 2u);
    auto const& d = s.demands[0];
    EXPECT_EQ(d.from, AppId{0});
    EXPECT_EQ(s.applications[d.from.index()].node, NodeId{2});
    EXPECT_EQ(d.key_bits, 128u);
    EXPECT_EQ(d.number, 3u);
    EXPECT_EQ(d.poisson->per_second, 0.5);
    EXPECT_EQ(d.start, SimTime{1min});
    EXPECT_EQ(d.stop, SimTime{1h});
    EXPECT_EQ(d.timeout, 4s);
    EXPECT_EQ(d.notify, 5ms);
    EXPECT_FALSE(d.closed_loop);
    EXPECT_EQ(s.demands[1].closed_loop->clients, 4u);
    EXPECT_EQ(s.demands[1].closed_loop->think, 1s);
    EXPECT_EQ(s.demands[1].stop, SimTime{90min}); // the run's end
    std::vector<FaultKind> kinds;                 // by begin, then position in the file
    for (auto const& fault : s.faults)
        kinds.push_back(fault.kind);
    EXPECT_EQ(kinds,
              (std::vector{FaultKind::cut, FaultKind::down, FaultKind::lossy, FaultKind::slow, FaultKind::eavesdrop}));
    EXPECT_EQ(s.faults[0].plane, CutPlane::quantum);
    EXPECT_EQ(s.faults[0].end, SimTime{15min});
    EXPECT_EQ(s.faults[1].node, NodeId{2});
    EXPECT_EQ(s.faults[2].link, LinkId{1});
    EXPECT_EQ(s.faults[2].end, SimTime{30min});
    EXPECT_EQ(s.faults[3].latency, 50ms);
    EXPECT_EQ(s.faults[3].end, SimTime{90min});
    EXPECT_EQ(s.faults[4].effect.attacked, 0.2);
}

std::string const kLeast =
    R"({ "name": "least", "duration": "1 s", "devices": { "d": {} }, "nodes": [{ "id": "a" }, { "id": "b" }],
  "links": [{ "id": "ab", "between": ["a", "b"], "device": "d", "length": "1 km" }] })";

// A default written in the table would drift from the struct's; there is none, and this holds it so.
TEST(Load, WhatIsLeftOutIsTheStructs) {
    auto const s = loaded(kLeast);
    PostProcessingParameters const post;
    EXPECT_EQ(bb84(s.devices[0]).post.block, post.block);
    EXPECT_EQ(bb84(s.devices[0]).source.clock, SourceParameters{}.clock);
    EXPECT_EQ(s.devices[0].restart, DeviceSpec{}.restart);
    EXPECT_EQ(s.nodes[0].kms.store_capacity, KmsSpec{}.store_capacity);
    EXPECT_EQ(s.links[0].protection, Protection::hybrid);
    EXPECT_EQ(s.links[0].fidelity, Fidelity::block);
    EXPECT_EQ(s.seed, Scenario{}.seed);
}

TEST(Load, GateIsNeverLongerThanThePeriodUnlessWritten) {
    EXPECT_DOUBLE_EQ(bb84(loaded(kLeast, {"/devices/d/clock=4 GHz"}).devices[0]).receiver.gate_ps, 250);
    EXPECT_DOUBLE_EQ(bb84(loaded(kLeast, {"/devices/d/clock=10 MHz"}).devices[0]).receiver.gate_ps, 1000);
}

TEST(Load, ByteOrderMarkAndWindowsLinesAreFine) {
    std::string text = "\xef\xbb\xbf" + kLeast;
    text.insert(text.find('\n'), "\r");
    EXPECT_EQ(loaded(text).links.size(), 1u);
}

TEST(Load, CanonicalTextIsAFixedPointAndKnowsOverrides) {
    auto const first = loaded(kEverything, {"/seed=5", "/links/0/length=40 km"});
    auto const again = loaded(first.text);
    EXPECT_EQ(again.text, first.text);
    EXPECT_EQ(again.seed, 5u);
    EXPECT_EQ(again.links[0].fibre.length, Kilometres{40});
    EXPECT_NE(loaded(kEverything).text, first.text);
}

TEST(Overrides, ValuesAreJsonOrElseText) {
    auto const s = loaded(kLeast, {"/seed=3", "/name=two words", R"(/links/0/length="7 km")", "/fidelity=photon"});
    EXPECT_EQ(s.seed, 3u);
    EXPECT_EQ(s.name, "two words");
    EXPECT_EQ(s.links[0].fibre.length, Kilometres{7});
    EXPECT_EQ(s.links[0].fidelity, Fidelity::photon);
}

TEST(Overrides, MayAddWhatTheFileLeavesOut) {
    auto const s = loaded(
        kLeast, {"/routing/weight=length", "/kms/store_capacity=1 kbit", "/devices/d/detector/efficiency=0.5",
                 R"(/faults/-={"at":"0 s","cut":"ab","for":"100 ms"})", R"(/nodes/-={"id":"c"})", "/nodes/2/at=[1,2]"});
    EXPECT_EQ(s.routing.weight, RoutingWeight::length);
    EXPECT_EQ(s.nodes.at(2).kms.store_capacity, 1000u);
    EXPECT_EQ(s.nodes[2].at->at(0), 1);
    EXPECT_EQ(bb84(s.devices[0]).receiver.efficiency, 0.5);
    EXPECT_EQ(s.faults.at(0).end, SimTime{100ms});
}

std::string complaint(std::string const& override_text) {
    auto const result = load_scenario_text(kLeast, "test", std::vector{override_text});
    EXPECT_FALSE(result.ok());
    return format_diagnostics(result.diagnostics);
}

TEST(Overrides, MistakesArePlacedOnTheCommandLine) {
    EXPECT_EQ(complaint("/links/0/length=40"),
              "--set /links/0/length: error: 40 has no unit\n"
              "  /links/0/length=40\n"
              "                  ^\n"
              "  at /links/0/length\n"
              "  because every physical quantity in a scenario is a string with its unit\n"
              "  try: \"length\": \"40 km\"\n");
    EXPECT_EQ(complaint("/links/ab/length=40 km"), "--set /links/ab/length: error: \"ab\" is not a position in /links\n"
                                                   "  /links/ab/length=40 km\n"
                                                   "  ^\n"
                                                   "  because lists are counted from 0\n"
                                                   "  try: /links/0\n");
    EXPECT_NE(complaint("/links/1/length=40 km").find("the list has positions 0 to 0"), std::string::npos);
    EXPECT_NE(complaint("/lnks/0/length=40 km").find("try: /links"), std::string::npos);
    EXPECT_NE(complaint("/links/0/lenth=40 km").find("try: \"length\""), std::string::npos);
    EXPECT_NE(complaint("/fidelty=photon").find("try: \"fidelity\""), std::string::npos);
    EXPECT_NE(complaint("length").find("an override is a JSON pointer"), std::string::npos);
    EXPECT_NE(complaint("=3").find("begins with '/'"), std::string::npos);
    EXPECT_NE(complaint("/=3").find("begins with '/'"), std::string::npos);
    EXPECT_NE(complaint("/name/x=3").find("/name is a string"), std::string::npos);
    EXPECT_NE(complaint("/seed={\"a\":1,\"a\":2}").find("duplicate key"), std::string::npos);
    EXPECT_NE(complaint(std::string(200, '/') + "=3").find("nested too deeply"), std::string::npos);
}

TEST(Load, ABlockBeyondTheMachinesMemoryIsRefused) {
    auto const told = [](std::string const& rounds) {
        auto const loaded = load_link_text(R"({ "device": { "extends": "di-ions", "rounds": )" + rounds +
                                               R"( }, "length": "1 m", "fidelity": "photon" })",
                                           "link");
        return format_diagnostics(loaded.diagnostics);
    };
    EXPECT_EQ(told("1000000"), "");
    DiParameters largest;
    largest.protocol.rounds = 10'000'000'000;
    bool const fits = kBlocksInMemory * photon_memory(largest) <= memory_of_this_machine();
    EXPECT_EQ(told("10000000000").empty(), fits);
    // Whatever this machine has, one of 4 GB refuses it.
    Reader reader{"{}", "small", {}};
    Document document;
    SyntaxProblem problem;
    ASSERT_TRUE(document.parse("{}", 4, problem));
    check_memory(reader, *document.root(), largest, 4e9);
    EXPECT_NE(format_diagnostics(reader.take_diagnostics()).find("need 40 GB"), std::string::npos);
}

} // namespace
} // namespace qkdes
