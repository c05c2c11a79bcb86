#include "models/link/decoy/pulse_distribution.hpp"

#include "models/link/decoy/attack_on_pulse.hpp"
#include "models/link/small_math.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>

namespace qkdes {

namespace {

/// Chances of each set of detectors to be hit by `photons` photons, each of which reaches detector d with chance
/// reach[d]: photon by photon, so that nothing cancels.
std::array<double, 16> hit_sets(std::array<double, 4> const& reach, unsigned photons) {
    std::array<double, 16> sets{1.0};
    double const missed = std::max(0.0, 1 - (reach[0] + reach[1] + reach[2] + reach[3]));
    for (unsigned i = 0; i < photons; ++i) {
        std::array<double, 16> next{};
        for (unsigned set = 0; set < 16; ++set) {
            next[set] += sets[set] * missed;
            for (unsigned d = 0; d < 4; ++d)
                next[set | 1u << d] += sets[set] * reach[d];
        }
        sets = next;
    }
    return sets;
}

/// Light that a detector sees for certain: e to this is 0.
constexpr double kBlaze = -1e4;

/// One pulse's light at Bob's detectors; everything that does not depend on how the pulse was made.
struct Receiver {
    unsigned detectors;
    bool three_state, active;
    double bob_z, error, log_dark, stray;

    /// Whether detector d exists for a pulse measured in basis `bob_x` (active choice) or at all.
    bool exists(unsigned d) const { return d < detectors && !(three_state && d == 2); }
    bool in_x(unsigned d, bool bob_x) const { return active ? bob_x : d >= 2; }
    double split(unsigned d) const { return active ? 1.0 : d >= 2 ? 1 - bob_z : bob_z; }
    /// Share of the arriving light that detector d gets.
    double share(unsigned d, bool bob_x, Arrival const& way) const {
        double part = split(d) * way.efficiency[d & 1];
        if (three_state && d >= 2) part /= 2;
        if (in_x(d, bob_x) != way.in_x) return part / 2;
        return part * ((d & 1) == unsigned{way.bit} ? 1 - error : error);
    }
    /// ln of the chance that detector d stays silent in the dark.
    double silent(unsigned d) const { return log_dark - stray * split(d) / 2; }
};

} // namespace

double link_transmittance(DecoyBb84Parameters const& p) {
    return p.receiver.efficiency * transmittance(total_loss(p.fibre) + p.receiver.loss);
}

double dark_probability(ReceiverParameters const& receiver) {
    return -portable_expm1(-receiver.dark_counts.value * receiver.gate_ps * 1e-12);
}

double stray_photons(DecoyBb84Parameters const& p, ConditionStep const& condition) {
    return (p.fibre.stray_light + condition.stray_light).value * p.receiver.gate_ps * 1e-12 * p.receiver.efficiency *
           transmittance(p.receiver.loss);
}

PulseDistribution::PulseDistribution(DecoyBb84Parameters const& p, ConditionStep const& condition)
    : detectors_{p.receiver.basis_choice == BasisChoice::active ? 2u : 4u},
      transmittance_{link_transmittance(p) * qkdes::transmittance(condition.extra_loss)}, dark_{qkdes::dark_probability(
                                                                                              p.receiver)} {
    bool const active = detectors_ == 2, three_state = p.source.encoding == Encoding::time_bin_three_state;
    QKDES_EXPECTS(!(active && three_state)); // the interferometer stands behind a splitter
    double const alice_z = p.source.basis_bias, bob_z = p.receiver.basis_bias;
    Receiver const bob{detectors_,
                       three_state,
                       active,
                       bob_z,
                       std::min(0.5, p.receiver.misalignment + condition.extra_error),
                       portable_log1p(-dark_),
                       stray_photons(p, condition)};

    auto const add = [&](PulseOutcome made, double weight, Arrival const& way) {
        if (weight <= 0) return;
        std::array<double, 4> light{}; // ln of each detector's silence
        bool const steered = way.light == Arrival::Light::steered;
        double const mean = p.source.intensities[made.intensity()] * transmittance_ * way.brightness;
        for (unsigned d = 0; d < detectors_; ++d) {
            if (!bob.exists(d) || way.light == Arrival::Light::off) continue;
            light[d] = steered ? bob.silent(d) * way.brightness : bob.silent(d);
            if (way.light != Arrival::Light::photons) light[d] -= mean * bob.share(d, made.modulator_x(), way);
        }
        if (way.light != Arrival::Light::photons) return preparations_.push_back({made, weight, light});
        double const reaches = p.receiver.efficiency * qkdes::transmittance(p.receiver.loss);
        std::array<double, 4> reach{};
        for (unsigned d = 0; d < detectors_; ++d)
            if (bob.exists(d)) reach[d] = reaches * bob.share(d, made.modulator_x(), way);
        auto const sets = hit_sets(reach, way.photons);
        for (unsigned set = 0; set < sets.size(); ++set) {
            if (sets[set] <= 0) continue;
            auto hit = light;
            for (unsigned d = 0; d < detectors_; ++d)
                if (set >> d & 1) hit[d] = kBlaze;
            preparations_.push_back({made, weight * sets[set], hit});
        }
    };
    for (unsigned k = 0; k < p.source.intensities.size(); ++k)
        for (bool alice_x : {false, true})
            for (bool bit : {false, true}) {
                if (three_state && alice_x && bit) continue;
                double const sent = p.source.probabilities[k] * (three_state && alice_x ? 1.0 : 0.5) *
                                    (alice_x ? 1 - alice_z : alice_z);
                auto const ways = arrivals(p, condition, k, alice_x, bit);
                for (bool bob_x : {false, true}) {
                    if (!active && bob_x) continue; // the splitter decides, not a modulator
                    double const chosen = !active ? 1.0 : bob_x ? 1 - bob_z : bob_z;
                    for (auto const& way : ways)
                        add({0, k, alice_x, bit, bob_x, way.touched}, sent * chosen * way.weight, way);
                }
            }
}

double PulseDistribution::click_probability(unsigned live) const {
    double clicks = 0;
    for (auto const& made : preparations_) {
        // 1 - product, without cancellation where a click is rare.
        double log_silent = 0;
        for (unsigned d = 0; d < detectors_; ++d)
            if (live >> d & 1) log_silent += made.log_silent[d];
        clicks -= made.weight * portable_expm1(log_silent);
    }
    return clicks;
}

std::array<double, PulseOutcome::kStates> PulseDistribution::outcomes(unsigned live) const {
    std::array<double, PulseOutcome::kStates> cells{};
    for (auto const& made : preparations_) {
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
