// The joint distribution of a pulse against closed forms. Mutations that turn it red: 1/2 for 1/4 in the eavesdropper's
// weights, e_d on the wrong detector, the splitter's ratio left out.
#include "models/link/decoy/pulse_distribution.hpp"

#include "models/link/alias_table.hpp"
#include "models/link/decoy/detection_statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace qkdes {
namespace {

DecoyBb84Parameters parameters(bool passive) {
    DecoyBb84Parameters p;
    p.source.intensities = {0.5, 0.1, 0.001};
    p.source.probabilities = {0.6, 0.3, 0.1};
    p.receiver.basis_choice = passive ? BasisChoice::passive : BasisChoice::active;
    p.receiver.misalignment = 0.03;
    p.receiver.dark_counts = Hertz{1e5};
    p.receiver.dead_time = SimDuration{0};
    return p;
}

TEST(PulseDistribution, SumsToOneAndClicksAsMa2005) {
    for (bool passive : {false, true})
        for (double intercepted : {0.0, 0.3}) {
            auto const p = parameters(passive);
            PulseDistribution const pulse{
                p, {.attack = Attack::intercept_resend, .attacked = intercepted, .extra_loss = Decibels{1}}};
            double const eta = 0.2 * std::pow(10.0, -(20 * 0.2 + 2 + 1) / 10.0);
            double const dark = 1 - std::exp(-1e5 * 1e-9);
            EXPECT_NEAR(pulse.transmittance(), eta, 1e-15);
            for (unsigned live = 0; live <= pulse.all_detectors(); ++live) {
                auto const cells = pulse.outcomes(live);
                EXPECT_NEAR(std::accumulate(cells.begin(), cells.end(), 0.0), 1, 1e-13);
            }
            // However light is split, all silent means: no dark count and no photon seen.
            double q = 0;
            for (std::size_t k = 0; k < 3; ++k)
                q += p.source.probabilities[k] *
                     (1 - std::pow(1 - dark, pulse.detectors()) * std::exp(-eta * p.source.intensities[k]));
            EXPECT_NEAR(pulse.click_probability(pulse.all_detectors()), q, 1e-14);
        }
}

TEST(PulseDistribution, RareClicksKeepTheirDigits) {
    auto p = parameters(false);
    p.fibre.length = Kilometres{600}; // eta = 1e-13
    p.receiver.dark_counts = Hertz{0};
    PulseDistribution const pulse{p, {}};
    double const mean = 0.6 * 0.5 + 0.3 * 0.1 + 0.1 * 0.001;
    EXPECT_NEAR(pulse.click_probability(3) / (mean * pulse.transmittance()), 1, 1e-12);
}

// Errors: e_d without an eavesdropper; a resent pulse errs with 1/4 + e_d/2, so f of them add f (1/4 - e_d/2).
TEST(PulseDistribution, InterceptResendMakesAQuarterOfErrors) {
    for (bool passive : {false, true})
        for (double f : {0.0, 0.1, 1.0}) {
            auto p = parameters(passive);
            p.receiver.dark_counts = Hertz{0};
            p.fibre.length = Kilometres{150}; // hardly any double clicks
            auto const chances =
                detection_statistics(p, {.attack = Attack::intercept_resend, .attacked = f, .extra_loss = Decibels{0}})
                    .chances;
            double wrong = 0;
            for (auto const& k : chances.z)
                wrong += k[1];
            EXPECT_NEAR(wrong / chances.total_z(), 0.03 + f * (0.25 - 0.03 / 2), 1e-6) << passive << " " << f;
        }
}

TEST(PulseDistribution, InterceptedPulsesAreMarked) {
    PulseDistribution const pulse{parameters(false),
                                  {.attack = Attack::intercept_resend, .attacked = 0.3, .extra_loss = Decibels{0}}};
    auto const cells = pulse.outcomes(3);
    double marked = 0;
    for (unsigned i = 0; i < PulseOutcome::kStates; ++i)
        marked += PulseOutcome{i}.intercepted() ? cells[i] : 0;
    EXPECT_NEAR(marked, 0.3, 1e-14);
}

// Three states: the interferometer has one detector, at its dark port, and sees half of what enters it. Light that was
// sent as a bin clicks there with a quarter of the arm's light, |+> with the misaligned share of a half.
TEST(PulseDistribution, DarkPortOfThreeStates) {
    auto p = parameters(true);
    p.source.encoding = Encoding::time_bin_three_state;
    p.source.basis_bias = 0.7;
    p.receiver.basis_bias = 0.8;
    p.receiver.dark_counts = Hertz{0};
    p.fibre.length = Kilometres{150};
    PulseDistribution const pulse{p, {}};
    auto const cells = pulse.outcomes(15);
    double bins = 0, plus = 0, right = 0, wrong = 0, plus_in_z = 0, all = 0;
    for (unsigned i = 0; i < PulseOutcome::kStates; ++i) {
        PulseOutcome const o{i};
        all += cells[i];
        EXPECT_FALSE(o.clicks() & 4u && cells[i] > 0);              // there is no bright port
        EXPECT_FALSE(o.alice_x() && o.alice_bit() && cells[i] > 0); // and no |->
        if (o.clicks() & 8u) (o.alice_x() ? plus : bins) += cells[i];
        if (o.clicks() & 3u && o.alice_x()) plus_in_z += cells[i];
        if (o.clicks() & 3u && !o.alice_x()) ((o.clicks() >> o.alice_bit() & 1u) ? right : wrong) += cells[i];
    }
    double const light = (0.6 * 0.5 + 0.3 * 0.1 + 0.1 * 0.001) * pulse.transmittance();
    EXPECT_NEAR(all, 1, 1e-13);
    EXPECT_NEAR(bins, 0.7 * light * 0.2 / 4, 1e-4 * bins);
    EXPECT_NEAR(plus, 0.3 * light * 0.2 / 2 * 0.03, 1e-4 * plus);
    EXPECT_NEAR(right, 0.7 * light * 0.8 * 0.97, 1e-4 * right);
    EXPECT_NEAR(wrong, 0.7 * light * 0.8 * 0.03, 1e-4 * wrong);
    EXPECT_NEAR(plus_in_z, 0.3 * light * 0.8, 1e-4 * plus_in_z);
    // Intercepting everything shows at the dark port as a quarter of errors, as it does in Z.
    auto const chances = detection_statistics(p, {.attack = Attack::intercept_resend, .attacked = 1}).chances;
    double errors = 0, reference = 0;
    for (auto const& k : chances.x)
        errors += k[1], reference += k[0];
    EXPECT_NEAR(errors / (2 * reference * 0.3 / 0.7), 0.25 + 0.03 / 2, 1e-4);
}

TEST(AliasTable, ColumnsAddUpToTheWeights) {
    for (double intercepted : {0.0, 0.2}) {
        PulseDistribution const pulse{
            parameters(true), {.attack = Attack::intercept_resend, .attacked = intercepted, .extra_loss = Decibels{0}}};
        auto const cells = pulse.outcomes(15);
        std::vector<std::pair<std::uint16_t, double>> outcomes;
        for (unsigned i = 0; i < PulseOutcome::kStates; ++i)
            if (cells[i] > 0) outcomes.emplace_back(static_cast<std::uint16_t>(i), cells[i]);
        auto const got = AliasTable{outcomes}.probabilities();
        for (unsigned i = 0; i < PulseOutcome::kStates; ++i)
            EXPECT_NEAR(got[i], cells[i], 1e-15 + 1e-13 * cells[i]) << i;
    }
}

TEST(AliasTable, ASingleOutcomeIsAlwaysPicked) {
    std::vector<std::pair<std::uint16_t, double>> const one{{7, 0.25}};
    AliasTable const table{one};
    for (std::uint64_t draw : {std::uint64_t{0}, ~std::uint64_t{0}, std::uint64_t{1} << 63, std::uint64_t{1} << 62})
        EXPECT_EQ(table.pick(draw), 7);
}

} // namespace
} // namespace qkdes
