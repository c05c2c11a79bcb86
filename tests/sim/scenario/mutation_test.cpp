// Whatever is done to a scenario's text, loading ends with a scenario or with at least one error, and every diagnostic
// stands inside the text. Fails on a crash, an exception, a silent refusal, or a place beyond the file.
#include "tests/sim/scenario/files.hpp"

#include "sim/scenario/load.hpp"

#include <gtest/gtest.h>

#include "tests/support/property.hpp"

#include <algorithm>
#include <sstream>

namespace qkdes {
namespace {

std::string const& shipped() {
    static std::string const text = test::read_file(test::source_dir() / "scenarios/two-islands.json");
    return text;
}

void holds(std::string const& text, LoadResult const& result) {
    bool const any_error =
        std::ranges::any_of(result.diagnostics, [](auto const& d) { return d.severity == Severity::error; });
    RC_ASSERT(result.ok() != any_error);
    auto const lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
    for (auto const& d : result.diagnostics) {
        RC_ASSERT(!d.what.empty());
        RC_ASSERT(!d.because.empty());
        if (d.line == 0) continue;
        RC_ASSERT(d.line <= lines);
        std::istringstream in{text};
        std::string line;
        for (std::size_t i = 0; i < d.line; ++i)
            std::getline(in, line);
        RC_ASSERT(d.column >= 1 && d.column <= line.size() + 1);
        // The printed form is valid whatever the bytes were.
        RC_ASSERT(format_diagnostic(d).find('\x1b') == std::string::npos);
    }
}

TEST(Mutation, BytesReplacedRemovedAndInserted) {
    ASSERT_FALSE(shipped().empty());
    EXPECT_TRUE(rc::check("a few bytes changed", [] {
        std::string text = shipped();
        int const changes = *rc::gen::inRange(1, 6);
        for (int i = 0; i < changes; ++i) {
            auto const at = *rc::gen::inRange<std::size_t>(0, text.size());
            char const byte = *rc::gen::weightedOneOf<char>(
                {{3, rc::gen::element('"', '{', '}', '[', ']', ',', ':', '-', '0', '9', 'e', '.', ' ', '\\', 'k')},
                 {1, rc::gen::arbitrary<char>()}});
            switch (*rc::gen::inRange(0, 3)) {
            case 0:
                text[at] = byte;
                break;
            case 1:
                text.erase(at, 1);
                break;
            default:
                text.insert(at, 1, byte);
            }
        }
        holds(text, load_scenario_text(text, "mutant"));
    }));
}

TEST(Mutation, PiecesCutOutAndMoved) {
    EXPECT_TRUE(rc::check("a piece cut out, and perhaps put in elsewhere", [] {
        std::string text = shipped();
        auto const at = *rc::gen::inRange<std::size_t>(0, text.size());
        auto const piece = text.substr(at, *rc::gen::inRange<std::size_t>(1, 400));
        text.erase(at, piece.size());
        if (*rc::gen::arbitrary<bool>()) text.insert(*rc::gen::inRange<std::size_t>(0, text.size() + 1), piece);
        holds(text, load_scenario_text(text, "mutant"));
    }));
}

// Still JSON, so that what lies behind the parser is reached: a value is put where another one stood.
TEST(Mutation, ValuesOfTheWrongKindAndSize) {
    static std::vector<std::string> const pointers{"/name",
                                                   "/seed",
                                                   "/duration",
                                                   "/fidelity",
                                                   "/kms",
                                                   "/kms/store_capacity",
                                                   "/devices",
                                                   "/devices/metro",
                                                   "/devices/metro/clock",
                                                   "/devices/metro/extends",
                                                   "/devices/metro/intensities",
                                                   "/devices/metro/probabilities",
                                                   "/devices/metro/detector",
                                                   "/devices/metro/detector/gate",
                                                   "/devices/metro/basis_bias",
                                                   "/devices/metro/block",
                                                   "/nodes",
                                                   "/nodes/0",
                                                   "/nodes/0/id",
                                                   "/nodes/1/at",
                                                   "/links",
                                                   "/links/0",
                                                   "/links/0/between",
                                                   "/links/0/between/1",
                                                   "/links/0/device",
                                                   "/links/1/device",
                                                   "/links/0/length",
                                                   "/links/1/classical",
                                                   "/applications",
                                                   "/applications/0/node",
                                                   "/demands",
                                                   "/demands/0/from",
                                                   "/demands/1/arrivals",
                                                   "/demands/1/arrivals/poisson",
                                                   "/demands/1/start",
                                                   "/demands/1/stop",
                                                   "/routing/weight",
                                                   "/faults",
                                                   "/faults/0",
                                                   "/faults/0/at",
                                                   "/faults/0/cut",
                                                   "/faults/0/plane",
                                                   "/faults/0/for",
                                                   "/faults/0/until",
                                                   "/links/-",
                                                   "/nodes/-",
                                                   "/faults/-",
                                                   "/demands/-"};
    static std::vector<std::string> const values{"null",
                                                 "true",
                                                 "0",
                                                 "-1",
                                                 "1e308",
                                                 "18446744073709551616",
                                                 "\"\"",
                                                 "\"1 ns\"",
                                                 "\"1e300 d\"",
                                                 "\"1 d\"",
                                                 "\"25 km\"",
                                                 "[]",
                                                 "{}",
                                                 "[0.5]",
                                                 "[3, 2, 1]",
                                                 "[[[]]]",
                                                 "metro",
                                                 "vigo",
                                                 "santiago",
                                                 "wan",
                                                 "latency",
                                                 "length",
                                                 "quantum",
                                                 "snspd",
                                                 "decoy-bb84-snspd",
                                                 "100 GHz",
                                                 "1 kbit",
                                                 "{\"a\":{}}",
                                                 "[{}]",
                                                 "[\"vigo\",\"bilbao\"]",
                                                 "{\"id\":\"x\"}",
                                                 "{\"at\":\"1 h\"}",
                                                 "{\"extends\":\"metro\"}",
                                                 "99 %"};
    EXPECT_TRUE(rc::check("values in each other's places", [] {
        std::vector<std::string> overrides;
        int const count = *rc::gen::inRange(1, 5);
        for (int i = 0; i < count; ++i)
            overrides.push_back(*rc::gen::elementOf(pointers) + "=" + *rc::gen::elementOf(values));
        holds(shipped(), load_scenario_text(shipped(), "mutant", overrides));
    }));
}

TEST(Mutation, AnyOverrideIsAnswered) {
    EXPECT_TRUE(rc::check("no override is too strange", [](std::vector<std::string> const& overrides) {
        holds(shipped(), load_scenario_text(shipped(), "mutant", overrides));
    }));
}

TEST(Mutation, AnyTextIsAnswered) {
    EXPECT_TRUE(rc::check("no text is too strange",
                          [](std::string const& text) { holds(text, load_scenario_text(text, "noise")); }));
}

} // namespace
} // namespace qkdes
