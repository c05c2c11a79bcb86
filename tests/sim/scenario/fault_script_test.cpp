// Files of faults on top of a scenario: what their choices come to, when, and that the scenario's text then gives the
// same. Fails when a choice picks another than the hand-computed one, when parts of a fault do not fill its time, or
// when a message changes (QKDES_UPDATE_GOLDEN=1 writes tests/scenario/bad_faults/*.txt anew).
#include "tests/sim/scenario/files.hpp"

#include "sim/scenario/load.hpp"
#include "sim/scenario/traffic.hpp"

#include "tests/support/property.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace qkdes {
namespace {

using namespace std::chrono_literals;

// a - b - c - d in a ring with a long detour, and a spur to e; QKD everywhere but on c-d.
constexpr std::string_view kNet = R"({
  "name": "ring", "duration": "100 min",
  "devices": { "lab": { "protocol": "bb84" } },
  "nodes": [ { "id": "a" }, { "id": "b" }, { "id": "c" }, { "id": "d" }, { "id": "e" } ],
  "links": [ { "id": "ab", "between": ["a", "b"], "device": "lab", "length": "10 km" },
             { "id": "bc", "between": ["b", "c"], "device": "lab", "length": "20 km" },
             { "id": "cd", "between": ["c", "d"], "classical": { "latency": "1 ms" } },
             { "id": "da", "between": ["d", "a"], "device": "lab", "length": "50 km" },
             { "id": "ce", "between": ["c", "e"], "device": "lab", "length": "30 km" } ],
  "applications": [ { "id": "at-a", "node": "a" }, { "id": "at-c", "node": "c" }, { "id": "at-e", "node": "e" },
                    { "id": "silent", "node": "d" } ],
  "demands": [ { "from": "at-a", "to": "at-c", "arrivals": { "poisson": "1 /s" } },
               { "from": "at-e", "to": "at-a", "key": "512 bit", "arrivals": { "closed_loop": { "clients": 3, "think": "1 s" } } },
               { "from": "at-c", "to": "at-e", "number": 2, "arrivals": { "poisson": "4 /s" } } ]
})";

LoadResult with(std::string const& script, std::string_view net = kNet) {
    return load_scenario_text(net, "ring.json", {}, std::vector<NamedText>{{"script.json", script}});
}

Scenario scenario_with(std::string const& faults) {
    auto result = with(R"({ "name": "test", )" + faults + " }");
    EXPECT_TRUE(result.ok()) << format_diagnostics(result.diagnostics);
    return result.ok() ? std::move(*result.scenario) : Scenario{};
}

std::vector<std::string> targets(Scenario const& s) {
    std::vector<std::string> out;
    for (auto const& f : s.faults)
        out.push_back(f.kind == FaultKind::surge ? s.applications[f.application.index()].id
                      : f.on_node()              ? s.nodes[f.node.index()].id
                                                 : s.links[f.link.index()].id);
    return out;
}

using Ids = std::vector<std::string>;

// By hops: a > c goes over b (ab stands before da), 256 bit/s; e > a over c and b, 3 clients each 2 s: 768 bit/s;
// c > e 2048 bit/s.
TEST(Traffic, IsThatOfShortestPaths) {
    auto const net = load_scenario_text(kNet, "ring.json");
    ASSERT_TRUE(net.ok());
    Traffic const t = expected_traffic(*net.scenario);
    EXPECT_EQ(t.links, (std::vector<double>{1024, 1024, 0, 0, 2816}));
    EXPECT_EQ(t.nodes, (std::vector<double>{1024, 1024, 3072, 0, 2816}));
    EXPECT_EQ(t.through, (std::vector<double>{0, 1024, 768, 0, 0}));
    EXPECT_EQ(t.applications, (std::vector<double>{256, 2048, 768, 0}));
}

