#include "models/link/decoy/detection_statistics.hpp"

#include "models/link/small_math.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

namespace qkdes {
namespace {

constexpr unsigned kMaxDetectors = 4;

/// What a source of clicks leads to: which detectors fire per event, and what sifting makes of it.
struct Response {
    std::array<double, kMaxDetectors> clicks{};
    SiftedChances chances;

    bool three_state = false;

    void add(PulseOutcome outcome, unsigned pattern, double weight, bool passive) {
        double const each = weight / std::popcount(pattern);
        for (unsigned d = 0; d < kMaxDetectors; ++d) {
            if (!(pattern >> d & 1)) continue;
            clicks[d] += weight;
            bool const bob_x = passive ? d >= 2 : outcome.modulator_x();
            bool const reference = three_state && bob_x && !outcome.alice_x();
            if (bob_x != outcome.alice_x() && !reference) continue;
            bool const wrong = !reference && (d & 1) != unsigned{outcome.alice_bit()};
            (bob_x ? chances.x : chances.z)[outcome.intensity()][wrong] += each; // several clicks: one at random
            if (!bob_x && outcome.intercepted()) chances.touched_z += each;
        }
    }
    void scale(double factor) {
        for (auto& c : clicks)
            c *= factor;
        chances.touched_z *= factor;
        for (auto* basis : {&chances.z, &chances.x})
            for (auto& k : *basis)
                for (auto& c : k)
                    c *= factor;
    }
    void add_scaled(Response const& other, double factor) {
        for (unsigned d = 0; d < kMaxDetectors; ++d)
            clicks[d] += factor * other.clicks[d];
        chances.touched_z += factor * other.chances.touched_z;
        for (unsigned k = 0; k < 3; ++k)
            for (unsigned e = 0; e < 2; ++e) {
                chances.z[k][e] += factor * other.chances.z[k][e];
                chances.x[k][e] += factor * other.chances.x[k][e];
            }
    }
};

/// Everything that is summed over outcomes of one pulse, all detectors live.
struct PulseSums {
    double q = 0;                                     ///< any click
    Response light;                                   ///< per light event
    std::array<Response, kMaxDetectors> release;      ///< per carrier released in a live detector
    std::array<double, kMaxDetectors> hazard{};       ///< click of one detector
    std::array<double, 1u << kMaxDetectors> silent{}; ///< no click among a set of detectors
};

PulseSums sum_outcomes(PulseDistribution const& pulse, bool three_state, bool releases, bool sets) {
    PulseSums sums;
    sums.light.three_state = three_state;
    for (auto& r : sums.release)
        r.three_state = three_state;
    unsigned const all = pulse.all_detectors();
    bool const passive = pulse.detectors() == 4;
    sums.q = pulse.click_probability(all);
    for (unsigned d = 0; d < pulse.detectors(); ++d)
        sums.hazard[d] = pulse.click_probability(1u << d);
    auto const cells = pulse.outcomes(all);
    for (unsigned i = 0; i < PulseOutcome::kStates; ++i) {
        if (cells[i] <= 0) continue;
        PulseOutcome const outcome{i};
        unsigned const pattern = outcome.clicks();
        if (pattern != 0) sums.light.add(outcome, pattern, cells[i], passive);
        if (releases)
            for (unsigned d = 0; d < pulse.detectors(); ++d)
                sums.release[d].add(outcome, pattern | 1u << d, cells[i], passive);
        if (sets)
            for (unsigned set = 0; set <= all; ++set)
                if ((pattern & set) == 0) sums.silent[set] += cells[i];
    }
    if (sums.q > 0) sums.light.scale(1 / sums.q);
    return sums;
}

/// Chance that a carrier finds its detector live: the formula at the head of the header.
double live_at_release(double hazard, double dead, double tau) {
    double const lost = -portable_expm1(-1 / tau); // 1 - z
    double const z = 1 - lost, through = portable_exp(-dead / tau);
    // 1 - (1-h) z - h z^(N+1) = (1 - z) + h z (1 - z^N)
    return lost * through / (lost + hazard * z * (1 - through));
}

struct Afterpulsing {
    double probability, tau; ///< tau in gates
};

DetectionStatistics all_blanked(PulseSums const& sums, unsigned detectors, double dead, Afterpulsing ap) {
    DetectionStatistics out;
    double const q = sums.q;
    std::array<double, kMaxDetectors> share{}; // releases of d per detection
    double rate = q / (1 + q * dead), releases = 0;
    Response mixed = sums.light;
    for (int i = 0; i < 40 && ap.probability > 0 && q > 0; ++i) {
        double const live = 1 - rate * dead, a = ap.probability * live_at_release(rate / live, dead, ap.tau);
        releases = 0;
        mixed = sums.light;
        for (unsigned d = 0; d < detectors; ++d)
            releases += share[d];
        mixed.scale(1 - releases);
        for (unsigned d = 0; d < detectors; ++d)
            mixed.add_scaled(sums.release[d], share[d]);
        for (unsigned d = 0; d < detectors; ++d)
            share[d] = a * mixed.clicks[d];
        double const before = rate;
        rate = q / (1 + q * dead + q * releases - releases);
        if (std::abs(rate - before) < 1e-13 * rate && i > 3) break;
    }
    out.kept = out.detections = rate;
    out.light_share = 1 - releases;
    // A cycle is a light gap with the chance light_share, and one release gate otherwise; then the dead time.
    double const gap = q > 0 ? 1 / q : 0, mean = dead + out.light_share * gap + releases;
    double const variance = out.light_share * (1 - q) * gap * gap + out.light_share * releases * (gap - 1) * (gap - 1);
    if (q > 0) out.dispersion = variance / (mean * mean);
    out.chances = mixed.chances;
    return out;
}

/// Chance of being live t after having been live, per detector, on a grid over a few dead times.
struct LiveCurves {
    static constexpr int kGrid = 128, kSpans = 10, kSteps = kGrid * kSpans;
    double step = 0;
    std::array<std::vector<double>, kMaxDetectors> live;

