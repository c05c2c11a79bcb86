#include "models/link/decoy/published.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

/// The device of T12: source, receiver, security.
DecoyBb84Parameters t12_device(double p_v) {
    DecoyBb84Parameters p;
    p.source.clock = Hertz{1e9};
    p.source.intensities = {0.425, 0.044, 0.001};
    p.source.probabilities = {1 - 1.5 * p_v, p_v, p_v / 2};
    p.source.basis_bias = p.receiver.basis_bias = 15.0 / 16;
    p.source.analysis = DecoyAnalysis::refined;
    p.receiver.loss = Decibels{2.85};
    p.receiver.misalignment = 0.013;
    p.receiver.efficiency = 0.205;
    p.receiver.gate_ps = 100;
    p.receiver.dark_counts = Hertz{2.1e-5 / 100e-12};
    p.receiver.dead_time = SimDuration{0};
    p.receiver.afterpulse_probability = 0.0525;
    p.receiver.afterpulse_decay = SimDuration{50};
    p.post.eps_sec = 1e-10;
    return p;
}

void set_loss(FibreParameters& fibre, Kilometres length, Decibels loss) {
    fibre.length = length;
    fibre.attenuation = DecibelsPerKm{loss.value / length.value};
}

} // namespace

SessionYield PublishedLink::yield(ConditionStep const& condition) const {
    return session > SimDuration{0} ? session_yield(parameters, session, correction_efficiency, condition)
                                    : block_yield(parameters, correction_efficiency, condition);
}

PulseChannel gys_2004(Kilometres length) { return {0.045 * std::pow(10.0, -0.21 * length.value / 10), 1.7e-6, 0.033}; }

PublishedLink lucamarini_2013(Kilometres length) {
    PublishedLink link{t12_device(1.0 / 128), std::chrono::minutes{20}, 1.05};
    link.parameters.fibre.length = length;
    return link;
}

PublishedLink boaron_2018(BoaronRow const& row) {
    DecoyBb84Parameters p;
    p.source.clock = Hertz{2.5e9};
    p.source.intensities = {row.mu1, row.mu2};
    p.source.probabilities = {row.p_mu1, 1 - row.p_mu1};
    p.source.basis_bias = p.receiver.basis_bias = row.p_z;
    p.source.encoding = Encoding::time_bin_three_state;
    set_loss(p.fibre, row.length, row.loss);
    p.receiver.basis_choice = BasisChoice::passive;
    p.receiver.loss = Decibels{0};
    p.receiver.misalignment = 0.005;
    p.receiver.efficiency = 0.38;
    p.receiver.gate_ps = 200;
    p.receiver.dark_counts = Hertz{0.1};
    p.receiver.dead_time = SimDuration{30};
    p.post.block = row.block;
    p.post.eps_sec = 1e-9;
    return {p, SimDuration{0}, 1.05};
}

PublishedLink yuan_2018() {
    auto p = t12_device(1.0 / 32);
    p.fibre.length = Kilometres{0};
    p.fibre.components = Decibels{2};
    p.receiver.efficiency = 0.35;
    p.post.block = 100'000'000;
    return {p, SimDuration{0}, 1.05};
}

double capped(SessionYield const& yield, ProcessingCaps const& caps) {
    if (yield.seconds <= 0 || yield.clicks <= 0) return 0;
    double const sifted = static_cast<double>(yield.sifted.total_z()) / yield.seconds;
    double const share = std::min(
        {1.0, caps.sifting.value / yield.clicks, caps.correction.value / sifted, caps.amplification.value / sifted});
    return yield.secret * share;
}

PublishedLink tokyo_nec_2011() {
    DecoyBb84Parameters p;
    p.source.clock = Hertz{1.25e9};
    p.source.intensities = {0.5, 0.15, 0.001};
    p.source.probabilities = {0.8, 0.15, 0.05};
    p.source.basis_bias = p.receiver.basis_bias = 0.5;
    p.source.analysis = DecoyAnalysis::refined;
    set_loss(p.fibre, Kilometres{45}, Decibels{14.5});
    p.receiver.basis_choice = BasisChoice::passive;
    p.receiver.loss = Decibels{3};
    p.receiver.misalignment = 0.0265;
    p.receiver.efficiency = 0.15;
    p.receiver.gate_ps = 400;
    p.receiver.dark_counts = Hertz{200};
    p.receiver.dead_time = SimDuration{40};
    p.post.block = 10'000'000;
    return {p, SimDuration{0}, 1.1};
}

PublishedLink cambridge_2019() {
    auto p = t12_device(1.0 / 128);
    set_loss(p.fibre, Kilometres{10.6}, Decibels{3.9});
    p.receiver.loss = Decibels{5.0};
    p.post.block = 1'000'000'000;
    return {p, SimDuration{0}, 1.05};
}

SatellitePass micius_2017_pass() { return {.highest_elevation_deg = 49, .lowest_elevation_deg = 19}; }

PublishedLink micius_2017() {
    DecoyBb84Parameters p;
    p.source.clock = Hertz{1e8};
    p.source.intensities = {0.8, 0.1, 0.0};
    p.source.probabilities = {0.5, 0.25, 0.25};
    p.source.basis_bias = p.receiver.basis_bias = 0.5;
    p.source.analysis = DecoyAnalysis::refined;
    p.fibre.length = Kilometres{0};
    p.receiver.basis_choice = BasisChoice::passive;
    p.receiver.loss = Decibels{0};
    p.receiver.misalignment = 0.005;
    p.receiver.efficiency = 0.5;
    p.receiver.dark_counts = Hertz{25};
    p.receiver.gate_ps = 2'000;
    p.receiver.dead_time = SimDuration{40};
    p.post.block = 1'000'000'000;
    p.post.longest_gathering = pass_duration(micius_2017_pass());
    return {p, p.post.longest_gathering, 1.1};
}

} // namespace qkdes
