// The jumping sampler against a plain loop that visits every pulse, and against the limits of dead time and
// afterpulsing. Bands are exact tails (binomial_band) or 6.1 standard errors: false alarms below 1e-7 for the file.
// Mutations that turn it red: gap + 1, dead time off by one gate, carriers that survive in a dead detector, a redraw
// left out at a recovery.
#include "models/link/decoy/photon_sampler.hpp"

#include "models/link/decoy/detection_statistics.hpp"
#include "models/link/log_batch.hpp"
#include "tests/support/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace qkdes {
namespace {

/// Bob's detectors, one pulse at a time, by the definitions at the head of photon_sampler.hpp; the reference.
std::vector<Detection> plain_loop(DecoyBb84Parameters const& p, std::uint64_t pulses, RngStream rng) {
    PulseDistribution const pulse{p, {}};
    unsigned const all = pulse.all_detectors();
    auto const cells = pulse.outcomes(all);
    std::vector<double> cumulative;
    double sum = 0;
    for (double c : cells)
        cumulative.push_back(sum += c);
    std::uint64_t const dead = dead_gates(p);
    double const tau = static_cast<double>(p.receiver.afterpulse_decay.count()) * 1e-9 * p.source.clock.value;
    std::array<std::uint64_t, 4> live_from{};
    std::multimap<std::uint64_t, unsigned> carriers;
    std::vector<Detection> out;
    for (std::uint64_t i = 0; i < pulses; ++i) {
        unsigned live = 0, clicks = 0;
        for (unsigned d = 0; d < pulse.detectors(); ++d)
            if (live_from[d] <= i) live |= 1u << d;
        double const u = rng.uniform();
        auto const cell = std::upper_bound(cumulative.begin(), cumulative.end() - 1, u) - cumulative.begin();
        PulseOutcome outcome{static_cast<unsigned>(cell)};
        clicks = outcome.clicks();
        bool afterpulse = false;
        for (; !carriers.empty() && carriers.begin()->first <= i; carriers.erase(carriers.begin())) {
            clicks |= 1u << carriers.begin()->second;
            afterpulse |= live >> carriers.begin()->second & 1;
        }
        clicks &= live;
        if (clicks == 0) continue;
        outcome = PulseOutcome{(outcome.packed & ~15u) | clicks};
        auto nth = rng.below(static_cast<unsigned>(std::popcount(clicks)));
        unsigned left = clicks;
        for (; nth > 0; --nth)
            left &= left - 1;
        auto const detector = static_cast<std::uint8_t>(std::countr_zero(left));
        bool const passive = pulse.detectors() == 4;
        out.push_back({i, outcome, detector, live == all, afterpulse,
                       static_cast<std::uint8_t>(passive ? detector >> 1 : unsigned{outcome.modulator_x()})});
        for (unsigned d = 0; d < 4; ++d) {
            if (clicks >> d & 1 || p.receiver.dead_time_mode == DeadTimeMode::all) live_from[d] = i + 1 + dead;
            if (clicks >> d & 1 && rng.bernoulli(p.receiver.afterpulse_probability))
                carriers.emplace(i + 1 + static_cast<std::uint64_t>(-std::log(rng.uniform()) * tau), d);
        }
    }
    return out;
}

std::vector<Detection> jump(DecoyBb84Parameters const& p, std::uint64_t pulses, RngStream rng) {
    ConditionStep const steady[1];
    PhotonSampler sampler{p, steady, pulses, rng};
    std::vector<Detection> all, batch(777);
    for (;;) {
        std::size_t const got = sampler.sample(batch);
        all.insert(all.end(), batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(got));
        if (got < batch.size()) return all;
    }
}

DecoyBb84Parameters bright(unsigned variant) {
    DecoyBb84Parameters p;
    p.source.intensities = {0.8, 0.2};
    p.source.basis_bias = p.receiver.basis_bias = 0.6;
    p.fibre.length = Kilometres{2};
    p.receiver.dark_counts = Hertz{2e6};
    p.receiver.misalignment = 0.05;
    p.receiver.dead_time = SimDuration{variant % 3 == 0 ? 0 : 7};
    p.receiver.dead_time_mode = variant % 3 == 2 ? DeadTimeMode::each : DeadTimeMode::all;
    p.receiver.afterpulse_probability = variant / 3 % 2 == 1 ? 0.1 : 0.0;
    p.receiver.afterpulse_decay = SimDuration{12};
    p.receiver.basis_choice = variant / 6 == 1 ? BasisChoice::passive : BasisChoice::active;
    return p;
}

/// What is compared: how often each kind of event occurs (per detection), and how gaps are distributed.
std::map<std::string, std::uint64_t> kinds(std::vector<Detection> const& detections) {
    std::map<std::string, std::uint64_t> count;
    std::uint64_t before = 0;
    for (auto const& d : detections) {
        ++count["pattern " + std::to_string(d.outcome.clicks())];
        ++count["detector " + std::to_string(d.detector) + (d.usable ? " usable" : " spoilt")];
        ++count["intensity " + std::to_string(d.outcome.intensity())];
        if (d.afterpulse) ++count["afterpulse" + std::to_string(d.detector)];
        if (d.bob_x == d.outcome.alice_x())
            ++count[std::string{d.bob_x ? "x" : "z"} + (d.bob_bit() == d.outcome.alice_bit() ? " right" : " wrong")];
        ++count["gap " + std::to_string(std::min<std::uint64_t>(20, (d.pulse - before)))];
        before = d.pulse;
    }
    return count;
}

// Two-sample comparison; events of one kind are nearly independent, so a binomial standard error serves, widened by a
// fifth for what memory there is. With 4e6 pulses, 4e5 detections: a kind of 10 % wrong by 2 % is caught.
double worst_difference(std::vector<Detection> const& a, std::vector<Detection> const& b, std::string& what) {
    auto const ka = kinds(a), kb = kinds(b);
    auto const na = static_cast<double>(a.size()), nb = static_cast<double>(b.size());
    double worst = 0;
    auto all = ka;
    all.insert(kb.begin(), kb.end());
    for (auto const& [kind, unused] : all) {
        auto const count = [&kind = kind](auto const& k) {
            return k.contains(kind) ? static_cast<double>(k.at(kind)) : 0;
        };
        double const pa = count(ka) / na, pb = count(kb) / nb, mean = (count(ka) + count(kb)) / (na + nb);
        double const error = 1.2 * std::sqrt((mean * (1 - mean) + 10 / na) * (1 / na + 1 / nb));
        if (std::abs(pa - pb) / error > worst) {
            worst = std::abs(pa - pb) / error;
            what = kind + ": " + std::to_string(pa) + " vs " + std::to_string(pb);
        }
    }
    double const rate = 1.2 * std::sqrt(na + nb); // dead time makes counts steadier than Poisson, afterpulses less so
    if (std::abs(na - nb) / rate > worst) {
        worst = std::abs(na - nb) / rate;
        what = "detections: " + std::to_string(na) + " vs " + std::to_string(nb);
    }
    return worst;
}

void expect_agreement(std::uint64_t pulses) {
    for (unsigned variant = 0; variant < 12; ++variant) {
        auto const p = bright(variant);
        auto const loop = plain_loop(p, pulses, RngStream{1, "loop", variant});
        auto const jumped = jump(p, pulses, RngStream{1, "jump", variant});
        std::string what;
        EXPECT_LT(worst_difference(loop, jumped, what), 6.1) << "variant " << variant << ", " << what;
    }
}

TEST(PhotonSampler, AgreesWithOneDrawPerPulse) { expect_agreement(400'000); }
TEST(PhotonSampler, AgreesWithOneDrawPerPulseLong) { expect_agreement(20'000'000); }

TEST(PhotonSampler, TheComparisonCanFail) {
    auto const p = bright(4);
    auto off = p;
    off.receiver.dead_time = SimDuration{8};
    std::string what;
    EXPECT_GT(worst_difference(plain_loop(p, 400'000, RngStream{1, "loop", 4}),
                               jump(off, 400'000, RngStream{1, "jump", 4}), what),
              6.1);
}

/// What the sampler jumps: pulses before the next click, for one draw.
double gap(std::uint64_t draw, double factor) {
    std::array<std::uint64_t, 4> const draws{draw, 0, 0, 0};
    std::array<double, 4> logs;
    log_uniform(draws, logs);
    return std::floor(logs[0] * factor);
}

// P(gap >= g) must be (1 - q)^g. On the lattice of 2^52 draws, the draws with gap >= g are those below a threshold;
// found by bisection, its relative error is below 1e-9 as far out as the lattice resolves (15 mean gaps: 3e-7).
TEST(PhotonSampler, GapIsGeometricFarOut) {
    for (double q : {0.3, 1e-2, 1e-4, 1e-7, 1e-10}) {
        double const factor = 1 / std::log1p(-q);
        for (double means : {0.001, 0.1, 1.0, 5.0, 15.0}) {
            double const g = std::max(1.0, std::floor(means / q));
            std::uint64_t below = 0, above = std::uint64_t{1} << 52; // gap(below) >= g, gap(above) < g
            while (above - below > 1) {
                std::uint64_t const middle = below + (above - below) / 2;
                (gap(middle << 12, factor) >= g ? below : above) = middle;
            }
            double const chance = static_cast<double>(above) * 0x1p-52, exact = std::exp(g * std::log1p(-q));
            EXPECT_NEAR(chance / exact, 1, 1e-9 + 0x1p-52 / exact) << q << " " << g;
        }
    }
}

TEST(PhotonSampler, WideLogarithmsAreTheScalarOnesBitForBit) {
    RngStream rng{1, "logs"};
    std::vector<std::uint64_t> draws(100'000);
    rng.fill(std::span<std::uint64_t>{draws});
    for (std::uint64_t edge : {std::uint64_t{0}, ~std::uint64_t{0}, std::uint64_t{1} << 63, std::uint64_t{4095}})
        draws.push_back(edge);
    std::vector<double> wide(draws.size()), scalar(draws.size());
    log_uniform(draws, wide);
    log_uniform_scalar(draws, scalar);
    for (std::size_t i = 0; i < draws.size(); ++i) {
        ASSERT_EQ(wide[i], scalar[i]) << draws[i];
        ASSERT_NEAR(wide[i] / std::log(open_uniform(draws[i])), 1, 5e-16);
    }
}

// Counts per pulse in their limits: R / (1 + R N), and Y0_eff = 2 p_dark + p_ap Q_tot to first order.
TEST(PhotonSampler, LimitsOfDeadTimeAndAfterpulsing) {
    DecoyBb84Parameters p;
    p.fibre.length = Kilometres{10};
    p.receiver.dark_counts = Hertz{0};
    p.receiver.misalignment = 0;
    std::uint64_t const pulses = 100'000'000;
    PulseDistribution const pulse{p, {}};
    double const q = pulse.click_probability(3);

    p.receiver.dead_time = SimDuration{2'000};
    double const expected = q / (1 + q * 2'000);
    auto const blanked = jump(p, pulses, RngStream{1, "limit"});
    EXPECT_TRUE(test::binomial_band(pulses, expected).contains(static_cast<double>(blanked.size()) / 1e8));
    EXPECT_FALSE(test::binomial_band(pulses, q / (1 + q * 2'100)).contains(static_cast<double>(blanked.size()) / 1e8));

    p.fibre.length = Kilometres{80};
    p.receiver.dead_time = SimDuration{0};
    p.receiver.afterpulse_probability = 0.02;
    auto const trapped = jump(p, 10 * pulses, RngStream{2, "limit"});
    std::uint64_t sifted = 0, wrong = 0;
    for (auto const& d : trapped)
        if (d.bob_x == d.outcome.alice_x()) {
            ++sifted;
            wrong += d.bob_bit() != d.outcome.alice_bit();
        }
    // A light click leads to p + p^2 + ... releases; each errs half the time, and light itself never does.
    EXPECT_TRUE(
        test::binomial_band(sifted, 0.02 / 2).contains(static_cast<double>(wrong) / static_cast<double>(sifted)));
    EXPECT_FALSE(
        test::binomial_band(sifted, 0.022 / 2).contains(static_cast<double>(wrong) / static_cast<double>(sifted)));
}

// With `each`, events in another detector's dead time are marked: without dropping them, bits would alternate.
TEST(PhotonSampler, SpoiltEventsAreAntiCorrelatedAndMarked) {
    auto p = bright(2);
    p.receiver.dead_time = SimDuration{50};
    std::uint64_t usable_pairs = 0, usable_equal = 0, spoilt_pairs = 0, spoilt_equal = 0;
    auto const all = jump(p, 2'000'000, RngStream{3, "pairs"});
    for (std::size_t i = 1; i < all.size(); ++i) {
        bool const equal = all[i].detector == all[i - 1].detector;
        (all[i].usable ? usable_pairs : spoilt_pairs) += 1;
        (all[i].usable ? usable_equal : spoilt_equal) += equal;
    }
    EXPECT_TRUE(test::binomial_band(usable_pairs, 0.5)
                    .contains(static_cast<double>(usable_equal) / static_cast<double>(usable_pairs)));
    EXPECT_LT(static_cast<double>(spoilt_equal), 0.4 * static_cast<double>(spoilt_pairs));
}

TEST(PhotonSampler, StepsStartOnTheirPulse) {
    DecoyBb84Parameters p = bright(0);
    p.receiver.dark_counts = Hertz{0};
    ConditionStep const steps[3] = {
        {}, {.from = SimDuration{1'000}, .extra_loss = Decibels{400}}, {.from = SimDuration{2'000}}};
    PhotonSampler sampler{p, steps, 3'000, RngStream{1, "steps"}};
    std::vector<Detection> all(4'000);
    all.resize(sampler.sample(all));
    std::size_t first = 0, second = 0, third = 0;
    for (auto const& d : all)
        ++(d.pulse < 1'000 ? first : d.pulse < 2'000 ? second : third);
    EXPECT_GT(first, 10u);
    EXPECT_EQ(second, 0u);
    EXPECT_GT(third, 10u);
}

TEST(PhotonSampler, NoLightNoDarkNoDetections) {
    DecoyBb84Parameters p = bright(0);
    p.receiver.dark_counts = Hertz{0};
    ConditionStep const steps[1] = {{.extra_loss = Decibels{4'000}}};
    PhotonSampler sampler{p, steps, std::uint64_t{1} << 61, RngStream{1, "dark"}};
    std::vector<Detection> all(4);
    EXPECT_EQ(sampler.sample(all), 0u);
}

} // namespace
} // namespace qkdes
