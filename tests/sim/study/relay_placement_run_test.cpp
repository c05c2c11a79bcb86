// A placed chain makes the key that the placement promised: its spans as a scenario, run for an hour.
#include "sim/scenario/load.hpp"
#include "sim/scenario/span_rate.hpp"
#include "sim/study/plan/relay_placement.hpp"
#include "sim/study/run_figures.hpp"
#include "tests/support/run_world.hpp"

#include <fmt/format.h>

#include <cmath>

namespace qkdes {
namespace {

constexpr std::uint64_t kSurveyed = 512; ///< blocks, for each rate

PlacementDevice shipped(std::string const& name, double price) {
    std::vector<Diagnostic> problems;
    auto rates = SpanRates::of(name, 0.2, name, problems);
    EXPECT_TRUE(rates) << format_diagnostics(problems);
    return {name, [rates](double km) { return rates->over(km, kSurveyed).bits_per_second; }, price};
}

/// Nodes 0, 1, ... and spans s0, s1, ... between them.
std::string chain(PlacementQuestion const& question, Placement const& placement) {
    std::string nodes = R"({"id": "0"})", links, devices;
    for (auto const& device : question.devices)
        devices +=
            fmt::format(R"({}"my-{}": {{"extends": "{}"}})", devices.empty() ? "" : ", ", device.name, device.name);
    for (std::size_t i = 0; i < placement.spans.size(); ++i) {
        auto const& span = placement.spans[i];
        nodes += fmt::format(R"(, {{"id": "{}"}})", i + 1);
        links += fmt::format(R"({}{{"id": "s{}", "between": ["{}", "{}"], "device": "my-{}", "length": "{:.1f} km"}})",
                             i == 0 ? "" : ", ", i, i, i + 1, question.devices[span.device].name, span.length_km());
    }
    return fmt::format(
        R"({{"name": "chain", "duration": "1 h", "kem": "modelled", "devices": {{{}}}, "nodes": [{}], "links": [{}]}})",
        devices, nodes, links);
}

/// How far the mean rate over `blocks` may be from what `surveyed` of them gave: four standard errors of both, each
/// block failing or not. What blocks that do not fail differ by is far less.
double statistics_of(SpanRates const& rates, double km, double blocks, double surveyed) {
    auto const one = rates.over(km, 1).bits_per_second; // seed 1's first block does not fail
    double const kept = std::min(1.0, rates.over(km, 2000).bits_per_second / one);
    return 4 * std::sqrt((1 - kept) / kept * (1 / blocks + 1 / surveyed));
}

// In an hour a link makes as many blocks as fit; the last, which does not, and round trips after each are within 1 % of
// the rate besides.
TEST(RelayPlacementRun, EverySpanMakesItsRate) {
    PlacementQuestion question;
    question.length_km = 400;
    question.rate = 150e3;
    question.lifetime_s = 5 * 365.25 * 86400;
    question.devices = {shipped("bb84-metro", 200e3)};
    question.places = {{"a", 41.5, 1e5}, {"b", 62.5, 1e5}, {"c", 120, 1e5},   {"d", 154.3, 1e5}, {"e", 230, 1e5},
                       {"f", 246, 1e5},  {"g", 300, 1e5},  {"h", 338.2, 1e5}, {"i", 371, 1e5}};
    auto const answer = place_relays(question);
    ASSERT_TRUE(answer.placement);
    ASSERT_GE(answer.placement->spans.size(), 5u);
    auto const loaded = load_scenario_text(chain(question, *answer.placement), "chain");
    ASSERT_TRUE(loaded.ok()) << format_diagnostics(loaded.diagnostics);
    auto const run = test::run_world(*loaded.scenario, "chain.h5", 7);
    EXPECT_EQ(run.summary.violations, 0u);
    auto const figures = run_figures(*loaded.scenario, run.summary);
    std::vector<Diagnostic> problems;
    auto const rates = SpanRates::of("bb84-metro", 0.2, "", problems);
    std::size_t checked = 0;
    for (std::size_t i = 0; i < answer.placement->spans.size(); ++i) {
        auto const& span = answer.placement->spans[i];
        double const blocks = std::floor(3600 / rates->over(span.length_km()).block_seconds);
        double const noise = statistics_of(*rates, span.length_km(), blocks, kSurveyed);
        EXPECT_LT(noise, 0.07); // else nothing would be shown
        for (auto const& figure : figures)
            if (figure.of == "link s" + std::to_string(i) && figure.name == "eskr") {
                EXPECT_GE(figure.value, question.rate * (1 - noise - 0.01 - 1 / blocks)) << i;
                EXPECT_NEAR(figure.value / span.rate, 1, noise + 0.01 + 1 / blocks) << i;
                ++checked;
            }
    }
    EXPECT_EQ(checked, answer.placement->spans.size());
}

} // namespace
} // namespace qkdes
