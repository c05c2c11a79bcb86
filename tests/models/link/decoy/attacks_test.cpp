// Each attack: what it does to gains and errors, in closed form; what Eve learns; and whether the chain of a finite
// block sees it, as the literature says. Exact sums, so nothing here can alarm falsely but the whole blocks, whose
// margins are tens of standard deviations. Mutations that turn it red: n photons forwarded instead of n - 1, singles
// passed at a full share, one detector weakened for both shifts, the monitor ignored.
#include "models/link/decoy/attack_on_pulse.hpp"

#include "models/link/binary_entropy.hpp"
#include "models/link/decoy/decoy_bb84_block.hpp"
#include "models/link/decoy/detection_statistics.hpp"
#include "models/link/decoy/finite_key.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace qkdes {
namespace {

DecoyBb84Parameters link(double km = 50) {
    DecoyBb84Parameters p;
    p.fibre.length = Kilometres{km};
    p.source.intensities = {0.5, 0.1, 0.001};
    p.source.probabilities = {0.6, 0.3, 0.1};
    p.receiver.dead_time = SimDuration{0};
    return p;
}

/// One decoy, and blocks that give key.
DecoyBb84Parameters distilling(double km) {
    DecoyBb84Parameters p;
    p.fibre.length = Kilometres{km};
    p.receiver.dead_time = SimDuration{0};
    return p;
}

ConditionStep under(Attack attack, double share = 1) { return {.attack = attack, .attacked = share}; }

/// Clicks per pulse sent at intensity k, and the share of errors among them, in Z.
struct Seen {
    double gain, qber;
};
Seen seen(DecoyBb84Parameters const& p, ConditionStep const& condition, unsigned k) {
    auto const rates = detection_statistics(p, condition);
    auto const& z = rates.chances.z[k];
    double const sent = p.source.probabilities[k] * p.source.basis_bias * p.receiver.basis_bias;
    return {rates.kept * (z[0] + z[1]) / sent, z[1] / (z[0] + z[1])};
}

LinkBlock block(DecoyBb84Parameters const& p, ConditionStep const& condition, Fidelity fidelity,
                std::uint64_t index = 0) {
    ConditionStep const conditions[] = {condition};
    return simulate_decoy_bb84_block(p, conditions, SimDuration{std::chrono::hours{10}}, fidelity, 7, "link", index);
}

TEST(Attacks, WaysAddUpToOne) {
    for (bool passive : {false, true})
        for (Attack attack : {Attack::none, Attack::intercept_resend, Attack::photon_number_splitting, Attack::blinding,
                              Attack::time_shift})
            for (double share : {0.0, 0.4, 1.0}) {
                auto p = link();
                if (passive) p.receiver.basis_choice = BasisChoice::passive;
                p.receiver.efficiency_mismatch = 0.5;
                for (unsigned k : {0u, 1u, 2u}) {
                    double sum = 0;
                    for (auto const& way : arrivals(p, under(attack, share), k, false, true))
                        sum += way.weight;
                    EXPECT_NEAR(sum, 1, 1e-14);
                }
            }
}

// Full splitting at 200 km: only pulses of several photons arrive, and the signal's gain and error rate look as ever.
// A decoy of mean nu has nu^2/mu^2 of the signal's pairs instead of nu/mu of its light: it falls short four-fold here.
// Clicks per pulse, with Bob's transmittance b: sum_{n>=2} P(n) [1 - (1-b)^(n-1)], in closed form below.
TEST(Attacks, SplittingKeepsTheSignalButNotTheDecoys) {
    auto const p = link(200);
    auto const calm = seen(p, {}, 0), split = seen(p, under(Attack::photon_number_splitting), 0);
    EXPECT_NEAR(split.gain, calm.gain, 1e-3 * calm.gain);
    EXPECT_NEAR(split.qber, calm.qber, 1e-3);
    double const dark = 2e-7;
    double const decoy_calm = seen(p, {}, 1).gain - dark,
                 decoy_split = seen(p, under(Attack::photon_number_splitting), 1).gain - dark;
    double const b = 0.2 * std::pow(10.0, -0.2);
    auto const pairs = [b](double nu) {
        return 1 - std::exp(-nu) - std::exp(-nu) * (std::exp(nu * (1 - b)) - 1) / (1 - b);
    };
    EXPECT_NEAR(decoy_split / decoy_calm, pairs(0.1) / pairs(0.5) * 5, 0.002);
    EXPECT_LT(decoy_split / decoy_calm, 0.25);
}

// Nearer, there are not enough multi-photon pulses: some single ones pass, and the gain is still kept.
TEST(Attacks, SplittingLetsSinglesPassWhereTheGainNeedsThem) {
    auto const p = link(10);
    auto const calm = seen(p, {}, 0), split = seen(p, under(Attack::photon_number_splitting), 0);
    EXPECT_NEAR(split.gain, calm.gain, 1e-3 * calm.gain);
    auto const rates = detection_statistics(p, under(Attack::photon_number_splitting));
    double const known = rates.chances.touched_z / rates.chances.total_z();
    EXPECT_GT(known, 0.2);
    EXPECT_LT(known, 0.9);
    // Where even every photon over a perfect line is less than Bob expects there is nothing to hide.
    auto close = link(0);
    EXPECT_LT(seen(close, under(Attack::photon_number_splitting), 0).gain, seen(close, {}, 0).gain);
}

// Two photons, one kept: the other reaches one detector at most. Closed form for a receiver without darks.
TEST(Attacks, ForwardedPhotonsAreCountedOneByOne) {
    auto p = link(120);
    p.receiver.dark_counts = Hertz{0};
    p.source.intensities = {1e-3, 1e-5, 1e-6}; // pairs, hardly any triples
    auto const cells = PulseDistribution{p, under(Attack::photon_number_splitting)}.outcomes(3);
    double single = 0, both = 0;
    for (unsigned i = 0; i < PulseOutcome::kStates; ++i)
        (PulseOutcome{i}.clicks() == 3 ? both : single) += PulseOutcome{i}.clicks() != 0 ? cells[i] : 0;
    EXPECT_LT(both, 1e-3 * single);
}

TEST(Attacks, FiniteKeySeesSplitting) {
    for (Fidelity fidelity : {Fidelity::photon, Fidelity::block}) {
        auto const p = distilling(100);
        auto const calm = block(p, {}, fidelity), split = block(p, under(Attack::photon_number_splitting), fidelity);
        EXPECT_EQ(calm.outcome, BlockOutcome::key);
        EXPECT_EQ(calm.yield.known_to_eve, 0.0);
        EXPECT_EQ(split.outcome, BlockOutcome::no_key);
        EXPECT_EQ(split.yield.secret, 0u);
        EXPECT_NEAR(split.yield.qber_z, calm.yield.qber_z, 0.003);
        EXPECT_LT(split.yield.single_photon, 0.05 * calm.yield.single_photon);
    }
}

TEST(Attacks, BlindingGivesTheWholeKeyAwayUnseen) {
    for (bool passive : {false, true}) {
        auto p = distilling(50);
        if (passive) p.receiver.basis_choice = BasisChoice::passive;
        for (unsigned k : {0u, 1u}) {
            auto const calm = seen(p, {}, k), blind = seen(p, under(Attack::blinding), k);
            EXPECT_NEAR(blind.gain, calm.gain, 0.01 * calm.gain);
            EXPECT_NEAR(blind.qber, calm.qber, 1e-3);
        }
        for (Fidelity fidelity : {Fidelity::photon, Fidelity::block}) {
            p.receiver.blinding_monitor = false;
            auto const calm = block(p, {}, fidelity), blind = block(p, under(Attack::blinding), fidelity);
            EXPECT_EQ(blind.outcome, BlockOutcome::key);
            EXPECT_NEAR(static_cast<double>(blind.yield.secret), static_cast<double>(calm.yield.secret),
                        0.2 * static_cast<double>(calm.yield.secret));
            EXPECT_EQ(blind.yield.known_to_eve, static_cast<double>(blind.yield.secret));
            p.receiver.blinding_monitor = true;
            auto const caught = block(p, under(Attack::blinding, 0.01), fidelity);
            EXPECT_EQ(caught.outcome, BlockOutcome::aborted);
            EXPECT_EQ(caught.yield.secret, 0u);
            EXPECT_GT(caught.yield.sifted.total_z(), 0u);
            EXPECT_EQ(block(p, {}, fidelity).outcome, BlockOutcome::key); // the monitor itself costs nothing
        }
    }
}

TEST(Attacks, MonitorSeesOnlyWhatFallsIntoTheBlock) {
    auto p = link();
    p.receiver.blinding_monitor = true;
    ConditionStep const late[] = {{}, {.from = SimDuration{1'000}, .attack = Attack::blinding, .attacked = 1}};
    EXPECT_FALSE(blinding_seen(p, late, 1'000));
    EXPECT_TRUE(blinding_seen(p, late, 1'001));
}

TEST(Attacks, TimeShiftIsUnseenAndTellsWhatTheMismatchTells) {
    for (double mismatch : {0.0, 0.5, 1.0}) {
        auto p = distilling(50);
        p.receiver.efficiency_mismatch = mismatch;
        auto const calm = seen(p, {}, 0), shifted = seen(p, under(Attack::time_shift), 0);
        EXPECT_NEAR(shifted.gain, calm.gain, 0.01 * calm.gain);
        EXPECT_NEAR(shifted.qber, calm.qber, 2e-4);
        double const told = eve_information(p, under(Attack::time_shift));
        EXPECT_NEAR(told, 1 - binary_entropy(1 / (2 - mismatch)), 1e-12);
        for (Fidelity fidelity : {Fidelity::photon, Fidelity::block}) {
            auto const made = block(p, under(Attack::time_shift), fidelity);
            EXPECT_EQ(made.outcome, BlockOutcome::key);
            // The key leaves a margin for the phase error it could not exclude; what Eve learns beyond it is hers.
            if (mismatch == 0) {
                EXPECT_EQ(made.yield.known_to_eve, 0.0);
            }
            if (mismatch == 1) {
                EXPECT_EQ(made.yield.known_to_eve, static_cast<double>(made.yield.secret));
            }
        }
    }
}

// The joint distribution that makes the information: an early click is a 0 with chance 1/(2 - m).
TEST(Attacks, ShiftedClicksAreBiased) {
    auto p = link(150);
    p.receiver.dark_counts = Hertz{0};
    p.receiver.misalignment = 0;
    p.receiver.efficiency_mismatch = 0.4;
    auto const ways = arrivals(p, under(Attack::time_shift), 0, false, false);
    ASSERT_EQ(ways.size(), 2u);
    double const strong = ways[1].efficiency[0], weak = ways[1].efficiency[1]; // early: detector 1 is the weak one
    EXPECT_NEAR(strong / (strong + weak), 1 / (2 - 0.4), 1e-14);
    EXPECT_EQ(ways[0].efficiency[0], weak); // late: the other way round
    EXPECT_NEAR(ways[0].weight, 0.5, 1e-15);
}

TEST(Attacks, InterceptingEverythingAborts) {
    for (Fidelity fidelity : {Fidelity::photon, Fidelity::block})
        EXPECT_EQ(block(distilling(50), under(Attack::intercept_resend), fidelity).outcome, BlockOutcome::aborted);
    // A small share is paid for by the phase error: Eve has half of it, and the amplification takes that away.
    auto const some = block(distilling(50), under(Attack::intercept_resend, 0.02), Fidelity::block);
    EXPECT_EQ(some.outcome, BlockOutcome::key);
    EXPECT_EQ(some.yield.known_to_eve, 0.0);
}

// Drift adds to the misalignment; stray light clicks at random and is told by the gate, not by the pulse.
TEST(Conditions, DriftAndStrayLightActAsTheirFormulas) {
    auto p = link(100);
    p.receiver.dark_counts = Hertz{0};
    EXPECT_NEAR(seen(p, {.extra_error = 0.03}, 0).qber, 0.04, 1e-4);
    EXPECT_NEAR(seen(p, {.extra_error = 0.5}, 0).qber, 0.5, 1e-12); // never beyond
    double const stray = 1e5, photons = stray * 1e-9 * 0.2 * std::pow(10.0, -0.2);
    EXPECT_NEAR(stray_photons(p, {.stray_light = Hertz{stray}}), photons, 1e-12 * photons);
    auto const light = seen(p, {}, 0), lit = seen(p, {.stray_light = Hertz{stray}}, 0);
    EXPECT_NEAR(lit.gain - light.gain, photons, 0.01 * photons);
    EXPECT_NEAR(lit.qber * lit.gain - light.qber * light.gain, photons / 2, 0.01 * photons);
    auto always = p;
    always.fibre.stray_light = Hertz{stray};
    EXPECT_DOUBLE_EQ(seen(always, {}, 0).gain, lit.gain); // the same whether scripted or always there
}

} // namespace
} // namespace qkdes
