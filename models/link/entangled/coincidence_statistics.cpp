#include "models/link/entangled/coincidence_statistics.hpp"

#include "models/link/entangled/end_dead_time.hpp"
#include "models/link/small_math.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

constexpr double kRootHalf = 0x1.6a09e667f3bcdp-1;

/// cos of the doubled angle between two settings, in steps of 22.5 degrees.
double angle_correlation(EntangledProtocol protocol, unsigned alice, unsigned bob) {
    static constexpr double kCos[] = {1, kRootHalf, 0, -kRootHalf};
    int const steps = protocol == EntangledProtocol::bbm92 ? 2 * (static_cast<int>(bob) - static_cast<int>(alice))
                                                           : static_cast<int>(bob) + 1 - static_cast<int>(alice);
    return kCos[std::abs(steps)];
}

struct Arm {
    double eta = 0;   ///< a photon of a pair gives a click
    double noise = 0; ///< dark counts and stray light
    std::array<double, 3> light{}, dark{};
    std::array<double, 3> noise_settings{};
};

Arm make_arm(EntangledParameters const& p, ConditionStep const& condition, bool is_bob) {
    ArmParameters const& end = is_bob ? p.bob : p.alice;
    double const share = is_bob ? 1 - p.source.position : p.source.position;
    Decibels const line = share * (p.fibre.attenuation * p.fibre.length + p.fibre.components + condition.extra_loss);
    Arm arm;
    arm.eta = transmittance(line + end.loss) * end.efficiency;
    double const stray = condition.stray_light.value * transmittance(end.loss) * end.efficiency;
    bool const e91 = p.protocol == EntangledProtocol::e91;
    double const q = p.chsh_setting, rest = (1 - q) / 2;
    if (!e91)
        arm.light = {end.basis_bias, 1 - end.basis_bias, 0};
    else if (is_bob)
        arm.light = {rest, rest, q};
    else
        arm.light = {q, rest, rest};
    unsigned const settings = e91 ? 3 : 2;
    double const dark = 2.0 * settings * end.dark_counts.value;
    arm.noise = dark + stray;
    for (unsigned s = 0; s < settings; ++s)
        arm.noise_settings[s] = arm.noise > 0 ? (stray * arm.light[s] + dark / settings) / arm.noise : 1.0 / settings;
    return arm;
}

/// The arm's noise and photons of pairs that only this arm sees, as one process.
void join(double photons, Arm const& arm, double& rate, std::array<double, 3>& settings) {
    rate = arm.noise + photons;
    for (unsigned s = 0; s < 3; ++s)
        settings[s] = rate > 0 ? (arm.noise * arm.noise_settings[s] + photons * arm.light[s]) / rate : arm.light[s];
}

/// Chances of the 16 patterns of clicks (Alice's detectors in bits 0 and 1, Bob's in 2 and 3) at a pulse.
std::array<double, 16> pulse_patterns(PairSourceParameters const& source, double eta_a, double eta_b, double flip) {
    double const half = source.pairs_per_pulse / 2;
    std::array<double, 16> silent{};
    for (unsigned set = 0; set < 16; ++set) {
        double chance = 1;
        for (unsigned mode = 0; mode < 2; ++mode) {
            double const a = set >> mode & 1 ? eta_a : 0;
            double const b = eta_b * ((set >> (2 + mode) & 1 ? 1 - flip : 0) + (set >> (3 - mode) & 1 ? flip : 0));
            double const seen = a + b - a * b;
            chance *= source.statistics == PairStatistics::thermal ? 1 / (1 + half * seen) : portable_exp(-half * seen);
        }
        silent[set] = chance;
    }
    // Clicks exactly in `pattern`: the rest is silent, and of the pattern nothing is.
    std::array<double, 16> chances{};
    for (unsigned pattern = 0; pattern < 16; ++pattern) {
        double sum = 0;
        for (unsigned part = pattern;; part = (part - 1) & pattern) {
            int const sign = __builtin_popcount(part) % 2 == 0 ? 1 : -1;
            sum += sign * silent[(15 ^ pattern) | part];
            if (part == 0) break;
        }
        chances[pattern] = std::max(0.0, sum);
    }
    return chances;
}

