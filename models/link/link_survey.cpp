#include "models/link/link_survey.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>

namespace qkdes {
namespace {

constexpr std::string_view kName = "survey";

double share(double part, double whole) { return whole > 0 ? part / whole : 0.0; }

} // namespace

LinkSurvey survey_link(LinkParameters const& parameters, Fidelity fidelity, std::uint64_t blocks, std::uint64_t seed,
                       std::optional<DriftParameters> const& drift) {
    QKDES_EXPECTS(blocks >= 1);
    std::vector<ConditionStep> conditions(1);
    LinkSurvey s;
    s.blocks = blocks;
    double sifted = 0, measured = 0, frames = 0, failed = 0;
    for (std::uint64_t i = 0; i < blocks; ++i) {
        if (drift) conditions = drift_steps(*drift, longest_gathering(parameters), seed, kName, i);
        LinkBlock const block = simulate_block(parameters, conditions, SimDuration::max(), fidelity, seed, kName, i);
        BlockYield const& y = block.yield;
        // Continuous variables have symbols, of which reconciliation makes bits.
        bool const symbols = y.raw_bits > 0;
        double const bits = symbols ? y.raw_bits : static_cast<double>(y.sifted.total_z());
        double const revealed = symbols ? 0.0 : static_cast<double>(y.sampled);
        s.last = block.outcome;
        s.seconds += seconds(std::max(block.gathering, block.computing));
        s.clicks += static_cast<double>(y.detections);
        s.secret += static_cast<double>(y.secret);
        s.net += static_cast<double>(y.secret) - static_cast<double>(y.authentication_bits);
        sifted += bits;
        if (y.detections > 0) {
            measured += 1;
            s.qber += y.qber_z;
            s.qber_x += y.qber_x;
            s.chsh += y.chsh;
            s.transmittance += y.transmittance;
            s.excess_noise += y.excess_noise;
        }
        frames += static_cast<double>(y.frames);
        failed += static_cast<double>(y.frame_errors);
        if (block.outcome == BlockOutcome::key) {
            s.with_key += 1;
            s.revealed += revealed;
            s.leaked += static_cast<double>(y.error_correction_leak);
            s.verification += static_cast<double>(y.verification_bits);
            s.kept += static_cast<double>(y.secret);
            s.amplification += bits - revealed - static_cast<double>(y.error_correction_leak + y.verification_bits) -
                               static_cast<double>(y.secret);
        } else {
            s.abandoned += bits;
        }
    }
    for (double* mean : {&s.qber, &s.qber_x, &s.chsh, &s.transmittance, &s.excess_noise})
        *mean = share(*mean, measured);
    for (double* part : {&s.revealed, &s.leaked, &s.verification, &s.amplification, &s.kept, &s.abandoned})
        *part = share(*part, sifted);
    s.frame_errors = share(failed, frames);
    s.sifted = sifted;
    for (double* rate : {&s.clicks, &s.sifted, &s.secret, &s.net})
        *rate = share(*rate, s.seconds);
    s.block_time = s.seconds / static_cast<double>(blocks);
    return s;
}

} // namespace qkdes
