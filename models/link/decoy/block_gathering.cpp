#include "models/link/decoy/block_gathering.hpp"

#include "models/link/decoy/attack_on_pulse.hpp"
#include "sim/base/contracts.hpp"
#include "sim/base/distributions.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

/// Beyond this a wait is no wait that a run can see the end of.
constexpr double kEndless = 0x1p60;

using Cells = std::array<std::array<std::uint64_t, 2>, 3>;

/// Failures before the n-th success.
double failures_before(RngStream& rng, double n, double p) {
    if (n <= 0 || p >= 1) return 0;
    double const mean = sample_gamma(rng, n) * (1 - p) / p;
    return mean > kEndless ? mean : static_cast<double>(sample_poisson(rng, mean));
}

/// A count with the given mean and dispersion (variance over mean): binomial below 1, Poisson at 1, gamma-Poisson
/// above. Exact for detectors without memory, where the dispersion is 1 - q.
std::uint64_t sample_count(RngStream& rng, double mean, double dispersion) {
    if (mean <= 0) return 0;
    if (dispersion > 1 + 1e-9)
        return sample_poisson(rng, sample_gamma(rng, mean / (dispersion - 1)) * (dispersion - 1));
    if (dispersion > 1 - 1e-9) return sample_poisson(rng, mean);
    double const trials = std::max(1.0, std::nearbyint(mean / (1 - dispersion)));
    return sample_binomial(rng, static_cast<std::uint64_t>(trials), std::min(1.0, mean / trials));
}

/// Spreads n events over a basis' kinds.
void spread(RngStream& rng, std::uint64_t n, std::array<std::array<double, 2>, 3> const& chances, Cells& into) {
    std::array<double, 6> weights{};
    std::array<std::uint64_t, 6> counts{};
    for (unsigned i = 0; i < 6; ++i)
        weights[i] = chances[i / 2][i % 2];
    if (n == 0) return;
    sample_multinomial(rng, n, weights, counts);
    for (unsigned i = 0; i < 6; ++i)
        into[i / 2][i % 2] += counts[i];
}

/// Pulses until `events` kept events have been seen.
double draw_wait(RngStream& rng, DetectionStatistics const& rates, double events, double dead, bool each) {
    if (each) {
        double const shape = events / rates.dispersion;
        return std::ceil(events / rates.kept * sample_gamma(rng, shape) / shape);
    }
    // Renewal: every event costs its gate, its dead time (but the last) and, unless a carrier made it, a geometric gap.
    double const light =
        rates.light_share >= 1
            ? events
            : static_cast<double>(sample_binomial(rng, static_cast<std::uint64_t>(events), rates.light_share));
    return events + (events - 1) * dead + failures_before(rng, light, rates.live_clicks);
}

} // namespace

SiftedCounts Gathering::sifted() const {
    SiftedCounts counts;
    for (unsigned k = 0; k < 3; ++k) {
        counts.n_z[k] = z[k][0] + z[k][1];
        counts.m_z[k] = z[k][1];
        counts.n_x[k] = x[k][0] + x[k][1];
        counts.m_x[k] = x[k][1];
    }
    return counts;
}

std::uint64_t first_pulse_at(SimDuration t, Hertz clock) {
    double const pulses = static_cast<double>(t.count()) * 1e-9 * clock.value;
    if (pulses >= 0x1p62) return std::uint64_t{1} << 62;
    double const nearest = std::nearbyint(pulses); // a pulse that starts at t but for rounding starts at t
    return static_cast<std::uint64_t>(std::abs(pulses - nearest) < 1e-9 * std::max(1.0, pulses) ? nearest
                                                                                                : std::ceil(pulses));
}

Gathering draw_gathering(DecoyBb84Parameters const& p, std::span<ConditionStep const> conditions, std::uint64_t end,
                         RngStream& rng, DetectionStatistics const* calm) {
    Gathering out;
    auto const dead = static_cast<double>(dead_gates(p));
    bool const each = p.receiver.dead_time_mode == DeadTimeMode::each && dead > 0;
    std::uint64_t missing = p.post.block;
    for (std::size_t i = 0; i < conditions.size() && !out.full; ++i) {
        std::uint64_t const from = std::min(end, first_pulse_at(conditions[i].from, p.source.clock));
        std::uint64_t const to =
            i + 1 < conditions.size() ? std::min(end, first_pulse_at(conditions[i + 1].from, p.source.clock)) : end;
        out.pulses = to;
        if (to <= from) continue;
        bool const known = calm != nullptr && conditions[i].calm();
        auto const rates = known ? *calm : detection_statistics(p, conditions[i]);
        double const in_z = rates.chances.total_z(), in_x = rates.chances.total_x();
        if (rates.kept <= 0) continue;
        auto const span = static_cast<double>(to - from);

        std::uint64_t z = missing, others = 0;
        double wait = kEndless;
        if (in_z > 0 && static_cast<double>(missing) / (in_z * rates.kept) < kEndless) {
            others = static_cast<std::uint64_t>(failures_before(rng, static_cast<double>(missing), in_z));
            wait = draw_wait(rng, rates, static_cast<double>(missing + others), dead, each);
        }
        if (wait <= span) {
            out.full = true;
            out.pulses = from + static_cast<std::uint64_t>(wait);
        } else {
            // Not full within this step: as many events as the step holds, and fewer than were missing.
            std::uint64_t const kept = sample_count(rng, rates.kept * span, rates.dispersion);
            z = std::min(sample_binomial(rng, kept, std::min(1.0, in_z)), missing - 1);
            others = kept - z;
        }
        missing -= z;
        std::uint64_t const x = in_z >= 1 ? 0 : sample_binomial(rng, others, std::min(1.0, in_x / (1 - in_z)));
        out.basis_mismatch += others - x;
        spread(rng, z, rates.chances.z, out.z);
        spread(rng, x, rates.chances.x, out.x);
        if (rates.chances.touched_z > 0)
            out.known += eve_information(p, conditions[i]) *
                         static_cast<double>(sample_binomial(rng, z, std::min(1.0, rates.chances.touched_z / in_z)));
        double const lost = std::max(0.0, rates.detections - rates.kept) * static_cast<double>(out.pulses - from);
        if (each) out.dropped += sample_poisson(rng, lost);
    }
    return out;
}

Cells draw_sample(Cells& z, std::uint64_t sample, RngStream& rng) {
    std::uint64_t left = 0, taken = 0;
    for (auto const& k : z)
        left += k[0] + k[1];
    QKDES_EXPECTS(sample <= left);
    // Each event is taken with chance sample/all; then random events are moved until the size is right. A uniform
    // subset stays uniform when a random member is added or removed, so the result is exact.
    Cells out{};
    double const chance = left == 0 ? 0 : static_cast<double>(sample) / static_cast<double>(left);
    for (unsigned i = 0; i < 6; ++i) {
        out[i / 2][i % 2] = sample_binomial(rng, z[i / 2][i % 2], chance);
        z[i / 2][i % 2] -= out[i / 2][i % 2];
        taken += out[i / 2][i % 2];
    }
    left -= taken;
    auto const move_one = [&rng](Cells& source, std::uint64_t total, Cells& target) {
        std::uint64_t nth = rng.below(total);
        unsigned i = 0;
        for (; nth >= source[i / 2][i % 2]; ++i)
            nth -= source[i / 2][i % 2];
        --source[i / 2][i % 2];
        ++target[i / 2][i % 2];
    };
    for (; taken < sample; ++taken, --left)
        move_one(z, left, out);
    for (; taken > sample; --taken, ++left)
        move_one(out, taken, z);
    return out;
}

} // namespace qkdes
