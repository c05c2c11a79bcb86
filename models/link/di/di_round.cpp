#include "models/link/di/di_round.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

/// cos and sin of the test settings. The angle is data, so the machine's cosine may differ in its last bit: rounded to
/// 40 bits, which no two libraries disagree about in practice.
double rounded(double x) { return std::nearbyint(x * 0x1p40) * 0x1p-40; }

struct Heralding {
    double chance, pure; ///< per attempt; share of true heralds
};
Heralding heralding(DiParameters const& p, ConditionStep const& condition, double clicks_kept) {
    auto const& s = p.source;
    double const extra = transmittance(condition.extra_loss);
    if (s.herald_probability > 0) return {std::min(1.0, s.herald_probability * extra * clicks_kept * clicks_kept), 1};
    double const way = transmittance(p.fibre.attenuation * p.fibre.length + p.fibre.components) * extra;
    double const e = s.collection * std::sqrt(way) * s.station_efficiency * clicks_kept, d = s.station_dark;
    double const good = s.bell_measurement * e * e;
    double const bad = 4 * d * e * (1 - e) + 4 * d * d * (1 - e) * (1 - e);
    if (good + bad <= 0) return {0, 0};
    return {std::min(1.0, good + bad), good / (good + bad)};
}

} // namespace

Hertz attempt_rate(DiParameters const& p) {
    return Hertz{1 / (1 / p.source.attempts.value + seconds(flight_time(p.fibre)))};
}

DiRound di_round(DiParameters const& p, ConditionStep const& condition) {
    DiRound round;
    auto const when = [&](Impairment kind) { return condition.impairment == kind ? condition.severity : 0.0; };
    auto const share = [&](Attack kind) { return condition.attack == kind ? condition.attacked : 0.0; };
    double const step = when(Impairment::timing_step), drift = when(Impairment::sync_drift);

    auto const herald = heralding(p, condition, 1 - step);
    round.herald = herald.chance;
    round.discarded = drift;
    round.arrival_offset = (step + drift) * p.boxes.window_ns;
    round.test = p.protocol.test_probability;
    round.one = 0.5 + when(Impairment::rng_bias) / 2;

    double const left = herald.pure * (1 - 2 * condition.extra_error) * (1 - share(Attack::intercept_resend) / 2);
    double const zz = p.boxes.correlation_key * left;
    double const xx = p.boxes.correlation_conjugate * p.source.interference * left;
    double const along = rounded(std::cos(p.boxes.angle)) * zz, across = rounded(std::sin(p.boxes.angle)) * xx;
    round.correlation = {along, along, across, -across, zz};

    double const clicks = 1 - when(Impairment::saturation);
    round.seen_alice = p.boxes.efficiency_alice * clicks;
    round.seen_bob = p.boxes.efficiency_bob * clicks;
    round.wrong_alice = p.boxes.readout_error_alice;
    round.wrong_bob = p.boxes.readout_error_bob;
    round.steered = share(Attack::blinding);
    round.hidden = share(Attack::time_shift);
    return round;
}

std::array<double, kDiCells> di_cells(DiRound const& r) {
    std::array<double, kDiCells> cells{};
    double const flips = (1 - 2 * r.wrong_alice) * (1 - 2 * r.wrong_bob);
    for (unsigned kind = 0; kind < kDiKinds; ++kind) {
        double chance = 1 - r.test;
        if (kind < 4) chance = r.test * (kind & 2 ? r.one : 1 - r.one) * (kind & 1 ? r.one : 1 - r.one);
        auto const add = [&](bool a, bool b, bool seen_a, bool seen_b, double p) {
            cells[index_of({kind, seen_a && a, seen_b && b, seen_a, seen_b})] += chance * p;
        };
        for (bool bit : {false, true})
            add(bit, bit, true, true, r.steered / 2);
        for (unsigned i = 0; i < 16; ++i) {
            auto const [unused, a, b, seen_a, seen_b] = di_cell(i);
            double const outcome = (1 - r.steered) * (1 + (a == b ? 1 : -1) * r.correlation[kind] * flips) / 4;
            // Hidden: Eve's choice of which outcome goes unseen is this one's with chance 1/2.
            double const bob = r.seen_bob * (1 - r.hidden / 2);
            add(a, b, seen_a, seen_b, outcome * (seen_a ? r.seen_alice : 1 - r.seen_alice) * (seen_b ? bob : 1 - bob));
        }
    }
    return cells;
}

DiExpectation di_expectation(DiRound const& round) {
    DiRound fair = round;
    fair.one = 0.5; // S takes each setting by itself
    auto const cells = di_cells(fair);
    std::array<double, kDiKinds> all{}, differ{};
    for (unsigned i = 0; i < kDiCells; ++i) {
        all[i / 16] += cells[i];
        if (di_cell(i).differs()) differ[i / 16] += cells[i];
    }
    auto const e = [&](unsigned kind) { return 1 - 2 * differ[kind] / all[kind]; };
    return {e(0) + e(1) + e(2) - e(3), differ[4] / all[4]};
}

} // namespace qkdes
