// Whatever is done to a file, parsing it ends, with a topology or with one error whose place is inside the file, and
// what was parsed can be imported or is refused. Fails on a crash, an exception, a silent refusal; under the sanitizers
// on any access beyond the text.
#include "tests/sim/import/fixtures.hpp"
#include "tests/support/property.hpp"

#include "sim/base/rng.hpp"
#include "sim/scenario/load.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace qkdes {
namespace {

struct Fixture {
    std::string text;
    TopologyFormat format;
};
std::vector<Fixture> const& fixtures() {
    static std::vector<Fixture> const all{{test::kGml, TopologyFormat::gml},
                                          {test::kGraphMl, TopologyFormat::graphml},
                                          {test::kSndlib, TopologyFormat::sndlib},
                                          {test::kCsv, TopologyFormat::csv}};
    return all;
}

/// Cheap to import: no device is looked at.
ImportOptions cheap() {
    ImportOptions options;
    options.default_length_km = 20;
    options.device = "bb84-metro";
    options.max_span_km = 30;
    return options;
}

std::string problem_of(std::string const& text, TopologyFormat format, bool import) {
    auto result = parse_topology(text, "f", format);
    auto const errors = std::ranges::count(result.diagnostics, Severity::error, &Diagnostic::severity);
    if (errors != (result.topology ? 0 : 1)) return "errors: " + std::to_string(errors);
    auto const lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
    for (auto const& d : result.diagnostics) {
        if (d.what.empty() || d.because.empty()) return "a message that says nothing";
        if (d.line < 1 || d.line > lines) return "a line beyond the file";
        if (format_diagnostic(d).find('\x1b') != std::string::npos) return "control characters in a message";
    }
    if (!result.topology || !import) return {};
    auto const imported = import_topology(std::move(*result.topology), text, "f", cheap());
    auto const refused = std::ranges::count(imported.diagnostics, Severity::error, &Diagnostic::severity);
    if (refused != (imported.scenario ? 0 : 1)) return "errors of the import: " + std::to_string(refused);
    if (!imported.scenario) return {};
    auto const loaded = load_scenario_text(*imported.scenario, "f");
    if (!loaded.ok() || !loaded.diagnostics.empty()) return format_diagnostics(loaded.diagnostics) + *imported.scenario;
    return {};
}

TEST(HostileTopology, EveryTruncation) {
    for (auto const& fixture : fixtures())
        for (std::size_t size = 0; size <= fixture.text.size(); ++size) {
            auto const text = fixture.text.substr(0, size);
            ASSERT_EQ(problem_of(text, fixture.format, size % 64 == 0), "") << text;
            ASSERT_EQ(problem_of(text, TopologyFormat::automatic, false), "") << text;
        }
}

TEST(HostileTopology, EveryTruncationOfPlaces) {
    auto const whole = test::parsed(test::kCsv);
    for (std::size_t size = 0; size <= test::kPlaces.size(); ++size) {
        auto topology = whole;
        std::vector<Diagnostic> problems;
        bool const fine = add_coordinates(topology, test::kPlaces.substr(0, size), "p", problems);
        ASSERT_EQ(std::ranges::count(problems, Severity::error, &Diagnostic::severity), fine ? 0 : 1);
    }
}

TEST(HostileTopology, BytesReplacedRemovedRepeatedAndInserted) {
    EXPECT_TRUE(rc::check("a few bytes changed", [] {
        auto const& fixture = *rc::gen::elementOf(fixtures());
        std::string text = fixture.text;
        int const changes = *rc::gen::inRange(1, 8);
        for (int i = 0; i < changes && !text.empty(); ++i) {
            auto const at = *rc::gen::inRange<std::size_t>(0, text.size());
            char const byte = *rc::gen::weightedOneOf<char>(
                {{3, rc::gen::element('"', '<', '>', '[', ']', ',', ';', '/', '-', '0', '9', 'e', '.', ' ', '&', '#')},
                 {1, rc::gen::arbitrary<char>()}});
            switch (*rc::gen::inRange(0, 4)) {
            case 0:
                text[at] = byte;
                break;
            case 1:
                text.erase(at, *rc::gen::inRange<std::size_t>(1, 40));
                break;
            case 2:
                text.insert(at, text.substr(at, *rc::gen::inRange<std::size_t>(1, 200)));
                break;
            default:
                text.insert(at, 1, byte);
            }
        }
        RC_ASSERT(problem_of(text, fixture.format, true) == "");
        RC_ASSERT(problem_of(text, (*rc::gen::elementOf(fixtures())).format, false) == "");
    }));
}

TEST(HostileTopology, ManyMoreBytes) {
    RngStream random{1, "hostile", 0};
    for (auto const& fixture : fixtures())
        for (int round = 0; round < 1000; ++round) {
            std::string text = fixture.text;
            for (int i = 0; i < 3; ++i)
                text[random.next() % text.size()] = static_cast<char>(random.next() % 256);
            ASSERT_EQ(problem_of(text, fixture.format, false), "") << text;
        }
}

// Limits, not memory or time, end these.
TEST(HostileTopology, LargeOnesAreRefused) {
    auto const refused = [](std::string const& text, TopologyFormat format) {
        auto const result = parse_topology(text, "f", format);
        return result.topology ? std::string{"accepted"} : result.diagnostics.at(0).what;
    };
    std::string csv = "from,to\n", gml = "graph [", values = "graph [", xml = "<graphml><graph>", deep;
    for (std::size_t i = 0; i < kMaxSites; ++i)
        csv += "a" + std::to_string(i) + ",b" + std::to_string(i) + "\n";
    EXPECT_EQ(refused(csv, TopologyFormat::csv), "too many sites");
    for (std::size_t i = 0; i <= kMaxLines; ++i)
        gml += " edge [ source 1 target 1 ]";
    EXPECT_EQ(refused(gml + " node [ id 1 ] ]", TopologyFormat::gml), "too many lines");
    for (std::size_t i = 0; i <= 1'000'000; ++i)
        values += " a 1";
    EXPECT_EQ(refused(values + " ]", TopologyFormat::gml), "too many values");
    for (std::size_t i = 0; i < 200'000; ++i)
        deep += "<a>";
    EXPECT_EQ(refused(deep, TopologyFormat::graphml), "this is no well-formed XML");
    EXPECT_EQ(refused(std::string(17u << 20, ' '), TopologyFormat::gml), "the file is too large");
    std::string wide = "from,to,length_km\n";
    for (std::size_t i = 0; i < 9000; ++i)
        wide += "hub,a" + std::to_string(i) + ",10\n";
    auto const imported = test::imported(wide, cheap());
    ASSERT_FALSE(imported.scenario);
    EXPECT_EQ(imported.diagnostics.back().what, "too large a network for gravity, as a site has no coordinates");
}

} // namespace
} // namespace qkdes
