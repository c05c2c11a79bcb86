// The Holevo bound against the closed forms of its symplectic eigenvalues, and in its limits.
#include "models/link/cv/holevo.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace qkdes {
namespace {

double thermal(double eigenvalue) {
    double const x = (eigenvalue - 1) / 2;
    return x <= 1e-15 ? 0 : (x + 1) * std::log2(x + 1) - x * std::log2(x);
}

double pair_of(double sum, double product) {
    double const root = std::sqrt(std::max(0.0, sum * sum - 4 * product));
    return thermal(std::sqrt((sum + root) / 2)) + thermal(std::sqrt((sum - root) / 2));
}

/// S. Fossier et al., J. Phys. B 42, 114014 (2009), their A, B, C, D, with V_A, T, xi of a Gaussian channel.
double closed_form(double variance, double t, double xi, CvReceiverParameters const& r) {
    bool const homodyne = r.detection == CvDetection::homodyne;
    double eta = r.efficiency, v_el = r.electronic_noise;
    double chi_detector = homodyne ? (1 - eta + v_el) / eta : (2 - eta + 2 * v_el) / eta;
    if (r.trust == DetectorTrust::untrusted) {
        xi += (homodyne ? 1 : 2) * v_el / (t * eta);
        t *= eta;
        chi_detector = homodyne ? 0 : 1;
    }
    double const v = variance + 1, line = 1 / t - 1 + xi, total = line + chi_detector / t;
    double const a = v * v * (1 - 2 * t) + 2 * t + t * t * (v + line) * (v + line);
    double const b = t * t * (v * line + 1) * (v * line + 1), root_b = std::sqrt(b);
    double const scale = t * (v + total);
    double c, d;
    if (homodyne) {
        c = (v * root_b + t * (v + line) + a * chi_detector) / scale;
        d = root_b * (v + root_b * chi_detector) / scale;
    } else {
        c = (a * chi_detector * chi_detector + b + 1 + 2 * chi_detector * (v * root_b + t * (v + line)) +
             2 * t * (v * v - 1)) /
            (scale * scale);
        d = std::pow((v + root_b * chi_detector) / scale, 2);
    }
    return pair_of(a, b) - pair_of(c, d);
}

// Wrong when a mode is mixed, measured or traced out wrongly, or trust is confused. Tolerance: rounding of the closed
// forms where eigenvalues near 1 are differences of large numbers.
TEST(Holevo, AgreesWithTheClosedForms) {
    for (auto detection : {CvDetection::homodyne, CvDetection::heterodyne})
        for (auto trust : {DetectorTrust::trusted, DetectorTrust::untrusted})
            for (double variance : {0.3, 2.0, 18.5, 80.0})
                for (double t : {0.9, 0.302, 0.01, 1e-4})
                    for (double xi : {0.001, 0.02, 0.3})
                        for (double eta : {1.0, 0.606, 0.2})
                            for (double v_el : {0.0, 0.041, 0.5}) {
                                CvReceiverParameters const r{detection, trust, eta, v_el};
                                double const expected = closed_form(variance, t, xi, r);
                                EXPECT_NEAR(holevo_bound(gaussian_state(variance, t, xi), r), expected, 2e-8)
                                    << variance << " " << t << " " << xi << " " << eta << " " << v_el;
                            }
}

// A perfect channel leaves Eve nothing, whatever the detector's trusted noise is; no light leaves nobody anything.
TEST(Holevo, Limits) {
    for (auto detection : {CvDetection::homodyne, CvDetection::heterodyne}) {
        CvReceiverParameters const r{detection, DetectorTrust::trusted, 0.5, 0.1};
        EXPECT_NEAR(holevo_bound(gaussian_state(5, 1, 0), r), 0, 1e-9);
        EXPECT_GT(holevo_bound(gaussian_state(5, 0.99, 0), r), 1e-3);
        EXPECT_NEAR(holevo_bound(gaussian_state(5, 1e-12, 0), r), 0, 1e-9);
    }
}

// What Eve is given can only help her.
TEST(Holevo, GrowsWithNoiseAndWithMistrust) {
    for (auto detection : {CvDetection::homodyne, CvDetection::heterodyne}) {
        CvReceiverParameters r{detection, DetectorTrust::trusted, 0.6, 0.05};
        double last = 0;
        for (double xi : {0.0, 0.01, 0.05, 0.2}) {
            double const trusted = holevo_bound(gaussian_state(4, 0.3, xi), r);
            EXPECT_GT(trusted, last);
            last = trusted;
            r.trust = DetectorTrust::untrusted;
            EXPECT_GT(holevo_bound(gaussian_state(4, 0.3, xi), r), trusted);
            r.trust = DetectorTrust::trusted;
        }
    }
}

} // namespace
} // namespace qkdes
