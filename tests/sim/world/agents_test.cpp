// Agents in whole worlds: bands and fallback on the link's own error rate, keys from the nodes over relays, stores that
// are late, tunnels, hosts that fail.
// Mutations that turn these red: installing keys at both sites at once (Consumers); leaving take_holders out (Relays);
// a tunnel that ignores its key (HighErrorRate, Pushes).
#include "sim/record/compare.hpp"
#include "tests/support/results_file.hpp"
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

using test::run_world;
using test::scenario;

/// hq - annex, and hq - tower - branch; blocks of 20 s. `agents` and `faults` are JSON lists.
Scenario sites(std::string const& agents, std::string const& faults, std::string const& duration = "3 h",
               std::string const& block = "1e6 bits") {
    return scenario(R"({ "name": "sites", "duration": ")" + duration + R"(", "kem": "modelled",
        "devices": { "metro": { "protocol": "bb84", "clock": "20 MHz", "block": ")" +
                    block + R"(", "longest_pause": "30 s",
                                "initial_secret": "5 Mbit" } },
        "nodes": [ { "id": "hq" }, { "id": "annex" }, { "id": "tower" }, { "id": "branch" } ],
        "links": [ { "id": "near", "between": ["hq", "annex"], "device": "metro", "length": "20 km" },
                   { "id": "up", "between": ["hq", "tower"], "device": "metro", "length": "20 km" },
                   { "id": "down", "between": ["tower", "branch"], "device": "metro", "length": "20 km" } ],
        "applications": [ { "id": "h", "node": "hq" }, { "id": "a", "node": "annex" }, { "id": "b", "node": "branch" } ],
        "agents": )" +
                    agents + R"(, "faults": )" + faults + "}");
}

SummarySection section(test::WorldRun const& run, std::string const& name) {
    for (auto const& section : run.summary.sections)
        if (section.name == name) return section;
    ADD_FAILURE() << "no section " << name;
    return {};
}

double figure(SummarySection const& section, std::size_t row, std::string_view column) {
    auto const at = static_cast<std::size_t>(std::ranges::find(section.head, column) - section.head.begin());
    return section.rows.at(row).at(at).value.value_or(std::nan(""));
}

bool noted(SummarySection const& section, std::string_view text) {
    return std::ranges::any_of(section.notes, [&](auto const& note) { return note.find(text) != std::string::npos; });
}

enum Row : std::uint8_t { kBand, kHaltedByRate, kHaltedByDevice, kResumed, kFresh, kExpired };

struct Event {
    double at;
    std::uint8_t what, band, mode;
};
/// Of the leading agent, at node 0.
std::vector<Event> events(test::WorldRun const& run) {
    test::ResultsFile file{run.file};
    auto const at = file.numbers<std::int64_t>("/agent_events/at");
    auto const node = file.numbers<std::uint32_t>("/agent_events/node");
    auto const what = file.numbers<std::uint8_t>("/agent_events/what");
    auto const band = file.numbers<std::uint8_t>("/agent_events/band");
    auto const mode = file.numbers<std::uint8_t>("/agent_events/mode");
    std::vector<Event> all;
    for (std::size_t i = 0; i < at.size(); ++i)
        if (node[i] == 0) all.push_back({static_cast<double>(at[i]) * 1e-9, what[i], band[i], mode[i]});
    return all;
}

double first(std::vector<Event> const& all, std::uint8_t what, double from = 0) {
    for (auto const& event : all)
        if (event.what == what && event.at >= from) return event.at;
    return std::nan("");
}

constexpr char const* kOne = R"([ { "link": "near", "from": "h", "to": "a",
    "rotation": { "every": "10 min", "first": "1 min", "lifetime": "30 min" }, "wireguard": {} } ])";