TEST(FaultScript, Chooses) {
    auto const cut = [](std::string const& pick) {
        return targets(scenario_with(R"("faults": [{ "at": "10 %", "cut": )" + pick + " }]"));
    };
    EXPECT_EQ(cut(R"("bc")"), Ids{"bc"});
    EXPECT_EQ(cut(R"({ "pick": "all" })"), (Ids{"ab", "bc", "cd", "da", "ce"}));
    EXPECT_EQ(cut(R"({ "pick": "each" })"), (Ids{"ab", "bc", "cd", "da", "ce"}));
    EXPECT_EQ(cut(R"({ "pick": "each", "of": "qkd" })"), (Ids{"ab", "bc", "da", "ce"}));
    EXPECT_EQ(cut(R"({ "pick": "busiest" })"), Ids{"ce"});
    EXPECT_EQ(cut(R"({ "pick": "busiest", "rank": 2 })"), Ids{"ab"}) << "of equals the first in the file";
    EXPECT_EQ(cut(R"({ "pick": "longest" })"), Ids{"da"});
    EXPECT_EQ(cut(R"({ "pick": "longest", "rank": 3 })"), Ids{"bc"});
    EXPECT_EQ(cut(R"({ "pick": "all" }, "plane": "quantum")"), (Ids{"ab", "bc", "da", "ce"})) << "what it can hit";
    auto const down = [](std::string const& pick) {
        return targets(scenario_with(R"("faults": [{ "at": "10 %", "down": )" + pick + " }]"));
    };
    EXPECT_EQ(down(R"({ "pick": "busiest" })"), Ids{"c"});
    EXPECT_EQ(down(R"({ "pick": "busiest", "of": "relays" })"), Ids{"b"});
    EXPECT_EQ(down(R"({ "pick": "all", "of": "relays" })"), (Ids{"b", "c"}));
    EXPECT_EQ(targets(scenario_with(R"("faults": [{ "at": "0 s", "surge": { "pick": "all" }, "factor": 2 }])")),
              (Ids{"at-a", "at-c", "at-e"}));
    EXPECT_EQ(targets(scenario_with(R"("faults": [{ "at": "0 s", "surge": { "pick": "busiest" }, "factor": 2 }])")),
              Ids{"at-c"});
    EXPECT_EQ(
        targets(scenario_with(
            R"("faults": [{ "at": "0 s", "eavesdrop": { "pick": "all" }, "attack": "blinding", "fraction": 1 }])")),
        (Ids{"ab", "bc", "da", "ce"}));
}

TEST(FaultScript, GroupsFailTogether) {
    auto const s = scenario_with(R"("shared_risk": [
        { "id": "duct", "links": ["cd", "bc", "bc"], "nodes": [{ "pick": "busiest", "of": "relays" }] },
        { "id": "site", "sites": ["c"] } ],
      "faults": [ { "at": "10 min", "for": "5 min", "fail": "duct" },
                  { "at": "20 min", "for": "20 min", "fail": { "pick": "each" }, "share": 0.5 },
                  { "at": "50 min", "for": "1 min", "lossy": { "pick": "all", "group": "site" }, "loss": 0.3 } ])");
    EXPECT_EQ(targets(s), (Ids{"bc", "cd", "b", "bc", "cd", "b", "bc", "cd", "ce", "c", "bc", "cd", "ce"}));
    ASSERT_EQ(s.faults.size(), 13u);
    EXPECT_EQ(s.faults[2].kind, FaultKind::down);
    EXPECT_EQ(s.faults[0].end, SimTime{15min});
    EXPECT_EQ(s.faults[3].begin, SimTime{20min});
    EXPECT_EQ(s.faults[3].end, SimTime{25min});
    EXPECT_EQ(s.faults[6].begin, SimTime{30min});
    EXPECT_EQ(s.faults[9].end, SimTime{35min});
}

