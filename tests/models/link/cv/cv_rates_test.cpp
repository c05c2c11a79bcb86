// Rates against published experiments, and in their limits.
#include "models/link/cv/cv_rates.hpp"

#include "models/link/cv/cv_yield.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace qkdes {
namespace {

// J. Lodewyck et al., Phys. Rev. A 76, 042305 (2007): V_A 18.5, T .302, xi .005, eta .606, v_el .041, beta .898,
// 350 kHz: I_AB 365, chi_BE 316, K 12.3 kb/s. The printed digits allow .5 %.
TEST(CvRates, Lodewyck2007) {
    CvParameters p;
    p.source.variance = 18.5;
    p.receiver = {CvDetection::homodyne, DetectorTrust::trusted, 0.606, 0.041};
    auto const seen = cv_information(p, 0.302, 0.005);
    EXPECT_NEAR(seen.mutual * 350e3, 365e3, 0.005 * 365e3);
    EXPECT_NEAR(seen.holevo * 350e3, 316e3, 0.005 * 316e3);
    EXPECT_NEAR(cv_asymptotic_key(seen, 0.898) * 350e3, 12.3e3, 0.005 * 12.3e3);
    // The same without trust has no key at this efficiency: trust is what the anchor tests too.
    p.receiver.trust = DetectorTrust::untrusted;
    EXPECT_EQ(cv_asymptotic_key(cv_information(p, 0.302, 0.005), 0.898), 0);
}

// Y. Zhang et al., Phys. Rev. Lett. 125, 010502 (2020), three distances, finite size with their worst-case noise xi':
// 5 MHz, a tenth of the pulses for reference, eta .6134, trusted homodyne.
TEST(CvRates, Zhang2020) {
    struct Row {
        double loss, beta, fer, variance, worst_noise, v_el, n, rate;
    };
    for (Row const& row : {Row{4.36, 0.95, 0.5, 14.37, 0.0016, 0.1216, 1e10, 2.78e5},
                           Row{11.68, 0.96, 0.1, 14.12, 0.0058, 0.2411, 1e11, 4.28e4},
                           Row{23.46, 0.96, 0.1, 14.23, 0.0219, 0.2717, 1e11, 318.85}}) {
        CvParameters p;
        p.source.variance = row.variance;
        p.receiver = {CvDetection::homodyne, DetectorTrust::trusted, 0.6134, row.v_el};
        auto const seen = cv_information(p, transmittance(Decibels{row.loss}), row.worst_noise);
        double const per_symbol = row.beta * seen.mutual - seen.holevo - cv_finite_size_cost(row.n, 1e-10, 1e-10);
        EXPECT_NEAR(5e6 * 0.9 * (1 - row.fer) * per_symbol / row.rate, 1, 0.02) << row.loss << " dB";
    }
}

TEST(CvRates, NormalQuantile) {
    for (double tail : {0.5, 0.3, 0.1, 1e-3, 5e-11, 1e-30}) // 5e-11: the papers' 6.5
        EXPECT_NEAR(0.5 * std::erfc(normal_quantile(tail) / std::sqrt(2.0)) / tail, 1, 1e-10) << tail;
    EXPECT_NEAR(normal_quantile(5e-11), 6.47, 0.01);
}

// The worst case holds the truth: with estimates exactly at the truth it is worse than it on both counts, and tends to
// it as 1/sqrt(m).
TEST(CvRates, WorstCaseClosesInOnTheEstimate) {
    for (auto detection : {CvDetection::homodyne, CvDetection::heterodyne}) {
        CvParameters p;
        p.receiver.detection = detection;
        double const t = 0.3, xi = 0.02;
        auto const seen = cv_quadrature(p.receiver, t, xi);
        double last = 0;
        for (std::uint64_t m : {100'000'000ull, 1'000'000ull}) {
            auto const e = cv_estimate(p, seen, m);
            EXPECT_NEAR(e.transmittance, t, 1e-12);
            EXPECT_NEAR(e.excess_noise, xi, 1e-12);
            EXPECT_LT(e.least_transmittance, t);
            double const margin = e.most_excess_noise - xi;
            if (last > 0) {
                EXPECT_NEAR(margin / last, 10, 0.5);
            }
            last = margin;
        }
        // By hand, at m = 1e6: s2 (1 + 6.467 sqrt(2/m)), t (1 - ...).
        auto const e = cv_estimate(p, seen, 1'000'000);
        double const q = normal_quantile(5e-11), light = seen.gain * seen.gain / t;
        double const gain = seen.gain - q * std::sqrt(seen.noise / 4e6);
        EXPECT_NEAR(e.least_transmittance, gain * gain / light, 1e-12);
        EXPECT_NEAR(e.most_excess_noise, (seen.noise * (1 + q * std::sqrt(2e-6)) - 1.05) / (gain * gain), 1e-10);
    }
}

// More loss never gives more key; there is a cut-off, and the rate is exactly 0 beyond it.
TEST(CvRates, KeyFallsWithLossToExactlyNothing) {
    for (auto detection : {CvDetection::homodyne, CvDetection::heterodyne})
        for (auto trust : {DetectorTrust::trusted, DetectorTrust::untrusted}) {
            CvParameters p;
            p.receiver.detection = detection;
            p.receiver.trust = trust;
            if (trust == DetectorTrust::untrusted) p.receiver.electronic_noise = 0.005; // else no key at any length
            CvYield last{.secret_asymptotic = 1e12, .secret = 1e12};
            for (double km = 0; km <= 200; km += 2) {
                p.fibre.length = Kilometres{km};
                auto const y = cv_yield_at(p, 0.95, 0.05);
                EXPECT_LE(y.secret, last.secret * (1 + 1e-9));
                EXPECT_LE(y.secret_asymptotic, last.secret_asymptotic * (1 + 1e-9));
                EXPECT_LE(y.secret, y.secret_asymptotic);
                EXPECT_LE(y.corrected, y.mutual);
                EXPECT_LE(y.secret, y.corrected);
                last = y;
            }
            EXPECT_EQ(last.secret, 0);
            EXPECT_EQ(last.secret_asymptotic, 0);
            p.fibre.length = Kilometres{0};
            EXPECT_GT(cv_yield_at(p, 0.95, 0.05).secret, 0);
        }
}

TEST(CvRates, DefaultsGiveKeyAt25Kilometres) {
    CvParameters p;
    p.fibre.length = Kilometres{25};
    auto const y = cv_yield_at(p, 0.95, 0.05);
    EXPECT_GT(y.secret, 1e6);
    EXPECT_GT(y.secret_asymptotic, 2 * y.secret); // half of the symbols are revealed
    p.post.finite_size = false;
    EXPECT_GT(cv_yield_at(p, 0.95, 0.05).secret, y.secret);
}

// Each knob of a block pulls the way it must.
TEST(CvRates, FiniteSizeKnobs) {
    CvParameters p;
    p.fibre.length = Kilometres{25};
    double const base = cv_yield_at(p, 0.95, 0.05).secret;
    auto changed = p;
    changed.post.block *= 10;
    EXPECT_GT(cv_yield_at(changed, 0.95, 0.05).secret, base);
    changed = p;
    changed.post.eps_estimation = 1e-20;
    EXPECT_LT(cv_yield_at(changed, 0.95, 0.05).secret, base);
    changed = p;
    changed.post.longest_gathering = std::chrono::milliseconds{50}; // 4.5e6 symbols instead of 1e7
    EXPECT_LT(cv_yield_at(changed, 0.95, 0.05).secret, base);
    changed = p;
    changed.noise.at_input += 0.05;
    EXPECT_LT(cv_yield_at(changed, 0.95, 0.05).secret, base);
}

} // namespace
} // namespace qkdes