/// Half an hour of a high error rate: generation halts 60 s after the estimate passed the threshold, the last key lives
/// for half an hour, and a fresh one comes when the rate is good again.
TEST(Agents, HighErrorRateHaltsAfterAMinuteAndTheLastKeyLivesOn) {
    auto const run = run_world(
        sites(kOne, R"([ { "at": "35 min", "for": "50 min", "disturb": "near", "error": 0.1 } ])"), "halt.h5", 3);
    EXPECT_EQ(run.summary.violations, 0u);
    auto const all = events(run);
    double above = std::nan(""), last_key = 0;
    for (auto const& event : all) {
        if (event.what == kBand && event.band >= 3 && std::isnan(above)) above = event.at;
        if (event.what == kFresh && event.at < 35 * 60) last_key = event.at;
    }
    EXPECT_GE(above, 35 * 60);
    EXPECT_LE(above, 35 * 60 + 90) << "blocks of 20 s, averaged over a minute";
    EXPECT_DOUBLE_EQ(first(all, kHaltedByRate), above + 60);
    EXPECT_DOUBLE_EQ(first(all, kExpired), last_key + 30 * 60);
    double const resumed = first(all, kResumed);
    EXPECT_GE(resumed, 85 * 60);
    EXPECT_LE(resumed, 87 * 60);
    EXPECT_LE(first(all, kFresh, resumed), resumed + 61);
    for (auto const& event : all)
        if (event.what == kExpired) {
            EXPECT_EQ(event.mode, 2);
        }
    auto const tunnels = section(run, "agent_tunnels");
    // without a key: before the first, and from its expiry to the fresh one; services read their stores once a minute,
    // and sessions are renewed every two
    double const without = first(all, kFresh, resumed) - first(all, kExpired);
    EXPECT_NEAR(figure(tunnels, 0, "without key"), without + 60, 4 * 60);
    EXPECT_EQ(figure(tunnels, 0, "times"), 0) << "a key that changes late is no outage";
    EXPECT_TRUE(noted(tunnels, "X25519 alone"));
}

TEST(Agents, AFailedDeviceHaltsAtOnce) {
    auto const run =
        run_world(sites(kOne, R"([ { "at": "35 min", "for": "10 min", "cut": "near", "plane": "quantum" } ])", "1 h"),
                  "dark.h5", 3);
    auto const all = events(run);
    EXPECT_LE(first(all, kHaltedByDevice), 35 * 60 + 10) << "the next reading";
    EXPECT_TRUE(std::isnan(first(all, kHaltedByRate)));
    EXPECT_TRUE(std::isnan(first(all, kExpired)));
    EXPECT_NEAR(first(all, kResumed), 45 * 60, 10);
}

/// Services differ for as long as the pushes and their readings are apart, after each rotation anew, never longer than
/// one reading and the way of the key.
TEST(Agents, ConsumersAreOutOfStepAfterEachRotationForLessThanAReading) {
    auto const run = run_world(sites(kOne, "[]"), "step.h5", 4);
    auto const keys = section(run, "agents");
    EXPECT_EQ(figure(keys, 0, "keys"), 18) << "a minute past, every ten";
    EXPECT_EQ(figure(keys, 0, "times"), 18);
    EXPECT_GT(figure(keys, 0, "mismatch"), 1);
    EXPECT_LT(figure(keys, 0, "longest"), 67);
    test::ResultsFile file{run.file};
    double sum = 0;
    auto const from = file.numbers<double>("/agent_keys/installed_from"),
               to = file.numbers<double>("/agent_keys/installed_to");
    auto const stored = file.numbers<double>("/agent_keys/stored_to");
    ASSERT_EQ(from.size(), 18u);
    for (std::size_t i = 0; i < from.size(); ++i) {
        EXPECT_GT(from[i], 0);
        EXPECT_LT(from[i], 67);
        EXPECT_GT(to[i], stored[i] - 0.1) << "nothing is read before it is there";
        EXPECT_LT(to[i], 67);
        sum += std::abs(to[i] - from[i]);
    }
    EXPECT_NEAR(figure(keys, 0, "mismatch"), sum, 1e-6) << "the summary says what the rows say";
    EXPECT_EQ(figure(section(run, "agent_tunnels"), 0, "times"), 0);
}

/// Readings at independent phases are a third of their period apart on average. 239 rotations, six standard errors.
/// Power: phases that stay as they were drawn give one difference for all, and miss unless by chance.
TEST(Agents, MismatchIsAThirdOfTheReadingPeriodPerRotation) {
    auto const hours = sites(R"([ { "link": "near", "from": "h", "to": "a",
        "rotation": { "every": "10 min", "first": "10 min", "resync": "10 s" }, "scrape": "1 h" } ])",
                             "[]", "40 h", "1e7 bits");
    auto const run = run_world(hours, "third.h5", 5);
    auto const keys = section(run, "agents");
    double const rotations = figure(keys, 0, "keys");
    EXPECT_NEAR(rotations, 239, 1);
    double const mean = figure(keys, 0, "mismatch") / rotations;
    EXPECT_NEAR(mean, 10.0 / 3, 6 * 10.0 / std::sqrt(18 * rotations));
    EXPECT_LT(figure(keys, 0, "longest"), 11.2);
    EXPECT_GT(figure(keys, 0, "longest"), 8);
}