TEST(FaultScript, SharesItsTime) {
    // Five links, 90 minutes: 18 each, of which a third is dark.
    auto const turns = scenario_with(R"("faults": [{ "at": "10 %", "cut": { "pick": "each" }, "share": 0.25 }])");
    ASSERT_EQ(turns.faults.size(), 5u);
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(turns.faults[std::size_t(i)].begin, SimTime{10min + i * 18min});
        EXPECT_EQ(turns.faults[std::size_t(i)].end, SimTime{10min + i * 18min + 270s});
    }
    // Each link twice before the next one's turn.
    auto const pairs =
        scenario_with(R"("faults": [{ "at": "0 s", "cut": { "pick": "each" }, "times": 2, "share": 0.5 }])");
    EXPECT_EQ(targets(pairs), (Ids{"ab", "ab", "bc", "bc", "cd", "cd", "da", "da", "ce", "ce"}));
    EXPECT_EQ(pairs.faults.at(3).begin, SimTime{30min});
    EXPECT_EQ(pairs.faults.at(3).end, SimTime{35min});
    auto const flaps = scenario_with(
        R"("faults": [{ "at": "10 %", "for": "20 %", "cut": { "pick": "busiest" }, "times": 7, "share": "50 %" }])");
    ASSERT_EQ(flaps.faults.size(), 7u);
    SimDuration dark{0};
    for (auto const& f : flaps.faults)
        dark += f.end - f.begin;
    EXPECT_NEAR(seconds(dark), 600, 1e-6);
    EXPECT_LT(flaps.faults[6].end, SimTime{30min});
    // Seven parts of twenty minutes are no whole nanoseconds; without a pause nothing is lost between them.
    auto const creep = scenario_with(
        R"("faults": [{ "at": "10 min", "until": "30 min", "disturb": "ab", "error": "7 %", "times": 7, "grows": true }])");
    ASSERT_EQ(creep.faults.size(), 7u);
    for (std::size_t i = 0; i < 7; ++i) {
        EXPECT_EQ(creep.faults[i].end, i == 6 ? SimTime{30min} : creep.faults[i + 1].begin);
        EXPECT_NEAR(creep.faults[i].effect.extra_error, 0.01 * double(i + 1), 1e-12);
    }
    auto const surge =
        scenario_with(R"("faults": [{ "at": "0 s", "surge": "at-a", "factor": 9, "times": 4, "grows": true }])");
    ASSERT_EQ(surge.faults.size(), 4u);
    EXPECT_EQ(surge.faults[1].factor, 5);
}

TEST(FaultScript, AdversariesChooseToo) {
    auto const s = scenario_with(
        R"("adversaries": [{ "id": "eve", "nodes": [{ "node": { "pick": "busiest", "of": "relays" }, "from": "25 %" }],
        "dishonest": [{ "node": { "pick": "all", "of": "relays" }, "does": "drop", "until": "50 %" }] }])");
    ASSERT_EQ(s.adversaries.size(), 1u);
    ASSERT_EQ(s.adversaries[0].nodes.size(), 1u);
    EXPECT_EQ(s.adversaries[0].nodes[0].node, NodeId{1});
    EXPECT_EQ(s.adversaries[0].nodes[0].from, SimTime{25min});
    ASSERT_EQ(s.adversaries[0].dishonest.size(), 2u);
    EXPECT_EQ(s.adversaries[0].dishonest[1].node, NodeId{2});
    EXPECT_EQ(s.adversaries[0].dishonest[1].until, SimTime{50min});
}

// What the results file says was run is what was run: its text alone, without the files, gives the same.
TEST(FaultScript, TheTextAloneGivesTheSame) {
    std::vector<NamedText> const scripts{{"one", R"({ "name": "one", "shared_risk": [{ "id": "duct", "links": ["cd"] }],
                     "faults": [{ "at": "10 %", "fail": "duct" }, { "at": "20 %", "for": "5 %", "cut": { "pick": "each" } }] })"},
                                         {"two", R"({ "name": "two", "faults": [{ "at": "70 %", "down": "b" }],
                     "adversaries": [{ "id": "eve", "taps": "all" }] })"}};
    std::string const set = R"(/faults=[{ "at": "1 min", "for": "1 min", "cut": "ab" }])";
    auto const both = load_scenario_text(kNet, "ring.json", std::vector{set}, scripts);
    ASSERT_TRUE(both.ok()) << format_diagnostics(both.diagnostics);
    EXPECT_EQ(both.scenario->faults.size(), 8u);
    EXPECT_EQ(both.scenario->adversaries.size(), 1u);
    auto const again = load_scenario_text(both.scenario->text, "manifest");
    ASSERT_TRUE(again.ok()) << format_diagnostics(again.diagnostics);
    EXPECT_EQ(again.scenario->text, both.scenario->text);
    EXPECT_EQ(again.scenario->name, "ring");
    ASSERT_EQ(again.scenario->faults.size(), both.scenario->faults.size());
    for (std::size_t f = 0; f < 8; ++f)
        EXPECT_EQ(again.scenario->faults[f].begin, both.scenario->faults[f].begin);
}

