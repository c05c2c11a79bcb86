// Bands of the error rate: the table of HIP-0071 at its edges, and random series against a second implementation.
#include "sim/kme/agent/qber_bands.hpp"

#include "sim/base/rng.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace qkdes::agent {
namespace {

SimTime at(int s) { return kSimStart + std::chrono::seconds{s}; }

// Fails when a band is closed at the wrong end.
TEST(AgentBands, AreHalfOpen) {
    BandConfig const config;
    auto const below = [](double x) { return std::nextafter(x, 0.0); };
    EXPECT_EQ(band_of(0, config), QberBand::nominal);
    EXPECT_EQ(band_of(below(0.03), config), QberBand::nominal);
    EXPECT_EQ(band_of(0.03, config), QberBand::degraded);
    EXPECT_EQ(band_of(below(0.05), config), QberBand::degraded);
    EXPECT_EQ(band_of(0.05, config), QberBand::warning);
    EXPECT_EQ(band_of(below(0.08), config), QberBand::warning);
    EXPECT_EQ(band_of(0.08, config), QberBand::critical);
    EXPECT_EQ(band_of(below(0.11), config), QberBand::critical);
    EXPECT_EQ(band_of(0.11, config), QberBand::compromised);
    EXPECT_EQ(band_of(0.5, config), QberBand::compromised);
}

TEST(AgentBands, EachHasItsAction) {
    BandConfig const config;
    auto const action = [&](QberBand band) { return action_of(band, config); };
    EXPECT_EQ(action(QberBand::nominal).redundancy, 1);
    EXPECT_EQ(action(QberBand::nominal).rate, 1);
    EXPECT_EQ(action(QberBand::degraded).redundancy, 1.1);
    EXPECT_EQ(action(QberBand::degraded).rate, 1);
    EXPECT_EQ(action(QberBand::warning).rate, 0.5);
    EXPECT_EQ(action(QberBand::critical).rate, 0);
    EXPECT_FALSE(action(QberBand::critical).halt);
    EXPECT_EQ(action(QberBand::compromised).rate, 0);
    EXPECT_TRUE(action(QberBand::compromised).halt);
}

// A rate that wobbles about a limit: without hysteresis the band flaps, with it the band stays up.
TEST(AgentBands, HysteresisHoldsABandOnTheWayDown) {
    BandConfig config;
    QberBands plain{config};
    config.hysteresis = 0.005;
    QberBands steady{config};
    int changes_plain = 0, changes_steady = 0;
    for (int i = 0; i < 20; ++i) {
        double const qber = i % 2 == 0 ? 0.0505 : 0.0495;
        auto const before = plain.band(), before_steady = steady.band();
        changes_plain += plain.measured(at(i), qber) != before;
        changes_steady += steady.measured(at(i), qber) != before_steady;
    }
    EXPECT_EQ(changes_plain, 20);
    EXPECT_EQ(changes_steady, 1);
    EXPECT_EQ(steady.measured(at(20), 0.0451), QberBand::warning);
    EXPECT_EQ(steady.measured(at(21), 0.0449), QberBand::degraded);
    EXPECT_EQ(steady.measured(at(22), 0.0251), QberBand::degraded);
    EXPECT_EQ(steady.measured(at(23), 0.0), QberBand::nominal);
    EXPECT_EQ(steady.measured(at(24), 0.2), QberBand::compromised) << "upwards at once, over several bands";
    EXPECT_EQ(steady.measured(at(25), 0.0), QberBand::nominal) << "and down over several";
}

TEST(AgentBands, TheEstimateIsTheWindowsMean) {
    BandConfig config;
    config.window = std::chrono::seconds{10};
    QberBands bands{config};
    EXPECT_FALSE(bands.known());
    bands.measured(at(0), 0.02, 100);
    EXPECT_DOUBLE_EQ(bands.estimate(), 0.02);
    bands.measured(at(5), 0.08, 300);
    EXPECT_DOUBLE_EQ(bands.estimate(), 0.065) << "weighted by bits";
    bands.measured(at(10), 0.08, 100);
    EXPECT_DOUBLE_EQ(bands.estimate(), 0.08) << "what is ten seconds old no longer counts";
    bands.measured(at(100), 0.01);
    EXPECT_DOUBLE_EQ(bands.estimate(), 0.01);
    bands.forget();
    EXPECT_FALSE(bands.known());
    EXPECT_EQ(bands.band(), QberBand::nominal);
}

// The slow way: the whole series is kept, the estimate and the band are worked out anew from its definition.
QberBand by_definition(BandConfig const& config, std::vector<std::pair<int, double>> const& series, QberBand before) {
    double sum = 0, weight = 0;
    for (auto const& [when, qber] : series) {
        auto const age = std::chrono::seconds{series.back().first - when};
        if (age < config.window || &when == &series.back().first) {
            sum += qber;
            weight += 1;
        }
    }
    double const estimate = sum / weight;
    for (int band = 4; band >= 1; --band) {
        double limit = config.limits[static_cast<std::size_t>(band - 1)];
        if (static_cast<int>(before) >= band) limit -= config.hysteresis;
        if (estimate >= limit) return static_cast<QberBand>(band);
    }
    return QberBand::nominal;
}

TEST(AgentBands, RandomSeriesAgreeWithTheDefinition) {
    RngStream rng{7, "agent-bands"};
    int changes = 0;
    for (int round = 0; round < 200; ++round) {
        BandConfig config;
        config.hysteresis = round % 3 == 0 ? 0 : 0.02 * rng.uniform();
        config.window = std::chrono::seconds{rng.below(40)};
        QberBands bands{config};
        std::vector<std::pair<int, double>> series;
        QberBand expected = QberBand::nominal;
        int now = 0;
        for (int i = 0; i < 100; ++i) {
            now += static_cast<int>(rng.below(9));
            series.emplace_back(now, 0.14 * rng.uniform());
            QberBand const before = expected;
            expected = by_definition(config, series, before);
            ASSERT_EQ(bands.measured(at(now), series.back().second), expected) << "round " << round << ", step " << i;
            changes += expected != before;
        }
    }
    EXPECT_GT(changes, 2000) << "series in which nothing happens prove nothing";
}

// Marks 1.2.8 b and c of the document's errors: what is left of a sifted bit, and where nothing is.
TEST(AgentBands, TheTableIsNotTheLimitOfSecurity) {
    auto const h = [](double x) { return -x * std::log2(x) - (1 - x) * std::log2(1 - x); };
    EXPECT_NEAR(1 - 2 * h(0.03), 0.611, 5e-4) << "HIP-0071 says roughly 70 %";
    EXPECT_NEAR(1 - 2 * h(0.08), 0.196, 5e-4);
    EXPECT_GT(1 - 2 * h(0.109), 0);
    EXPECT_LT(1 - 2.16 * h(0.099), 0) << "in the band that only suspends, nothing is left with f = 1.16";
}

} // namespace
} // namespace qkdes::agent