/// Stores that refuse most pushes put the sites out of step for minutes; then tunnels fail after 180 s.
TEST(Agents, PushesThatFailPutTunnelsOut) {
    std::string agents{kOne};
    agents.insert(agents.find("\"wireguard\""), R"("store": { "failure": 0.8, "retry": "90 s" }, )");
    auto const run = run_world(sites(agents, "[]"), "late.h5", 4);
    auto const keys = section(run, "agents"), tunnels = section(run, "agent_tunnels");
    EXPECT_GT(figure(keys, 0, "failed"), figure(keys, 0, "pushed"));
    EXPECT_GT(figure(keys, 0, "longest"), 180);
    EXPECT_GT(figure(tunnels, 0, "times"), 0);
    EXPECT_GT(figure(tunnels, 0, "mismatched"), 10);
    EXPECT_LT(figure(tunnels, 0, "down"), figure(keys, 0, "mismatch")) << "sessions outlive the keys that made them";
}

TEST(Agents, RelaysKnowTheKeysTheyRelay) {
    std::string const agents = R"([ { "link": "near", "from": "h", "to": "a", "rotation": { "first": "1 min" } },
                                    { "link": "down", "from": "b", "to": "h", "rotation": { "first": "1 min" } } ])";
    auto const run = run_world(sites(agents, "[]", "10 min"), "relay.h5", 4);
    EXPECT_EQ(run.summary.violations, 0u);
    EXPECT_EQ(run.summary.keys_compared, 2u) << "both sites' keys are compared";
    auto const keys = section(run, "agents");
    EXPECT_TRUE(noted(keys, "! down: keys were relayed; who relays them knows them: tower"));
    EXPECT_FALSE(noted(keys, "! near"));
    test::ResultsFile file{run.file};
    EXPECT_EQ(file.texts("/agent_keys/readable_by"), (std::vector<std::string>{"hq, annex", "hq, tower, branch"}));
    EXPECT_EQ(file.texts("/agent_keys/key_id").at(0).size(), 36u);
    EXPECT_LT(file.numbers<double>("/agent_keys/qber").at(0), 0.03);
    EXPECT_GT(file.numbers<double>("/agent_keys/qber").at(0), 0);
    EXPECT_TRUE(std::isnan(file.numbers<double>("/agent_keys/bell").at(0)));
    EXPECT_EQ(file.numbers<std::int64_t>("/agent_keys/lifetime").at(0), 24 * 3600 * 1'000'000'000ll);
}

/// Of a device-independent link a key's record says what its Bell test measured.
TEST(Agents, KeysOfDeviceIndependentLinksCarryTheirBellValue) {
    std::vector<std::string> const agents{R"(/duration="3 d")", R"(/faults=[])", R"(/agents=[ { "link": "ions",
        "from": "clerk", "to": "archive", "rotation": { "every": "6 h", "first": "1 d" } } ])"};
    LoadResult loaded = load_scenario(QKDES_SOURCE_DIR "/scenarios/device-independent.json", agents);
    ASSERT_TRUE(loaded.ok()) << format_diagnostics(loaded.diagnostics);
    auto const run = run_world(*loaded.scenario, "bell.h5", 3);
    EXPECT_EQ(run.summary.violations, 0u);
    test::ResultsFile file{run.file};
    auto const bell = file.numbers<double>("/agent_keys/bell");
    auto const protocol = file.numbers<std::uint8_t>("/agent_keys/protocol");
    ASSERT_GT(bell.size(), 2u);
    for (std::size_t i = 0; i < bell.size(); ++i) {
        EXPECT_GT(bell[i], 2.5);
        EXPECT_LT(bell[i], 2.83);
        EXPECT_EQ(protocol[i], 3) << "diqkd";
    }
}