TEST(FaultScript, AScenarioMayNameItsFiles) {
    auto const file = test::source_dir() / "scenarios/faults/single-cuts.json";
    std::string const name = R"(/fault_files=["scenarios/faults/single-cuts.json"])";
    auto const named = load_scenario_text(kNet, (test::source_dir() / "ring.json").string(), std::vector{name});
    auto const given = with(test::read_file(file));
    ASSERT_TRUE(named.ok() && given.ok()) << format_diagnostics(named.diagnostics);
    EXPECT_EQ(named.scenario->faults.size(), 5u);
    EXPECT_EQ(named.scenario->text, given.scenario->text) << "the text has the faults, and no longer their file";
    auto const missing =
        load_scenario_text(kNet, "ring.json", std::vector<std::string>{R"(/fault_files=["no/such.json"])"});
    ASSERT_EQ(missing.diagnostics.size(), 1u);
    EXPECT_EQ(missing.diagnostics[0].what, "cannot read \"no/such.json\"");
    EXPECT_EQ(missing.diagnostics[0].pointer, "/fault_files/0");
    EXPECT_FALSE(load_scenario_text(kNet, "ring.json", std::vector<std::string>{"/fault_files=[7]"}).ok());
}

TEST(FaultScript, MayMeetTheScenariosOwnFaults) {
    std::string const set = R"(/faults=[{ "at": "1 min", "cut": "ab" }])";
    auto const met = load_scenario_text(
        kNet, "ring.json", std::vector{set},
        std::vector<NamedText>{{"s", R"({ "name": "s", "faults": [{ "at": "2 min", "cut": "ab" }] })"}});
    EXPECT_TRUE(met.ok()) << format_diagnostics(met.diagnostics);
}

// Choices in a scenario that is itself broken say nothing: what they would choose from is not known.
TEST(FaultScript, KeepsQuietAboutWhatFollows) {
    std::string net{kNet};
    net.replace(net.find(R"("between": ["b", "c"])"), 21, R"("between": ["b", "x"])");
    auto const result = with(R"({ "name": "s", "faults": [{ "at": "10 %", "cut": { "pick": "busiest" } }] })", net);
    ASSERT_EQ(result.diagnostics.size(), 1u) << format_diagnostics(result.diagnostics);
    EXPECT_EQ(result.diagnostics[0].file, "ring.json");
    auto const endless = with(R"({ "name": "s", "faults": [{ "at": "10 %", "cut": { "pick": "busiest" } }] })",
                              R"({ "name": "x", "nodes": [{ "id": "a" }], "links": [] })");
    ASSERT_FALSE(endless.ok());
    EXPECT_EQ(endless.diagnostics.front().what, "\"duration\" is missing");
}

// A group that nothing could be chosen for is told once.
TEST(FaultScript, NoRelayIsToldOnce) {
    std::string net{kNet};
    net.replace(net.find(R"("demands": [)"), std::string::npos,
                R"("demands": [ { "from": "at-e", "to": "at-c", "arrivals": { "poisson": "1 /s" } } ] })");
    auto const result =
        with(R"({ "name": "s", "shared_risk": [{ "id": "g", "sites": [{ "pick": "busiest", "of": "relays" }] }],
        "faults": [{ "at": "0 s", "fail": "g", "for": "1 min" }, { "at": "2 min", "cut": { "pick": "all", "group": "g" } }] })",
             net);
    ASSERT_EQ(std::ranges::count(result.diagnostics, Severity::error, &Diagnostic::severity), 1)
        << format_diagnostics(result.diagnostics);
    EXPECT_EQ(result.diagnostics.back().because, "no demand's shortest path passes a relay");
}