double bit_chance(unsigned clicks, unsigned bit) { return clicks == 3 ? 0.5 : clicks == bit + 1 ? 1.0 : 0.0; }

void continuous_light(EntangledParameters const& p, Arm const& a, Arm const& b, double visibility, LightModel& out) {
    double const pairs = p.source.pair_rate.value;
    out.emitted = pairs;
    out.events = pairs * a.eta * b.eta;
    join(pairs * a.eta * (1 - b.eta), a, out.noise_a, out.noise_settings_a);
    join(pairs * b.eta * (1 - a.eta), b, out.noise_b, out.noise_settings_b);
    for (unsigned i = 0; i < 3; ++i)
        for (unsigned j = 0; j < 3; ++j) {
            double const both = a.light[i] * b.light[j];
            if (both <= 0) continue; // a setting that the protocol does not have
            double const c = visibility * angle_correlation(p.protocol, i, j);
            for (unsigned bits = 0; bits < 4; ++bits) {
                double const chance = both * (bits == 0 || bits == 3 ? 1 + c : 1 - c) / 4;
                unsigned const code = TagChannel::of(i, bits & 1) + 8 * TagChannel::of(j, bits >> 1);
                if (chance > 0) out.outcomes.emplace_back(static_cast<std::uint16_t>(code), chance);
            }
        }
}

void pulsed_light(EntangledParameters const& p, Arm const& a, Arm const& b, double visibility, LightModel& out) {
    out.pulsed = true;
    out.emitted = p.source.clock.value;
    out.noise_a = a.noise;
    out.noise_b = b.noise;
    out.noise_settings_a = a.noise_settings;
    out.noise_settings_b = b.noise_settings;
    std::array<double, 64> chances{};
    for (unsigned i = 0; i < 3; ++i)
        for (unsigned j = 0; j < 3; ++j) {
            double const both = a.light[i] * b.light[j];
            if (both <= 0) continue;
            double const flip = (1 - visibility * angle_correlation(p.protocol, i, j)) / 2;
            auto const patterns = pulse_patterns(p.source, a.eta, b.eta, flip);
            for (unsigned pattern = 1; pattern < 16; ++pattern) {
                unsigned const at_a = pattern & 3, at_b = pattern >> 2;
                for (unsigned x = 0; x < (at_a != 0 ? 2u : 1u); ++x)
                    for (unsigned y = 0; y < (at_b != 0 ? 2u : 1u); ++y) {
                        double const bits =
                            (at_a != 0 ? bit_chance(at_a, x) : 1) * (at_b != 0 ? bit_chance(at_b, y) : 1);
                        unsigned const ca = at_a != 0 ? TagChannel::of(i, x) : TagChannel::kNone;
                        unsigned const cb = at_b != 0 ? TagChannel::of(j, y) : TagChannel::kNone;
                        chances[ca + 8 * cb] += both * patterns[pattern] * bits;
                    }
            }
        }
    for (double c : chances)
        out.events += c;
    for (unsigned code = 0; code < 64; ++code)
        if (chances[code] > 0) out.outcomes.emplace_back(static_cast<std::uint16_t>(code), chances[code] / out.events);
}

/// Adds matched coincidences of one kind of tag at each end.
void spread(EntangledProtocol protocol, unsigned i, unsigned j, double equal, double different,
            CoincidenceStatistics& to) {
    switch (round_kind(protocol, i, j)) {
    case RoundKind::key:
        to.key[0] += equal, to.key[1] += different;
        break;
    case RoundKind::other_basis:
        to.other_basis[0] += equal, to.other_basis[1] += different;
        break;
    case RoundKind::test:
        to.tests[chsh_test(i, j)][0] += equal;
        to.tests[chsh_test(i, j)][1] += different;
        break;
    case RoundKind::unused:
        to.unused += equal + different;
        break;
    }
}

} // namespace

