#include "models/link/entangled/entangled_yield.hpp"

#include "models/link/binary_entropy.hpp"
#include "models/link/entangled/coincidence_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace qkdes {
namespace {

/// Where a function of one hump is highest between two exponents of ten: golden section.
template <class Function>
double best_exponent(double low, double high, Function const& value) {
    double const ratio = std::numbers::phi - 1;
    double x1 = high - ratio * (high - low), x2 = low + ratio * (high - low);
    double f1 = value(x1), f2 = value(x2);
    for (int i = 0; i < 60; ++i) {
        if (f1 > f2) {
            high = x2, x2 = x1, f2 = f1;
            x1 = high - ratio * (high - low), f1 = value(x1);
        } else {
            low = x1, x1 = x2, f1 = f2;
            x2 = low + ratio * (high - low), f2 = value(x2);
        }
    }
    return (low + high) / 2;
}

/// Golden section needs a hump, and key is 0 on both of its sides: start around the best point of a grid.
template <class Function>
double best_of_range(double low, double high, Function const& value) {
    constexpr int kGrid = 60;
    double best = low, most = -1, step = (high - low) / kGrid;
    for (int i = 0; i <= kGrid; ++i) {
        double const x = low + i * step, y = value(x);
        if (y > most) most = y, best = x;
    }
    return best_exponent(std::max(low, best - step), std::min(high, best + step), value);
}

double key_share(double phase_error, double qber, double f) {
    return 1 - binary_entropy(std::min(0.5, phase_error)) - f * binary_entropy(std::min(0.5, qber));
}

} // namespace

PairPulseYield pulsed_pair_yield(PairPulseChannel const& c, double l, double f) {
    double const a = c.eta_a * l, b = c.eta_b * l, either = a + b - c.eta_a * c.eta_b * l;
    double const dark_a = 1 - c.dark_a, dark_b = 1 - c.dark_b;
    PairPulseYield out;
    out.gain = 1 - dark_a / ((1 + a) * (1 + a)) - dark_b / ((1 + b) * (1 + b)) +
               dark_a * dark_b / ((1 + either) * (1 + either));
    if (out.gain <= 0) return out;
    double const right =
        2 * (0.5 - c.misalignment) * c.eta_a * c.eta_b * l * (1 + l) / ((1 + a) * (1 + b) * (1 + either));
    out.qber = 0.5 - right / out.gain;
    out.secret = std::max(0.0, out.gain * key_share(out.qber, out.qber, f));
    return out;
}

PairStreamYield stream_pair_yield(PairStreamChannel const& c, double pairs, double window_ps, double f) {
    PairStreamYield out;
    double const in_a = pairs * c.eta_a + c.dark_a, in_b = pairs * c.eta_b + c.dark_b;
    double const live_a = 1 / (1 + in_a * c.dead_a), live_b = 1 / (1 + in_b * c.dead_b);
    out.singles_a = in_a * live_a;
    out.singles_b = in_b * live_b;
    double const found = pairs * c.eta_a * live_a * c.eta_b * live_b * window_share(window_ps, c.timing_ps);
    out.accidentals = out.singles_a * out.singles_b * window_ps * 1e-12;
    out.coincidences = found + out.accidentals;
    if (out.coincidences <= 0) return out;
    out.qber = (found * c.misalignment + out.accidentals / 2) / out.coincidences;
    out.secret = std::max(0.0, out.coincidences * key_share(out.qber, out.qber, f));
    return out;
}

double best_window_ps(PairStreamChannel const& c, double pairs, double f) {
    if (c.timing_ps <= 0) return 0;
    double const centre = std::log10(c.timing_ps);
    return std::pow(10.0, best_of_range(centre - 1.5, centre + 1, [&](double x) {
                        return stream_pair_yield(c, pairs, std::pow(10.0, x), f).secret;
                    }));
}

PairStreamOptimum best_pair_stream(PairStreamChannel const& c, double highest_rate, double f) {
    auto const at = [&](double exponent) {
        double const pairs = std::pow(10.0, exponent), window = best_window_ps(c, pairs, f);
        return PairStreamOptimum{pairs, window, stream_pair_yield(c, pairs, window, f)};
    };
    double const high = std::log10(highest_rate);
    return at(best_of_range(high - 8, high, [&](double x) { return at(x).yield.secret; }));
}

double chsh_from_qber(double qber) { return 2 * std::numbers::sqrt2 * (1 - 2 * qber); }
double qber_from_chsh(double s) { return (1 - s / (2 * std::numbers::sqrt2)) / 2; }

double eve_information(double s) {
    if (s <= 2) return 1;
    double const half = std::min(s / 2, std::numbers::sqrt2);
    return binary_entropy((1 + std::sqrt(half * half - 1)) / 2);
}

EntangledYield entangled_yield(EntangledParameters const& p, double f) {
    auto const rates = coincidence_statistics(p, {});
    EntangledYield out{.pairs = p.source.emission == PairEmission::pulsed
                                    ? p.source.clock.value * p.source.pairs_per_pulse
                                    : p.source.pair_rate.value,
                       .singles_a = rates.tags_a,
                       .singles_b = rates.tags_b,
                       .coincidences = rates.total(),
                       .accidentals = rates.accidentals,
                       .sifted = rates.key[0] + rates.key[1]};
    if (out.sifted <= 0) return out;
    out.qber = rates.key[1] / out.sifted;
    if (p.protocol == EntangledProtocol::e91) {
        out.chsh = rates.chsh();
        if (out.chsh > p.chsh_threshold)
            out.secret = std::max(0.0, out.sifted * (1 - eve_information(out.chsh) - f * binary_entropy(out.qber)));
        return out;
    }
    double const other = rates.other_basis[0] + rates.other_basis[1];
    double const phase = other > 0 ? rates.other_basis[1] / other : 0.5;
    out.chsh = chsh_from_qber((out.qber + phase) / 2);
    out.secret = std::max(0.0, out.sifted * key_share(phase, out.qber, f));
    return out;
}

} // namespace qkdes
