// The scenarios that are shipped, and the two texts that are printed from the table. Fails when a shipped file has so
// much as a warning, or when schema or reference are older than the table (QKDES_UPDATE_GOLDEN=1 test_sim_scenario
// renews both).
#include "tests/sim/scenario/files.hpp"

#include "sim/scenario/load_study.hpp"
#include "sim/scenario/schema.hpp"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include <regex>

namespace qkdes {
namespace {

using nlohmann::json;

TEST(ShippedScenarios, LoadWithoutAWarning) {
    int count = 0;
    for (auto const& entry : std::filesystem::recursive_directory_iterator{test::source_dir() / "scenarios"}) {
        if (entry.path().extension() != ".json" || entry.path().filename() == "scenario.schema.json") continue;
        auto const folder = entry.path().parent_path().filename();
        if (folder == "links" || folder == "faults") continue; // a link each, and faults for any scenario
        if (folder == "studies") continue;
        auto const result = load_scenario(entry.path());
        EXPECT_TRUE(result.ok() && result.diagnostics.empty()) << format_diagnostics(result.diagnostics);
        ++count;
    }
    EXPECT_GE(count, 3);
}

TEST(ShippedStudies, LoadWithoutAWarning) {
    int count = 0;
    for (auto const& entry : std::filesystem::directory_iterator{test::source_dir() / "scenarios/studies"}) {
        if (entry.path().extension() != ".json") continue;
        auto const result = load_study(entry.path());
        EXPECT_TRUE(result.ok() && result.diagnostics.empty()) << format_diagnostics(result.diagnostics);
        ++count;
    }
    EXPECT_GE(count, 1);
}

// What the other parts of the issue rely on: the cut leaves the classical plane alone and outlasts the store.
TEST(ShippedScenarios, TwoIslandsDrainsItsStoreDuringTheCut) {
    auto const result = load_scenario(test::source_dir() / "scenarios/two-islands.json");
    ASSERT_TRUE(result.ok());
    auto const& s = *result.scenario;
    ASSERT_EQ(s.faults.size(), 1u);
    auto const& cut = s.faults[0];
    EXPECT_EQ(cut.plane, CutPlane::quantum);
    EXPECT_LT(cut.end, SimTime{s.duration});
    double keys_per_second = 0; // every demand crosses the link that is cut
    for (auto const& demand : s.demands)
        keys_per_second += demand.poisson->per_second;
    double const taken = keys_per_second * 256 * seconds(cut.end - cut.begin);
    EXPECT_GT(taken, 1.5 * double(s.nodes[s.links[0].a.index()].kms.store_capacity));
    EXPECT_LT(keys_per_second * seconds(s.duration), 4000); // real ML-KEM on each hop: seconds of CPU, not minutes
}

TEST(Schema, CommittedFileIsTheTables) {
    auto const file = test::source_dir() / "scenarios/scenario.schema.json";
    if (test::updating()) test::write_file(file, scenario_schema());
    EXPECT_EQ(test::read_file(file), scenario_schema());
}

TEST(Schema, EveryReferenceIsDefinedAndEveryPatternCompiles) {
    json const schema = json::parse(scenario_schema());
    EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    int references = 0, patterns = 0;
    auto const walk = [&](auto const& self, json const& node) -> void {
        if (node.is_object()) {
            if (auto const ref = node.find("$ref"); ref != node.end() && ref->is_string()) {
                EXPECT_TRUE(schema.contains(json::json_pointer{ref->get<std::string>().substr(1)})) << *ref;
                ++references;
            }
            // The one pattern with a lookahead and those for units are ECMA, as JSON Schema asks.
            if (auto const pattern = node.find("pattern"); pattern != node.end() && pattern->is_string()) {
                EXPECT_NO_THROW(std::regex{pattern->get<std::string>()});
                ++patterns;
            }
        }
        if (node.is_structured())
            for (auto const& child : node)
                self(self, child);
    };
    walk(walk, schema);
    EXPECT_GT(references, 10);
    EXPECT_GT(patterns, 30);
}

TEST(Reference, ReadmeHoldsTheTables) {
    auto const file = test::source_dir() / "scenarios/README.md";
    std::string const begin = "<!-- reference: begin -->\n", end = "<!-- reference: end -->\n";
    auto text = test::read_file(file);
    auto const from = text.find(begin), to = text.find(end);
    ASSERT_TRUE(from != std::string::npos && to != std::string::npos && from < to) << "no markers in " << file;
    if (test::updating()) {
        text.replace(from + begin.size(), to - from - begin.size(), scenario_reference_markdown());
        test::write_file(file, text);
        text = test::read_file(file);
    }
    EXPECT_EQ(text.substr(from + begin.size(), text.find(end) - from - begin.size()), scenario_reference_markdown());
}

} // namespace
} // namespace qkdes