RoundKind round_kind(EntangledProtocol protocol, unsigned alice, unsigned bob) {
    if (protocol == EntangledProtocol::bbm92)
        return alice != bob ? RoundKind::unused : alice == 0 ? RoundKind::key : RoundKind::other_basis;
    if (alice == bob + 1) return RoundKind::key;
    return alice != 1 && bob != 1 ? RoundKind::test : RoundKind::unused;
}

unsigned chsh_test(unsigned alice, unsigned bob) { return (alice != 0 ? 2u : 0u) + (bob != 0 ? 1u : 0u); }

double window_share(double window_ps, double spread_ps) {
    if (spread_ps <= 0) return window_ps > 0 ? 1 : 0;
    double const x = 0x1.aa4499161cd47p-1 * window_ps / spread_ps; // sqrt(ln 2)
    if (x > 6) return 1;
    // 2/sqrt(pi) e^(-x^2) sum 2^n x^(2n+1) / (2n+1)!!: all terms positive.
    double term = x, sum = x;
    for (int n = 1; term > 1e-17 * sum; ++n)
        sum += term *= 2 * x * x / (2 * n + 1);
    return std::min(1.0, 0x1.20dd750429b6dp+0 * portable_exp(-x * x) * sum);
}

double chsh_value(std::array<std::array<double, 2>, 4> const& tests) {
    double s = 0;
    for (unsigned t = 0; t < 4; ++t) {
        double const n = tests[t][0] + tests[t][1];
        if (n > 0) s += (t == 1 ? -1 : 1) * (tests[t][0] - tests[t][1]) / n;
    }
    return s;
}

double CoincidenceStatistics::chsh() const { return chsh_value(tests); }

LightModel light_model(EntangledParameters const& p, ConditionStep const& condition) {
    Arm const a = make_arm(p, condition, false);
    Arm b = make_arm(p, condition, true);
    double visibility = 1 - 2 * std::min(0.5, p.source.misalignment + condition.extra_error);
    if (condition.attack == Attack::intercept_resend) visibility *= 1 - condition.attacked / 2;
    if (condition.attack == Attack::blinding)
        b.eta *= 1 - condition.attacked * (p.protocol == EntangledProtocol::e91 ? 2.0 / 3 : 0.5);
    LightModel out;
    (p.source.emission == PairEmission::pulsed ? pulsed_light : continuous_light)(p, a, b, visibility, out);
    auto const& t = p.timing;
    out.dispersion_ps = std::abs(t.dispersion) * p.fibre.length.value * t.bandwidth_nm;
    out.spread_ps = std::sqrt(p.alice.jitter_ps * p.alice.jitter_ps + p.bob.jitter_ps * p.bob.jitter_ps +
                              out.dispersion_ps * out.dispersion_ps);
    return out;
}

