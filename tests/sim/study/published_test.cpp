// What was published stands beside what the run gives: the names, the units, the verdicts.
#include "sim/scenario/figure_catalogue.hpp"
#include "sim/study/published.hpp"
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qkdes {
namespace {

/// kTwoNodes with something published.
Scenario published(std::string const& entries) {
    std::string text{test::kTwoNodes};
    text.replace(text.rfind('}'), 1, ", \"published\": [" + entries + "] }");
    return test::scenario(text);
}

/// What the catalogue promises is what runs give, in its order and units, and nothing is left out of it.
TEST(Published, TheCatalogueIsWhatRunsGive) {
    auto const scenario = test::scenario(test::kTwoIslands);
    auto const run = test::run_world(scenario, "catalogue.h5", 3);
    auto const figures = run_figures(scenario, run.summary);
    std::size_t at = 0;
    for (auto const& owner : figure_owners(scenario)) {
        EXPECT_FALSE(figures_of(owner).empty()) << owner;
        for (auto const& promised : figures_of(owner)) {
            ASSERT_LT(at, figures.size());
            EXPECT_EQ(figures[at].of, owner);
            EXPECT_EQ(figures[at].name, promised.name);
            EXPECT_EQ(figures[at].unit, promised.unit);
            ++at;
        }
    }
    EXPECT_EQ(at, figures.size());
}

TEST(Published, ValuesAreReadInTheFiguresUnit) {
    auto const s = published(R"(
        { "of": "link fibre", "figure": "skr", "value": "81.7 kbit/s", "tolerance": "10 %", "source": "x" },
        { "of": "link fibre", "figure": "qber", "value": "2.7 %", "within": "0.2 %", "fitted": true, "source": "x" },
        { "of": "demand a > b", "figure": "first_refusal", "value": "1 h", "within": "1 min", "source": "x" },
        { "of": "link fibre", "figure": "held", "value": "2 MiB", "is": "at-least", "source": "x" })");
    ASSERT_EQ(s.published.size(), 4u);
    EXPECT_DOUBLE_EQ(s.published[0].value, 81.7e3);
    EXPECT_DOUBLE_EQ(s.published[0].tolerance, 0.1);
    EXPECT_FALSE(s.published[0].absolute);
    EXPECT_DOUBLE_EQ(s.published[1].value, 0.027);
    EXPECT_DOUBLE_EQ(s.published[1].tolerance, 0.002);
    EXPECT_TRUE(s.published[1].absolute && s.published[1].fitted);
    EXPECT_DOUBLE_EQ(s.published[2].value, 3600);
    EXPECT_DOUBLE_EQ(s.published[2].tolerance, 60);
    EXPECT_DOUBLE_EQ(s.published[3].value, 1 << 24);
    EXPECT_EQ(s.published[3].tolerance, 0);
}

TEST(Published, ToleranceHoldsOnTheSidesItShould) {
    PublishedSpec spec{"network", "served", "1", 100, PublishedRelation::equal, 0.1, false, false, ""};
    EXPECT_TRUE(spec.holds(90) && spec.holds(110));
    EXPECT_FALSE(spec.holds(89.9) || spec.holds(110.1));
    spec.relation = PublishedRelation::at_least;
    EXPECT_TRUE(spec.holds(90) && spec.holds(1e9));
    EXPECT_FALSE(spec.holds(89.9));
    spec.relation = PublishedRelation::at_most;
    EXPECT_TRUE(spec.holds(110) && spec.holds(0));
    EXPECT_FALSE(spec.holds(110.1));
    spec.absolute = true;
    EXPECT_TRUE(spec.holds(100.1));
    EXPECT_FALSE(spec.holds(100.2));
    EXPECT_FALSE(spec.holds(std::numeric_limits<double>::quiet_NaN())) << "what the run does not say holds nothing";
}

TEST(Published, VerdictsTellPredictionsFromFitsAndShortfalls) {
    auto s = published(R"(
        { "of": "link fibre", "figure": "skr", "value": "1 bit/s", "is": "at-least", "source": "x" },
        { "of": "link fibre", "figure": "skr", "value": "1 bit/s", "is": "at-least", "fitted": true, "source": "x" },
        { "of": "link fibre", "figure": "skr", "value": "1 bit/s", "is": "at-most", "fitted": true, "source": "x" },
        { "of": "demand a > b", "figure": "first_reroute", "value": "5 s", "tolerance": "10 %", "source": "x" })");
    auto const run = test::run_world(s, "published.h5", 3);
    auto const figures = run_figures(s, run.summary);
    auto const all = published_beside(s, figures);
    ASSERT_EQ(all.size(), 4u);
    EXPECT_EQ(all[0].verdict, PublishedVerdict::ok);
    EXPECT_EQ(all[1].verdict, PublishedVerdict::fitted);
    EXPECT_EQ(all[2].verdict, PublishedVerdict::fell_short) << "fitted or not";
    EXPECT_EQ(all[3].verdict, PublishedVerdict::fell_short) << "there is one way only";
    EXPECT_TRUE(std::isnan(all[3].simulated));
    EXPECT_FALSE(all[3].ratio().has_value());
    EXPECT_DOUBLE_EQ(all[0].ratio().value(), run.summary.links[0].skr);
}

TEST(Published, DeliveredAndHeldAreWhatTheBooksSay) {
    auto const s = test::scenario(test::kTwoNodes, {"/demands/0/start=10 s"});
    auto const run = test::run_world(s, "delivered.h5", 3);
    auto const value = [&](std::string const& of, std::string const& name) {
        for (auto const& figure : run_figures(s, run.summary))
            if (figure.of == of && figure.name == name) return figure.value;
        return -1.0;
    };
    ASSERT_GT(run.served, 0u);
    EXPECT_DOUBLE_EQ(value("demand a > b", "delivered"), static_cast<double>(run.served) * 256 / 10);
    EXPECT_DOUBLE_EQ(value("link fibre", "held"), static_cast<double>(run.summary.links[0].ledger.pool[0].held()));
}

} // namespace
} // namespace qkdes