    LiveCurves(std::array<double, kMaxDetectors> const& hazard, unsigned detectors, double dead) : step{dead / kGrid} {
        // Delay equation p' = -h p + h p(t - N): exact decay per step, the returning flow at the step's middle.
        for (unsigned d = 0; d < detectors; ++d) {
            double const leave = -portable_expm1(-hazard[d] * step);
            auto& p = live[d];
            p.resize(kSteps + 1);
            p[0] = 1;
            for (int t = 0; t < kSteps; ++t) {
                double const back = t >= kGrid ? (p[t - kGrid] + p[t - kGrid + 1]) / 2 : 0;
                p[t + 1] = p[t] * (1 - leave) + back * leave;
            }
        }
    }
    /// In the middle of a step; after being live, and after a click.
    double after_live(unsigned d, int t) const { return (live[d][t] + live[d][t + 1]) / 2; }
    double after_click(unsigned d, int t) const { return t >= kGrid ? after_live(d, t - kGrid) : 0; }
};

/// Variance over mean of the counts that fall where all detectors are live, by the renewal density.
double each_dispersion(LiveCurves const& curves, std::array<double, kMaxDetectors> const& hazard, unsigned detectors,
                       double kept, double all_live) {
    double total_hazard = 0, excess = 0;
    for (unsigned d = 0; d < detectors; ++d)
        total_hazard += hazard[d];
    if (kept <= 0 || all_live <= 0) return 1;
    for (unsigned j = 0; j < detectors; ++j) { // after an event that blanked detector j
        double sum = 0;
        for (int t = 0; t < LiveCurves::kSteps; ++t) {
            double product = curves.after_click(j, t);
            for (unsigned i = 0; i < detectors; ++i)
                if (i != j) product *= curves.after_live(i, t);
            sum += product / all_live - 1;
        }
        excess += hazard[j] / total_hazard * sum * curves.step;
    }
    return std::max(0.01, 1 + 2 * kept * excess);
}

/// Chance that exactly the detectors of each set are live. Independent detectors, and to first order what one pulse's
/// clicks have in common: two that click together more (or less) often than independent ones would are dead together
/// more (or less) often.
std::array<double, 1u << kMaxDetectors> live_sets(PulseSums const& sums, LiveCurves const& curves,
                                                  std::array<double, kMaxDetectors> const& live, unsigned detectors) {
    std::array<double, 1u << kMaxDetectors> chances{};
    auto const alone = [&](unsigned set, unsigned but) {
        double chance = 1;
        for (unsigned d = 0; d < detectors; ++d)
            if (!(but >> d & 1)) chance *= set >> d & 1 ? live[d] : 1 - live[d];
        return chance;
    };
    for (unsigned set = 0; set < 1u << detectors; ++set)
        chances[set] = alone(set, 0);
    for (unsigned i = 0; i < detectors; ++i)
        for (unsigned j = 0; j < i; ++j) {
            unsigned const pair = 1u << i | 1u << j;
            double const together = sums.silent[pair] - sums.silent[1u << i] * sums.silent[1u << j];
            double memory = 0;
            for (int t = 0; t < LiveCurves::kSteps; ++t)
                memory += (curves.after_live(i, t) - curves.after_click(i, t)) *
                          (curves.after_live(j, t) - curves.after_click(j, t)) * curves.step;
            double const shift = together * memory * live[i] * live[j];
            for (unsigned set = 0; set < 1u << detectors; ++set)
                chances[set] += ((set >> i ^ set >> j) & 1 ? -shift : shift) * alone(set, pair);
        }
    for (auto& c : chances)
        c = std::max(0.0, c);
    return chances;
}

DetectionStatistics each_blanked(PulseSums const& sums, unsigned detectors, double dead, Afterpulsing ap) {
    DetectionStatistics out;
    std::array<double, kMaxDetectors> live{}, released{}, effective = sums.hazard;
    for (unsigned d = 0; d < detectors; ++d) {
        double const h = sums.hazard[d];
        double rate = h / (1 + h * dead);
        for (int i = 0; i < 20 && ap.probability > 0; ++i) {
            double const a = ap.probability * live_at_release(effective[d], dead, ap.tau);
            rate = h / (1 + h * dead + h * a - a);
            released[d] = a * rate;
            effective[d] = rate / (1 - rate * dead);
        }
        live[d] = 1 - rate * dead;
    }
    LiveCurves const curves{effective, detectors, dead};
    auto const sets = live_sets(sums, curves, live, detectors);
    double const all_live = sets[(1u << detectors) - 1];
    double kept_releases = 0;
    Response mixed;
    std::array<double, kMaxDetectors> kept_of{};
    for (unsigned d = 0; d < detectors; ++d) {
        // The carrier's own detector is live at its release; the others are live as they ever are.
        kept_of[d] = live[d] > 0 ? released[d] * all_live / live[d] : 0;
        kept_releases += kept_of[d];
    }
    double const kept_light = sums.q * std::max(0.0, all_live - kept_releases);
    out.kept = kept_light + kept_releases;
    if (out.kept > 0) {
        mixed.add_scaled(sums.light, kept_light / out.kept);
        for (unsigned d = 0; d < detectors; ++d)
            mixed.add_scaled(sums.release[d], kept_of[d] / out.kept);
        out.light_share = kept_light / out.kept;
    }
    out.chances = mixed.chances;
    for (unsigned set = 1; set < 1u << detectors; ++set) { // exactly the detectors of `set` are live
        double const chance = sets[set];
        double releasing = 0;
        for (unsigned d = 0; d < detectors; ++d)
            if (set >> d & 1 && live[d] > 0) releasing += released[d] * chance / live[d];
        out.detections += (1 - sums.silent[set]) * (chance - releasing) + releasing;
    }
    out.dispersion = each_dispersion(curves, effective, detectors, out.kept, all_live);
    return out;
}

} // namespace

double SiftedChances::total_z() const {
    double sum = 0;
    for (auto const& k : z)
        sum += k[0] + k[1];
    return sum;
}

double SiftedChances::total_x() const {
    double sum = 0;
    for (auto const& k : x)
        sum += k[0] + k[1];
    return sum;
}

std::uint64_t dead_gates(DecoyBb84Parameters const& p) {
    return static_cast<std::uint64_t>(static_cast<double>(p.receiver.dead_time.count()) * 1e-9 * p.source.clock.value *
                                      (1 + 1e-12));
}

DetectionStatistics detection_statistics(DecoyBb84Parameters const& p, ConditionStep const& condition) {
    PulseDistribution const pulse{p, condition};
    auto const dead = static_cast<double>(dead_gates(p));
    Afterpulsing const ap{p.receiver.afterpulse_probability,
                          static_cast<double>(p.receiver.afterpulse_decay.count()) * 1e-9 * p.source.clock.value};
    bool const each = p.receiver.dead_time_mode == DeadTimeMode::each && dead > 0;
    auto const sums =
        sum_outcomes(pulse, p.source.encoding == Encoding::time_bin_three_state, ap.probability > 0, each);
    auto out = each ? each_blanked(sums, pulse.detectors(), dead, ap) : all_blanked(sums, pulse.detectors(), dead, ap);
    out.live_clicks = sums.q;
    return out;
}

} // namespace qkdes
