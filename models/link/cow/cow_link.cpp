#include "models/link/cow/cow_link.hpp"

namespace qkdes {
namespace {

CowParameters korzh(double km, double loss_db, double mu, double darks, SimDuration dead_time) {
    CowParameters p;
    p.mu = mu;
    p.fibre.length = Kilometres{km};
    p.fibre.attenuation = DecibelsPerKm{0.160};
    p.fibre.components = Decibels{loss_db - 0.160 * km};
    p.dark_counts = Hertz{darks};
    p.dead_time = dead_time;
    p.optical_error = 0.0105;
    return p;
}

} // namespace

CowYield cow_yield(CowParameters const& p) {
    double const bob = transmittance(p.receiver_loss) * p.efficiency,
                 through = transmittance(total_loss(p.fibre)) * bob;
    double const pairs = p.clock.value / 2, stray = p.fibre.stray_light.value * bob;
    double const bits = pairs * (1 - p.decoys) * p.mu * through * p.data_share;
    double const decoys = pairs * p.decoys * 2 * p.mu * through * p.data_share;
    double const noise = p.dark_counts.value + stray * p.data_share, all = bits + decoys + noise;
    CowYield out;
    double const live = 1 / (1 + all * seconds(p.dead_time));
    double const noise_on_bits = noise * (1 - p.decoys), kept = bits + noise_on_bits;
    out.clicks = all * live;
    out.sifted = kept * live;
    if (kept > 0) out.qber = (p.optical_error * bits + noise_on_bits / 2) / kept;
    // The monitor sees the rest of the light.
    double const monitored = (bits + decoys) * (1 - p.data_share) / p.data_share;
    double const dark = p.dark_counts.value + stray * (1 - p.data_share);
    if (monitored + dark > 0) out.visibility = p.visibility * monitored / (monitored + dark);
    return out;
}

CowParameters korzh_2015_203km() { return korzh(203, 34.1, 0.10, 16.2, SimDuration{42'300}); }
CowParameters korzh_2015_307km() { return korzh(307, 51.9, 0.07, 1.33, SimDuration{114'000}); }

} // namespace qkdes
