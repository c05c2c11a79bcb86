// Networks of the Internet Topology Zoo, where their files are in a folder topologies beside this tree, or in the one
// that QKDES_TOPOLOGIES names; they are not shipped. Each becomes a
// scenario that loads without a warning; RedIRIS becomes the one that was made of it before there was an import.
#include "tests/sim/import/fixtures.hpp"

#include "sim/base/geography.hpp"
#include "sim/scenario/load.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

namespace qkdes {
namespace {

std::filesystem::path const kScenarios = QKDES_SOURCE_DIR "/scenarios";

std::filesystem::path zoo() {
    if (auto const* named = std::getenv("QKDES_TOPOLOGIES")) return named;
    std::error_code ignored;
    for (auto const& beside : std::filesystem::directory_iterator{QKDES_SOURCE_DIR "/..", ignored})
        if (std::filesystem::exists(beside.path() / "topologies/Rediris.gml", ignored))
            return beside.path() / "topologies";
    return {};
}

std::string text_of(std::filesystem::path const& file) {
    std::ifstream in{file, std::ios::binary};
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

TEST(TopologyZoo, EveryNetworkBecomesAScenario) {
    auto const folder = zoo();
    if (folder.empty()) GTEST_SKIP() << "no topologies beside this tree";
    int networks = 0;
    for (auto const& entry : std::filesystem::directory_iterator{folder}) {
        if (entry.path().extension() != ".gml") continue;
        SCOPED_TRACE(entry.path().filename());
        ImportOptions options;
        options.default_length_km = 50;
        auto const result = test::imported(text_of(entry.path()), options);
        ASSERT_TRUE(result.scenario) << format_diagnostics(result.diagnostics);
        auto const loaded = load_scenario_text(*result.scenario, "text");
        EXPECT_TRUE(loaded.ok() && loaded.diagnostics.empty()) << format_diagnostics(loaded.diagnostics);
        ++networks;
    }
    EXPECT_EQ(networks, 8);
}

/// Names that were written otherwise by hand.
std::string by_hand(std::string const& id) {
    static std::map<std::string, std::string> const names{{"canarias-las-palmas", "las-palmas"},
                                                          {"canarias-tenerife", "tenerife"},
                                                          {"galacia", "galicia"},
                                                          {"cataluna", "catalunya"}};
    std::string out;
    for (std::size_t at = 0; at < id.size();) { // two sites with a dot between them and a number behind
        auto const dot = std::min(id.find('.', at), id.size());
        std::string part = id.substr(at, dot - at), number;
        if (at > 0)
            if (auto const tail = part.find_last_of("-_");
                tail != part.npos && std::isdigit(static_cast<unsigned char>(part[tail + 1]))) {
                number = part.substr(tail);
                part.resize(tail);
            }
        auto const found = names.find(part);
        out += (at > 0 ? "." : "") + (found == names.end() ? part : found->second) + number;
        at = dot + 1;
    }
    return out;
}

// The same sites, relays, links and pairs. What differs, and by how much: the older one rounded whole fibres to 1 km
// before it divided them (spans to 0.25 km), put relays on straight lines of a map instead of great circles (0.05
// degrees) and rates to 0.01 /s.
TEST(TopologyZoo, RedirisIsTheOneThatWasMadeByHand) {
    auto const folder = zoo();
    if (folder.empty()) GTEST_SKIP() << "no topologies beside this tree";
    ImportOptions options;
    options.max_span_km = 80;
    options.pqc_only = {"baleares", "canarias-las-palmas", "canarias-tenerife"};
    options.min_distance_km = 100;
    options.start_s = 900;
    auto const result = test::imported(text_of(folder / "Rediris.gml"), options);
    ASSERT_TRUE(result.scenario);
    auto const loaded = load_scenario_text(*result.scenario, "text");
    auto const older = load_scenario(kScenarios / "networks/rediris.json");
    ASSERT_TRUE(loaded.ok() && older.ok());
    auto const &a = *loaded.scenario, &b = *older.scenario;
    ASSERT_EQ(a.nodes.size(), b.nodes.size());
    for (std::size_t i = 0; i < a.nodes.size(); ++i) {
        EXPECT_EQ(by_hand(a.nodes[i].id), b.nodes[i].id);
        double const apart = i < 19 ? 0.0011 : 0.05;
        EXPECT_NEAR((*a.nodes[i].at)[0], (*b.nodes[i].at)[0], apart) << b.nodes[i].id;
        EXPECT_NEAR((*a.nodes[i].at)[1], (*b.nodes[i].at)[1], apart) << b.nodes[i].id;
    }
    ASSERT_EQ(a.links.size(), b.links.size());
    for (std::size_t i = 0; i < a.links.size(); ++i) {
        EXPECT_EQ(by_hand(a.links[i].id), b.links[i].id);
        EXPECT_EQ(a.links[i].a, b.links[i].a);
        EXPECT_EQ(a.links[i].b, b.links[i].b);
        EXPECT_EQ(a.links[i].device.has_value(), b.links[i].device.has_value());
        EXPECT_NEAR(a.links[i].fibre.length.value, b.links[i].fibre.length.value, 0.26) << b.links[i].id;
    }
    std::map<std::pair<std::string, std::string>, double> rates;
    for (auto const& demand : b.demands)
        rates[{b.applications[demand.from.index()].id, b.applications[demand.to.index()].id}] =
            demand.poisson->per_second;
    ASSERT_EQ(a.demands.size(), b.demands.size());
    for (auto const& demand : a.demands) {
        auto const pair =
            std::pair{by_hand(a.applications[demand.from.index()].id), by_hand(a.applications[demand.to.index()].id)};
        ASSERT_TRUE(rates.contains(pair)) << pair.first << " " << pair.second;
        EXPECT_NEAR(demand.poisson->per_second, rates.at(pair), 0.0051) << pair.first << " " << pair.second;
    }
}

} // namespace
} // namespace qkdes
