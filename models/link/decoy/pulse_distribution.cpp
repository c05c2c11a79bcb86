#include "models/link/decoy/pulse_distribution.hpp"

#include "models/link/small_math.hpp"

namespace qkdes {

double link_transmittance(DecoyBb84Parameters const& p) {
    return p.receiver.efficiency *
           transmittance(p.fibre.attenuation * p.fibre.length + p.fibre.components + p.receiver.loss);
}

double dark_probability(ReceiverParameters const& receiver) {
    return -portable_expm1(-receiver.dark_counts.value * receiver.gate_ps * 1e-12);
}

PulseDistribution::PulseDistribution(DecoyBb84Parameters const& p, ConditionStep const& condition)
    : detectors_{p.receiver.basis_choice == BasisChoice::active ? 2u : 4u},
      transmittance_{link_transmittance(p) * qkdes::transmittance(condition.extra_loss)}, dark_{qkdes::dark_probability(
                                                                                              p.receiver)} {
    bool const active = detectors_ == 2;
    double const e = p.receiver.misalignment, bob_z = p.receiver.basis_bias;
    auto const share = [&](bool measured_x, bool bit, bool light_x, bool light_bit) {
        if (measured_x != light_x) return 0.5;
        return bit == light_bit ? 1 - e : e;
    };
    auto const add = [&](PulseOutcome prepared, double weight, bool light_x, bool light_bit) {
        if (weight <= 0) return;
        Preparation made{prepared, weight, {}};
        double const photons = p.source.intensities[prepared.intensity()] * transmittance_;
        for (unsigned d = 0; d < detectors_; ++d) {
            bool const x = active ? prepared.modulator_x() : d >= 2;
            double const split = active ? 1.0 : x ? 1 - bob_z : bob_z;
            made.log_silent[d] = portable_log1p(-dark_) - photons * split * share(x, d & 1, light_x, light_bit);
        }
        preparations_[count_++] = made;
    };
    for (unsigned k = 0; k < p.source.intensities.size(); ++k)
        for (bool alice_x : {false, true})
            for (bool bit : {false, true})
                for (bool bob_x : {false, true}) {
                    if (!active && bob_x) continue; // the splitter decides, not a modulator
                    double const weight = p.source.probabilities[k] * 0.5 *
                                          (alice_x ? 1 - p.source.basis_bias : p.source.basis_bias) *
                                          (!active ? 1.0
                                           : bob_x ? 1 - bob_z
                                                   : bob_z);
                    double const eve = condition.attack == Attack::intercept_resend ? condition.attacked : 0.0;
                    add({0, k, alice_x, bit, bob_x, false}, weight * (1 - eve), alice_x, bit);
                    add({0, k, alice_x, bit, bob_x, true}, weight * eve / 2, alice_x, bit);
                    add({0, k, alice_x, bit, bob_x, true}, weight * eve / 4, !alice_x, false);
                    add({0, k, alice_x, bit, bob_x, true}, weight * eve / 4, !alice_x, true);
                }
}

double PulseDistribution::click_probability(unsigned live) const {
    double clicks = 0;
    for (unsigned i = 0; i < count_; ++i) {
        // 1 - product, without cancellation where a click is rare.
        double log_silent = 0;
        for (unsigned d = 0; d < detectors_; ++d)
            if (live >> d & 1) log_silent += preparations_[i].log_silent[d];
        clicks -= preparations_[i].weight * portable_expm1(log_silent);
    }
    return clicks;
}

std::array<double, PulseOutcome::kStates> PulseDistribution::outcomes(unsigned live) const {
    std::array<double, PulseOutcome::kStates> cells{};
    for (unsigned i = 0; i < count_; ++i) {
        auto const& made = preparations_[i];
        std::array<double, 4> clicks{};
        for (unsigned d = 0; d < detectors_; ++d)
            clicks[d] = -portable_expm1(made.log_silent[d]);
        for (unsigned pattern = 0; pattern <= all_detectors(); ++pattern) {
            if (pattern & ~live) continue;
            double chance = made.weight;
            for (unsigned d = 0; d < detectors_; ++d)
                if (live >> d & 1) chance *= pattern >> d & 1 ? clicks[d] : 1 - clicks[d];
            cells[made.prepared.packed | pattern] += chance;
        }
    }
    return cells;
}

} // namespace qkdes
