// The published figures that `qkdes reproduce links` shows, as far as they are quick; the command runs the rest. That a
// verdict can go either way is tested apart: a model that is off by more than its tolerance must fall short.
#include "models/published/published.hpp"

#include <gtest/gtest.h>

#include <set>

namespace qkdes {
namespace {

void expect_reproduced(PublishedExperiment const& experiment) {
    auto const r = experiment.run();
    EXPECT_FALSE(r.paper.empty()) << experiment.id;
    EXPECT_FALSE(r.figures.empty()) << experiment.id;
    bool fitted = false;
    for (auto const& f : r.figures) {
        EXPECT_TRUE(f.holds()) << experiment.id << ", " << f.name << ": published " << f.published << ", model "
                               << f.model;
        fitted = fitted || f.fitted;
    }
    EXPECT_EQ(fitted, !r.knob.empty()) << experiment.id << " fits something and does not say what, or the reverse";
}

std::set<std::string> const kSlow{"boaron-2018", "yuan-2018", "cascade-2015", "naik-2000"};

TEST(Published, QuickOnes) {
    for (auto const& experiment : published_experiments())
        if (!kSlow.contains(experiment.id)) expect_reproduced(experiment);
}

TEST(PublishedLong, SlowOnes) {
    for (auto const& experiment : published_experiments())
        if (kSlow.contains(experiment.id)) expect_reproduced(experiment);
}

TEST(Published, NamesAreUnique) {
    std::set<std::string> names;
    for (auto const& experiment : published_experiments())
        EXPECT_TRUE(names.insert(experiment.id).second) << experiment.id;
    EXPECT_GE(names.size(), 16u);
}

TEST(Tolerance, EachKindCanFail) {
    EXPECT_TRUE(relative(0.01).holds(100, 100.9));
    EXPECT_FALSE(relative(0.01).holds(100, 101.1));
    EXPECT_FALSE(relative(0.01).holds(100, 98.9));
    EXPECT_TRUE(absolute(0.3).holds(1, 1.29));
    EXPECT_FALSE(absolute(0.3).holds(1, 0.69));
    EXPECT_TRUE(within_factor(1.4).holds(10, 13.9));
    EXPECT_FALSE(within_factor(1.4).holds(10, 14.1));
    EXPECT_FALSE(within_factor(1.4).holds(10, 7.1));
    EXPECT_FALSE(within_factor(1.4).holds(10, 0));
    EXPECT_TRUE(at_most().holds(2.35, 2.35));
    EXPECT_FALSE(at_most().holds(2.35, 2.36));
}

} // namespace
} // namespace qkdes