/// No key is to be had for ten minutes: every attempt is a row, the timeline tells of the first and of the end.
TEST(Agents, AShortageIsToldOnceAndEndsWithAFreshKey) {
    std::string const agents = R"([ { "link": "near", "from": "h", "to": "b",
        "rotation": { "every": "5 min", "first": "1 min", "retry": "30 s" } } ])";
    auto const run =
        run_world(sites(agents, R"([ { "at": "15 min", "for": "10 min", "cut": "down", "plane": "both" } ])", "30 min"),
                  "short.h5", 4);
    EXPECT_EQ(run.summary.violations, 0u);
    EXPECT_GT(figure(section(run, "agents"), 0, "not had"), 10);
    std::vector<std::string> told;
    for (auto const& row : section(run, "agent_timeline").rows)
        told.push_back(row[2].text);
    EXPECT_EQ(told, (std::vector<std::string>{"fresh key", "no key to be had", "fresh key"}));
    EXPECT_GT(first(events(run), kFresh, 15 * 60), 25 * 60);
    EXPECT_LT(first(events(run), kFresh, 15 * 60), 25 * 60 + 40);
}

/// A host that fails takes the tunnel with it, and all comes back with it.
TEST(Agents, AHostThatFailsComesBack) {
    auto const run =
        run_world(sites(kOne, R"([ { "at": "40 min", "for": "5 min", "down": "annex" } ])", "1 h"), "host.h5", 4);
    EXPECT_EQ(run.summary.violations, 0u);
    auto const tunnels = section(run, "agent_tunnels");
    EXPECT_EQ(figure(tunnels, 0, "times"), 1);
    EXPECT_GE(figure(tunnels, 0, "down"), 300);
    EXPECT_LT(figure(tunnels, 0, "down"), 400) << "a handshake is begun every five seconds";
    test::ResultsFile file{run.file};
    auto const to = file.numbers<double>("/agent_keys/installed_to");
    ASSERT_GE(to.size(), 5u);
    EXPECT_LT(to.back(), 67) << "rotation goes on";
}

TEST(Agents, MetricsHaveTheNamesOfTheStandardAndMoveOn) {
    auto const run = run_world(sites(kOne, "[]", "30 min"), "metrics.h5", 4);
    test::ResultsFile file{run.file};
    auto const names = file.texts("/metrics/name"), labels = file.texts("/metrics/labels");
    auto const values = file.numbers<double>("/metrics/value");
    auto const nodes = file.numbers<std::uint32_t>("/metrics/node");
    auto const last = [&](std::string const& name, std::string const& label) {
        for (std::size_t i = names.size(); i-- > 0;)
            if (names[i] == name && labels[i].find(label) != std::string::npos && nodes[i] == 0) return values[i];
        ADD_FAILURE() << "no " << name << " " << label;
        return std::nan("");
    };
    EXPECT_EQ(last("qkd_keys_generated_total", R"(link_id="near",protocol="bb84")"), 3);
    EXPECT_EQ(last("qkd_key_bits_generated_total", R"(link_id="near")"), 3 * 256);
    EXPECT_EQ(last("qkd_kms_key_push_total", R"(status="success")"), 3);
    EXPECT_EQ(last("qkd_kms_key_push_latency_seconds_count", ""), 3);
    EXPECT_EQ(last("qkd_key_generation_halted_total", ""), 0);
    EXPECT_NEAR(last("qkd_qber", ""), run.summary.links[0].qber, 0.002);
    EXPECT_GT(last("qkd_raw_key_rate_bps", ""), last("qkd_secure_key_rate_bps", ""));
    EXPECT_GT(last("qkd_secure_key_rate_bps", ""), 1000);
    EXPECT_GT(last("qkd_visibility", ""), 0.9);
    EXPECT_GT(last("qkd_channel_loss_db", ""), 3);
    EXPECT_GT(last("qkd_photon_rate_hz", ""), 1000);
    EXPECT_NEAR(last("qkd_device_uptime_seconds", ""), 1800, 3);
}

/// Agents take key, but shift nobody's draws: the links make what they made without.
TEST(Agents, ShiftNobodysDraws) {
    auto const faults = R"([ { "at": "10 min", "for": "3 min", "cut": "near", "plane": "quantum" } ])";
    auto const with = run_world(sites(kOne, faults, "30 min"), "with.h5", 8),
               without = run_world(sites("[]", faults, "30 min"), "without.h5", 8);
    for (std::size_t l = 0; l < 3; ++l)
        EXPECT_EQ(with.summary.links[l].ledger.made, without.summary.links[l].ledger.made);
    EXPECT_GT(with.summary.links[0].ledger.pool[0].used, without.summary.links[0].ledger.pool[0].used);
}

} // namespace
} // namespace qkdes
