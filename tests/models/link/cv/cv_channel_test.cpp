// Each mechanism of the channel, against its formula by hand.
#include "models/link/cv/cv_channel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace qkdes {
namespace {

CvParameters quiet() {
    CvParameters p;
    p.fibre = {.length = Kilometres{50}, .attenuation = DecibelsPerKm{0.2}};
    p.noise = {.at_input = 0, .at_detection = 0};
    return p;
}

TEST(CvChannel, Loss) {
    auto p = quiet();
    EXPECT_NEAR(cv_channel(p, {}).transmittance, 0.1, 1e-12);
    EXPECT_EQ(cv_channel(p, {}).excess_noise, 0);
    p.fibre.components = Decibels{3};
    EXPECT_NEAR(cv_channel(p, {.extra_loss = Decibels{7}}).transmittance, 0.01, 1e-12);
    EXPECT_GT(cv_channel(p, {.extra_loss = Decibels{1e9}}).transmittance, 0);
}

TEST(CvChannel, NoiseByMechanism) {
    auto p = quiet();
    p.noise.at_input = 0.003;
    EXPECT_NEAR(cv_channel(p, {}).excess_noise, 0.003, 1e-15);
    p = quiet();
    p.noise.at_detection = 0.0006;
    EXPECT_NEAR(cv_channel(p, {}).excess_noise, 0.0006 / (0.6 * 0.1), 1e-12);
    p = quiet();
    p.noise.phase_variance = 0.002;
    EXPECT_NEAR(cv_channel(p, {}).excess_noise, 2 * 4 * (1 - std::exp(-0.001)), 1e-12);
    EXPECT_NEAR(cv_channel(p, {}).excess_noise, 4 * 0.002, 1e-5); // V_A V_err
    // A local local oscillator: 2 pi * 20 kHz * 10 ns = 1.26e-3, and a pilot of SNR 1000.
    p = quiet();
    p.noise.linewidths = Hertz{20e3};
    p.noise.pilot_delay = SimDuration{10};
    p.noise.pilot_snr = 1'000;
    double const variance = 2 * std::numbers::pi * 20e3 * 10e-9 + 1e-3;
    EXPECT_NEAR(cv_channel(p, {}).excess_noise, 8 * (1 - std::exp(-variance / 2)), 1e-12);
}

TEST(CvChannel, Conditions) {
    auto const p = quiet();
    // The mean cosine of the phase is 1 - 2 e: for a fixed angle of .2 rad, e = sin^2(.1).
    double const e = std::pow(std::sin(0.1), 2);
    EXPECT_NEAR(cv_channel(p, {.extra_error = e}).excess_noise, 8 * (1 - std::cos(0.2)), 1e-12);
    EXPECT_NEAR(cv_channel(p, {.extra_error = 0.5}).excess_noise, 8, 1e-12);
    // 1e9 photons a second over 100 GHz and two polarisations: .005 a mode.
    EXPECT_NEAR(cv_channel(p, {.stray_light = Hertz{1e9}}).excess_noise, 2 * 0.005 / 0.1, 1e-12);
    auto const attacked = cv_channel(p, {.attack = Attack::intercept_resend, .attacked = 0.3});
    EXPECT_EQ(attacked.excess_noise, 0);
    EXPECT_NEAR(attacked.mean_excess_noise(), 0.6, 1e-12);
    EXPECT_EQ(cv_channel(p, {.attack = Attack::blinding, .attacked = 1}).mean_excess_noise(), 0);
}

TEST(CvChannel, WhatBobMeasures) {
    CvReceiverParameters r{CvDetection::homodyne, DetectorTrust::trusted, 0.6, 0.05};
    auto q = cv_quadrature(r, 0.1, 0.02);
    EXPECT_NEAR(q.gain * q.gain, 0.06, 1e-15);
    EXPECT_NEAR(q.noise, 1.05 + 0.06 * 0.02, 1e-15);
    EXPECT_NEAR(q.snr(4), 0.24 / q.noise, 1e-15);
    r.detection = CvDetection::heterodyne;
    q = cv_quadrature(r, 0.1, 0.02);
    EXPECT_NEAR(q.gain * q.gain, 0.03, 1e-15);
    EXPECT_NEAR(q.noise, 1.05 + 0.03 * 0.02, 1e-15);
}

} // namespace
} // namespace qkdes