TEST(FaultScript, BadOnesSayExactlyWhatIsWrong) {
    auto const folder = test::source_dir() / "tests/scenario/bad_faults";
    std::string const base = test::read_file(test::source_dir() / "scenarios/two-islands.json");
    std::set<std::filesystem::path> files;
    for (auto const& entry : std::filesystem::directory_iterator{folder})
        if (entry.path().extension() == ".json") files.insert(entry.path());
    ASSERT_GE(files.size(), 9u);
    for (auto const& file : files) {
        auto golden = file;
        golden.replace_extension(".txt");
        auto const result = load_scenario_text(
            base, "two-islands.json", {}, std::vector<NamedText>{{file.filename().string(), test::read_file(file)}});
        EXPECT_FALSE(result.ok()) << file;
        EXPECT_EQ(result.failure, LoadFailure::scenario) << file;
        auto const told = format_diagnostics(result.diagnostics);
        if (test::updating()) test::write_file(golden, told);
        EXPECT_EQ(told, test::read_file(golden)) << file;
    }
}

TEST(FaultScript, UnreadableFilesAreNotTheScenariosFault) {
    auto const result = load_scenario(test::source_dir() / "scenarios/two-islands.json", {},
                                      std::vector<std::string>{"/nowhere/faults.json"});
    EXPECT_EQ(result.failure, LoadFailure::unreadable);
    EXPECT_EQ(format_diagnostics(result.diagnostics), "/nowhere/faults.json: error: cannot read this file of faults\n"
                                                      "  because No such file or directory\n");
}

TEST(FaultScript, ShippedOnesFitShippedScenarios) {
    int scripts = 0, fitted = 0;
    for (auto const& script : std::filesystem::directory_iterator{test::source_dir() / "scenarios/faults"}) {
        ++scripts;
        for (char const* scenario : {"two-islands", "relay-chain", "architectures", "hybrid-kds", "adversaries"}) {
            auto const result = load_scenario(test::source_dir() / "scenarios" / (std::string{scenario} + ".json"), {},
                                              std::vector<std::string>{script.path().string()});
            EXPECT_TRUE(result.ok()) << script.path() << format_diagnostics(result.diagnostics);
            fitted += result.ok();
        }
    }
    EXPECT_GE(scripts, 10);
    EXPECT_EQ(fitted, 5 * scripts);
}

// Whatever is done to a script, the outcome is a scenario or an error that names a place in one of the two files.
TEST(FaultScript, BytesReplacedRemovedAndInserted) {
    std::string const whole =
        R"({ "name": "all", "shared_risk": [{ "id": "g", "sites": [{ "pick": "busiest", "of": "relays", "rank": 2 }] }],
      "faults": [{ "at": "10 %", "for": "5 %", "cut": { "pick": "all", "group": "g" }, "times": 7, "share": "50 %" },
                 { "at": "20 %", "until": "40 %", "slow": { "pick": "longest" }, "latency": "10 ms", "times": 9, "grows": true },
                 { "at": "50 %", "fail": { "pick": "each" }, "share": 0.5 }],
      "failures": [{ "down": { "pick": "all" }, "mtbf": "30 %", "repair": "1 min", "repair_times": "log-normal", "spread": 2 }],
      "adversaries": [{ "id": "eve", "nodes": [{ "node": { "pick": "busiest" }, "from": "25 %" }] }] })";
    ASSERT_TRUE(with(whole).ok()) << format_diagnostics(with(whole).diagnostics);
    EXPECT_TRUE(rc::check("a few bytes changed", [&] {
        std::string text = whole;
        int const changes = *rc::gen::inRange(1, 5);
        for (int i = 0; i < changes; ++i) {
            auto const at = *rc::gen::inRange<std::size_t>(0, text.size());
            char const byte =
                *rc::gen::element('"', '{', '}', '[', ']', ',', ':', '-', '0', '9', 'e', '.', ' ', '%', 'k');
            int const how = *rc::gen::inRange(0, 3);
            if (how == 0) text[at] = byte;
            if (how == 1) text.erase(at, 1);
            if (how == 2) text.insert(at, 1, byte);
        }
        auto const result = with(text);
        bool const any_error =
            std::ranges::any_of(result.diagnostics, [](auto const& d) { return d.severity == Severity::error; });
        RC_ASSERT(result.ok() != any_error);
        for (auto const& d : result.diagnostics) {
            RC_ASSERT(d.file == "script.json" || d.file == "ring.json");
            RC_ASSERT(!d.what.empty());
        }
    }));
}

} // namespace
} // namespace qkdes