CoincidenceStatistics coincidence_statistics(EntangledParameters const& p, ConditionStep const& condition) {
    LightModel const light = light_model(p, condition);
    double const per_second = light.pulsed ? light.emitted * light.events : light.events;
    double light_a = 0, light_b = 0, both = 0;
    for (auto const& [code, weight] : light.outcomes) {
        bool const at_a = code % 8 != TagChannel::kNone, at_b = code / 8 != TagChannel::kNone;
        light_a += at_a ? per_second * weight : 0;
        light_b += at_b ? per_second * weight : 0;
        both += at_a && at_b ? per_second * weight : 0;
    }
    // Dead time.
    double const in_a = light.noise_a + light_a, in_b = light.noise_b + light_b;
    auto const end = [&](ArmParameters const& arm, double lit, double share_of_fibre) {
        double const dispersed = light.dispersion_ps * share_of_fibre;
        return EndDeadTime{arm.dead_time, light.pulsed ? 1 / light.emitted : 0, lit,
                           std::sqrt(arm.jitter_ps * arm.jitter_ps + dispersed * dispersed)};
    };
    EndDeadTime const dead_a = end(p.alice, light_a / in_a, p.source.position),
                      dead_b = end(p.bob, light_b / in_b, 1 - p.source.position);
    double const tau_a = seconds(p.alice.dead_time), tau_b = seconds(p.bob.dead_time);
    double const live_a = 1 / (1 + in_a * dead_a.of_any()), live_b = 1 / (1 + in_b * dead_b.of_any());
    // Light of independent pairs meets in one pulse as well; the product accounts for that already.
    double const together = light.pulsed ? both - light_a * light_b / light.emitted : both;
    CoincidenceStatistics out;
    out.tags_a = in_a * live_a;
    out.tags_b = in_b * live_b;
    out.partners = both / ((1 + in_a * dead_a.of_light()) * (1 + in_b * dead_b.of_light()) -
                           together * EndDeadTime::shared(dead_a, in_a, dead_b, in_b));

    // Matching.
    double const w = p.timing.window_ps * 1e-12;
    double const k = out.partners * window_share(p.timing.window_ps, light.spread_ps);
    double const single_a = out.tags_a - k, single_b = out.tags_b - k;
    double const noise_a = light.pulsed ? light.noise_a * live_a : single_a;
    double const noise_b = light.pulsed ? light.noise_b * live_b : single_b;
    double const intruded = noise_b * std::max(0.0, w / 2 - tau_b) + noise_a * std::max(0.0, w / 2 - tau_a);
    out.true_found = k * std::max(0.0, 1 - intruded);
    // Light of different pulses is a period apart and never coincides.
    double const unpaired = (single_a * single_b - (single_a - noise_a) * (single_b - noise_b)) * w;
    double const by_a = k * noise_a * w / 2, by_b = k * noise_b * w / 2;
    out.accidentals = unpaired + by_a + by_b;

    // What settings and bits they show.
    std::array<double, 3> lit_a{}, lit_b{};
    for (auto const& [code, weight] : light.outcomes) {
        unsigned const a = code % 8, b = code / 8;
        if (a != TagChannel::kNone) lit_a[TagChannel::setting(a)] += per_second * weight / light_a;
        if (b != TagChannel::kNone) lit_b[TagChannel::setting(b)] += per_second * weight / light_b;
        if (a == TagChannel::kNone || b == TagChannel::kNone) continue;
        double const rate = both > 0 ? out.true_found * per_second * weight / both : 0;
        bool const equal = TagChannel::bit(a) == TagChannel::bit(b);
        spread(p.protocol, TagChannel::setting(a), TagChannel::setting(b), equal ? rate : 0, equal ? 0 : rate, out);
    }
    double const quiet_a = std::max(0.0, single_a - noise_a), quiet_b = std::max(0.0, single_b - noise_b);
    for (unsigned i = 0; i < 3; ++i)
        for (unsigned j = 0; j < 3; ++j) {
            double const na = light.noise_settings_a[i], nb = light.noise_settings_b[j];
            double const rate =
                (noise_a * noise_b * na * nb + noise_a * quiet_b * na * lit_b[j] + quiet_a * noise_b * lit_a[i] * nb) *
                    w +
                by_a * na * lit_b[j] + by_b * lit_a[i] * nb;
            spread(p.protocol, i, j, rate / 2, rate / 2, out);
        }
    // Of the pairs whose light was steered half (E91: a third) arrive.
    double const share = condition.attacked, pass = p.protocol == EntangledProtocol::e91 ? 1.0 / 3 : 0.5;
    double const attacked = condition.attack == Attack::intercept_resend ? share / 2
                            : condition.attack == Attack::blinding       ? share * pass / (1 - share + share * pass)
                                                                         : 0;
    if (out.total() > 0) out.known_to_eve = attacked * out.true_found / out.total();
    QKDES_ENSURES(out.true_found >= 0 && out.accidentals >= 0);
    return out;
}

} // namespace qkdes
