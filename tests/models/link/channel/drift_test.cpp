// The walk against its closed forms. Bands: 6.1 standard errors (false alarm 1e-9 each, 30 comparisons) of 4000 walks;
// a rate wrong by a quarter is caught at every time compared, a mean over intervals wrong by a tenth. Mutations that
// turn it red: the step's mean taken twice, a walk that is not reset, tau for tau/2.
#include "models/link/channel/drift.hpp"

#include "models/link/decoy/detection_statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace qkdes {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

struct Mean {
    double n = 0, sum = 0, squares = 0;
    void add(double x) { n += 1, sum += x, squares += x * x; }
    double value() const { return sum / n; }
    double error() const { return std::sqrt((squares / n - value() * value()) / n); }
};

TEST(Drift, RelaxesAsItsLaw) {
    for (DriftKind kind : {DriftKind::polarisation, DriftKind::phase}) {
        DriftParameters const d{kind, seconds{100}, seconds{100}, 0.0, 50};
        std::vector<Mean> at(50);
        for (std::uint64_t block = 0; block < 4'000; ++block) {
            auto const steps = drift_steps(d, seconds{100}, 1, "a-b", block);
            ASSERT_EQ(steps.size(), 50u);
            for (std::size_t i = 0; i < 50; ++i)
                at[i].add(steps[i].extra_error);
        }
        for (std::size_t i : {0u, 1u, 2u, 5u}) { // later ones are cut at 1/2 now and then
            double const t = (static_cast<double>(i) + 0.5) * 0.02;
            double const expected = (1 - std::exp(-t * (kind == DriftKind::polarisation ? 2 : 1))) / 2;
            EXPECT_NEAR(at[i].value(), expected, 6.1 * at[i].error()) << i;
            EXPECT_GT(std::abs(at[i].value() - 1.25 * expected), 6.1 * at[i].error()) << i; // it can fail
        }
    }
}

TEST(Drift, MeanOverAnIntervalAndItsResidual) {
    for (DriftKind kind : {DriftKind::polarisation, DriftKind::phase}) {
        DriftParameters d{kind, minutes{60}, seconds{120}, 0.01, 20};
        Mean all;
        for (std::uint64_t block = 0; block < 4'000; ++block) {
            double sum = 0;
            auto const steps = drift_steps(d, seconds{240}, 2, "a-b", block);
            for (auto const& step : steps)
                sum += step.extra_error;
            all.add(sum / static_cast<double>(steps.size()));
        }
        EXPECT_NEAR(all.value(), mean_drift_error(d), 6.1 * all.error());
        EXPECT_GT(std::abs(all.value() - 1.1 * mean_drift_error(d)), 6.1 * all.error());
        double const foldings = (kind == DriftKind::polarisation ? 2.0 : 1.0) * 120 / 3600;
        EXPECT_NEAR(mean_drift_error(d), 0.01 + 0.98 * foldings / 4, 0.02 * mean_drift_error(d)); // T << tau
        d.feedback = minutes{6'000};
        EXPECT_NEAR(mean_drift_error(d), 0.5, 0.01); // no feedback to speak of
    }
}

TEST(Drift, FeedbackResetsIt) {
    DriftParameters const d{DriftKind::polarisation, seconds{50}, seconds{10}, 0.0, 10};
    Mean first, last, second;
    for (std::uint64_t block = 0; block < 2'000; ++block) {
        auto const steps = drift_steps(d, seconds{20}, 3, "a-b", block);
        first.add(steps[0].extra_error);
        last.add(steps[9].extra_error);
        second.add(steps[10].extra_error);
    }
    EXPECT_GT(last.value(), 5 * first.value());
    EXPECT_NEAR(second.value(), first.value(), 6.1 * (first.error() + second.error()));
}

TEST(Drift, IsAFunctionOfSeedLinkAndBlock) {
    DriftParameters const d{DriftKind::polarisation, seconds{100}, seconds{10}, 0.0, 4};
    auto const once = drift_steps(d, seconds{30}, 1, "a-b", 5);
    EXPECT_EQ(once, drift_steps(d, seconds{30}, 1, "a-b", 5));
    EXPECT_NE(once, drift_steps(d, seconds{30}, 1, "a-b", 6));
    EXPECT_NE(once, drift_steps(d, seconds{30}, 1, "a-c", 5));
    EXPECT_NE(once, drift_steps(d, seconds{30}, 2, "a-b", 5));
    // A longer duration only adds steps: what has been does not change.
    auto const longer = drift_steps(d, seconds{60}, 1, "a-b", 5);
    EXPECT_TRUE(std::equal(once.begin(), once.end(), longer.begin()));
    EXPECT_EQ(once.front().from, SimDuration{0});
    for (std::size_t i = 1; i < once.size(); ++i)
        EXPECT_EQ(once[i].from - once[i - 1].from, SimDuration{2'500'000'000});
}

TEST(Drift, RaisesTheErrorRateOfALink) {
    DecoyBb84Parameters p;
    p.receiver.dark_counts = Hertz{0};
    auto const qber = [&](ConditionStep const& c) {
        auto const chances = detection_statistics(p, c).chances;
        return (chances.z[0][1] + chances.z[1][1]) / chances.total_z();
    };
    DriftParameters const d{DriftKind::polarisation, minutes{30}, minutes{1}, 0.002, 4};
    double const drifting = qber({.extra_error = mean_drift_error(d)});
    EXPECT_NEAR(drifting - qber({}), mean_drift_error(d), 1e-3);
    EXPECT_GT(drifting, 1.5 * qber({}));
}

} // namespace
} // namespace qkdes
