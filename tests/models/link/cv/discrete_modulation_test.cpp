// Constellations: their moments, their limits, and one experiment.
#include "models/link/cv/discrete_modulation.hpp"

#include "models/link/cv/cv_rates.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace qkdes {
namespace {

/// A. Hajomer et al., Optica 11, 1197 (2024): 5 km, trusted heterodyne.
CvParameters hajomer() {
    CvParameters p;
    p.source.variance = 1.03;
    p.source.modulation = CvModulation::qam;
    p.source.constellation = 64;
    p.receiver = {CvDetection::heterodyne, DetectorTrust::trusted, 0.44, 0.0503};
    return p;
}
double key_of(CvParameters const& p) { return cv_asymptotic_key(cv_information(p, 0.733, 0.0159), 0.95); }
double gaussian_key(CvParameters p) {
    p.source.modulation = CvModulation::gaussian;
    return key_of(p);
}

TEST(DiscreteModulation, LevelsHaveTheVarianceAsked) {
    for (unsigned m : {4u, 16u, 64u, 256u})
        for (auto shaping : {QamShaping::uniform, QamShaping::binomial, QamShaping::normal}) {
            CvSourceParameters source;
            source.constellation = m;
            source.shaping = shaping;
            auto const levels = qam_levels(source);
            ASSERT_EQ(levels.values.size() * levels.values.size(), m);
            double total = 0, mean = 0, power = 0;
            for (std::size_t i = 0; i < levels.values.size(); ++i) {
                total += levels.probabilities[i];
                mean += levels.probabilities[i] * levels.values[i];
                power += levels.probabilities[i] * levels.values[i] * levels.values[i];
            }
            EXPECT_NEAR(total, 1, 1e-12);
            EXPECT_NEAR(mean, 0, 1e-12);
            EXPECT_NEAR(power, source.variance, 1e-12);
        }
}

// Four coherent states on a circle: t is diagonal in their discrete Fourier basis, so that everything has a closed form
// (A. Leverrier, P. Grangier, Phys. Rev. Lett. 102, 180504 (2009)): Tr(t^1/2 a t^1/2 a+) = n sum_k l_k^(3/2)
// l_(k+1)^(-1/2), l_0,2 = e^-n (cosh n +- cos n)/2, l_1,3 = e^-n (sinh n +- sin n)/2, n = |alpha|^2.
TEST(DiscreteModulation, CoherenceOfQpskInClosedForm) {
    for (double variance : {0.1, 0.5, 1.03, 4.0}) {
        CvSourceParameters source;
        source.constellation = 4;
        source.variance = variance;
        double const n = variance / 2;
        double const l[4] = {
            std::exp(-n) * (std::cosh(n) + std::cos(n)) / 2, std::exp(-n) * (std::sinh(n) + std::sin(n)) / 2,
            std::exp(-n) * (std::cosh(n) - std::cos(n)) / 2, std::exp(-n) * (std::sinh(n) - std::sin(n)) / 2};
        double sum = 0;
        for (int k = 0; k < 4; ++k)
            sum += std::pow(l[k], 1.5) / std::sqrt(l[(k + 1) % 4]);
        EXPECT_NEAR(qam_moments(source).coherence, n * sum, 1e-7) << variance;
    }
}

// The published .115 bit per symbol is rounded up past the Gaussian bound at the published inputs, .1136. The shaping
// is not published: it is the knob, at the strength that gives most key.
TEST(DiscreteModulation, Hajomer2024) {
    auto p = hajomer();
    double best = 0;
    for (double strength = 0.2; strength <= 0.6; strength += 0.05) {
        p.source.shaping_strength = strength;
        best = std::max(best, key_of(p));
    }
    EXPECT_NEAR(best, 0.115, 0.05 * 0.115);
    EXPECT_LT(best, gaussian_key(p));
    EXPECT_NEAR(gaussian_key(p), 0.1136, 1e-4);
}

// Never above the Gaussian bound at the same V_A, and towards it with M; QPSK far below.
TEST(DiscreteModulation, TendsToGaussianFromBelow) {
    auto p = hajomer();
    for (double variance : {0.5, 1.03, 3.0}) {
        p.source.variance = variance;
        double const limit = gaussian_key(p);
        double last = -1;
        for (unsigned m : {4u, 16u, 64u, 256u}) {
            p.source.constellation = m;
            p.source.shaping = QamShaping::binomial;
            double const key = key_of(p);
            EXPECT_LT(key, limit) << m;
            EXPECT_GE(key, last) << m;
            last = key;
            auto const state = qam_state(p.source, 0.733, 0.0159), full = gaussian_state(variance, 0.733, 0.0159);
            EXPECT_LT(state.correlation, full.correlation);
            if (m == 4) {
                EXPECT_LT(key, 0.5 * limit);
            }
        }
        EXPECT_GT(last, 0.9 * limit);
        p.source.shaping = QamShaping::normal;
        p.source.shaping_strength = 0.15;
        EXPECT_GT(key_of(p), 0.99 * limit);
        EXPECT_LT(key_of(p), limit);
        p.source.shaping = QamShaping::uniform; // flat is not Gaussian, however many points
        EXPECT_LT(key_of(p), 0.8 * limit);
    }
}

// What a constellation carries: the Gaussian's capacity at low SNR, its own entropy at high.
TEST(DiscreteModulation, InformationBetweenItsLimits) {
    CvSourceParameters source;
    for (unsigned m : {4u, 16u, 64u, 256u}) {
        source.constellation = m;
        source.shaping = QamShaping::uniform;
        EXPECT_NEAR(qam_information(source, 0.01) / (0.5 * std::log2(1.01)), 1, 1e-3);
        EXPECT_NEAR(qam_information(source, 1e5), 0.5 * std::log2(m), 1e-6);
        for (double snr : {0.1, 1.0, 10.0})
            EXPECT_LT(qam_information(source, snr), 0.5 * std::log2(1 + snr));
    }
    // Two levels at SNR 1: the capacity of the binary-input Gaussian channel, .4859 bit (tables of channel coding).
    source.constellation = 4;
    EXPECT_NEAR(qam_information(source, 1.0), 0.4859, 2e-4);
}

} // namespace
} // namespace qkdes
