#include "models/link/channel/satellite_pass.hpp"

#include "models/link/channel/optical_switch.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace qkdes {
namespace {

constexpr double kEarth = 6371.0;        ///< km
constexpr double kGravity = 398'600.442; ///< GM, km^3/s^2
constexpr double kDegree = std::numbers::pi / 180;

double orbit(SatellitePass const& pass) { return kEarth + pass.height.value; }
double angular_speed(SatellitePass const& pass) { return std::sqrt(kGravity / std::pow(orbit(pass), 3)); }

/// Central angle at which the satellite is seen at an elevation.
double central_angle(SatellitePass const& pass, double elevation_deg) {
    double const el = elevation_deg * kDegree;
    return std::max(0.0, std::acos(kEarth / orbit(pass) * std::cos(el)) - el);
}

double half_duration(SatellitePass const& pass) {
    double const most = central_angle(pass, pass.lowest_elevation_deg);
    double const least = central_angle(pass, pass.highest_elevation_deg);
    return most <= least ? 0 : std::acos(std::cos(most) / std::cos(least)) / angular_speed(pass);
}

} // namespace

PassPoint pass_point(SatellitePass const& pass, double t) {
    QKDES_EXPECTS(pass.height.value > 0 && pass.highest_elevation_deg <= 90);
    double const r = orbit(pass);
    double const cosine = std::cos(central_angle(pass, pass.highest_elevation_deg)) * std::cos(angular_speed(pass) * t);
    double const sine = std::sqrt(std::max(0.0, 1 - cosine * cosine));
    return {std::atan2(cosine - kEarth / r, sine) / kDegree,
            Kilometres{std::sqrt(kEarth * kEarth + r * r - 2 * kEarth * r * cosine)}};
}

Decibels pass_loss(SatellitePass const& pass, PassPoint const& point) {
    double const el = std::max(1.0, point.elevation_deg) * kDegree;
    double const ratio = pass.telescope_m / (pass.divergence_urad * 1e-3 * point.range.value); // urad * km = 1e-3 m
    double const jitter = pass.pointing_urad / pass.divergence_urad;
    double const collected = -std::expm1(-ratio * ratio) / (1 + 8 * jitter * jitter);
    double const air = std::log10(pass.zenith_transmittance) / std::sin(el);
    return Decibels{-10 * (std::log10(collected) + air)} + pass.station;
}

SimDuration pass_duration(SatellitePass const& pass) { return from_seconds(2 * half_duration(pass)); }

std::vector<ConditionStep> pass_steps(SatellitePass const& pass, SimDuration step) {
    QKDES_EXPECTS(step > SimDuration{0});
    SimDuration const duration = pass_duration(pass);
    double const half = half_duration(pass);
    std::vector<ConditionStep> steps;
    for (SimDuration at{0}; at < duration; at += step) {
        double const middle = (seconds(at) + seconds(std::min(duration, at + step))) / 2;
        // Rounded to 1e-9 dB: the library's trigonometry differs in the last bit from machine to machine.
        double const loss = pass_loss(pass, pass_point(pass, middle - half)).value;
        steps.push_back({.from = at, .extra_loss = Decibels{std::nearbyint(loss * 1e9) * 1e-9}});
    }
    steps.push_back({.from = duration, .extra_loss = kDark});
    return steps;
}

} // namespace qkdes
