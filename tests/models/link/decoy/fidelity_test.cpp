// Holds the two fidelities together: the photon level samples every detection, the block level draws counts. For each
// parameter set both make many blocks, and every statistic must agree in mean and in spread.
//
// False alarms: each comparison of means or of spreads is a normal test at 6.1 standard errors (1e-9 each; about 900 of
// them in this file, so 9e-7 for all). Power of the quick tests, by their number of blocks: a mean wrong by .6 of a
// block's standard deviation, a standard deviation wrong by a factor of 1.5. The Long ones see .2 and 1.12.
// The negative twins show that the tests can fail: a block level without dead time, without afterpulses, with another
// misalignment is caught.
#include "models/link/decoy/block_gathering.hpp"
#include "models/link/decoy/photon_level.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

namespace qkdes {
namespace {

struct Moments {
    double n = 0, mean = 0, squares = 0;
    void add(double x) {
        n += 1;
        double const step = x - mean;
        mean += step / n;
        squares += step * (x - mean);
    }
    double variance() const { return squares / (n - 1); }
};

std::vector<std::string> const kNames{"pulses", "mismatch", "dropped", "n_z0", "n_z1", "n_z2", "m_z0", "m_z1",
                                      "m_z2",   "n_x0",     "n_x1",    "n_x2", "m_x",  "z",    "known"};

std::vector<double> numbers(std::uint64_t pulses, std::uint64_t mismatch, std::uint64_t dropped, SiftedCounts const& c,
                            double known) {
    std::vector<double> all;
    for (std::uint64_t x : {pulses, mismatch, dropped, c.n_z[0], c.n_z[1], c.n_z[2], c.m_z[0], c.m_z[1], c.m_z[2],
                            c.n_x[0], c.n_x[1], c.n_x[2], c.errors_x(), c.total_z()})
        all.push_back(static_cast<double>(x));
    all.push_back(known);
    return all;
}

struct Case {
    std::string name;
    DecoyBb84Parameters parameters;
    std::vector<ConditionStep> conditions{ConditionStep{}};
    std::uint64_t end = std::uint64_t{1} << 60;
};

std::vector<Moments> photon_moments(Case const& c, std::uint64_t blocks, std::uint64_t seed) {
    std::vector<Moments> moments(kNames.size());
    for (std::uint64_t i = 0; i < blocks; ++i) {
        auto made = gather_photons(c.parameters, c.conditions, c.end, RngStream{seed, "photon", i});
        auto& s = made.sifting;
        SiftedCounts counts;
        Bits const zl = s.z.low.take(), zh = s.z.high.take(), xl = s.x.low.take(), xh = s.x.high.take();
        Bits ze = s.alice.z.take(), xe = s.alice.x.take();
        ze ^= s.bob.z.take();
        xe ^= s.bob.x.take();
        counts.n_z = count_intensities(zl, zh);
        counts.n_x = count_intensities(xl, xh);
        counts.m_z = count_by_intensity(ze, zl, zh);
        counts.m_x = count_by_intensity(xe, xl, xh);
        auto const all = numbers(made.pulses, s.basis_mismatch, s.dropped, counts, made.known);
        for (std::size_t k = 0; k < all.size(); ++k)
            moments[k].add(all[k]);
    }
    return moments;
}

std::vector<Moments> block_moments(Case const& c, std::uint64_t blocks, std::uint64_t seed) {
    std::vector<Moments> moments(kNames.size());
    for (std::uint64_t i = 0; i < blocks; ++i) {
        RngStream rng{seed, "block", i};
        auto const made = draw_gathering(c.parameters, c.conditions, c.end, rng);
        auto const all = numbers(made.pulses, made.basis_mismatch, made.dropped, made.sifted(), made.known);
        for (std::size_t k = 0; k < all.size(); ++k)
            moments[k].add(all[k]);
    }
    return moments;
}

/// Largest deviation in standard errors over all statistics, and which it was.
struct Verdict {
    double worst = 0;
    std::string what;
};

Verdict compare(std::vector<Moments> const& a, std::vector<Moments> const& b, bool spreads_of_dropped = false) {
    Verdict verdict;
    auto const note = [&](double sigmas, std::string const& what) {
        if (std::abs(sigmas) > verdict.worst) verdict = {std::abs(sigmas), what + " " + std::to_string(sigmas)};
    };
    for (std::size_t k = 0; k < a.size(); ++k) {
        double const variance = a[k].variance() / a[k].n + b[k].variance() / b[k].n;
        if (variance == 0) {
            if (a[k].mean != b[k].mean) note(1e9, kNames[k]);
            continue;
        }
        note((a[k].mean - b[k].mean) / std::sqrt(variance),
             "mean of " + kNames[k] + " " + std::to_string(a[k].mean) + " vs " + std::to_string(b[k].mean));
        // The log of a sample variance of nearly normal counts has variance 2 / (n - 1); rare counts have heavier
        // tails.
        if (a[k].variance() == 0 || b[k].variance() == 0 || a[k].mean < 30) continue;
        if (kNames[k] == "dropped" && !spreads_of_dropped) continue;
        double const error = std::sqrt(2 / (a[k].n - 1) + 2 / (b[k].n - 1));
        note(std::log(a[k].variance() / b[k].variance()) / error,
             "spread of " + kNames[k] + " " + std::to_string(std::sqrt(a[k].variance())) + " vs " +
                 std::to_string(std::sqrt(b[k].variance())));
    }
    return verdict;
}

DecoyBb84Parameters base() {
    DecoyBb84Parameters p;
    p.fibre.length = Kilometres{25};
    p.source.basis_bias = p.receiver.basis_bias = 0.7;
    p.receiver.dead_time = SimDuration{0};
    p.receiver.misalignment = 0.02;
    p.receiver.dark_counts = Hertz{20e3};
    p.post.block = 10'000;
    return p;
}

std::vector<Case> cases() {
    std::vector<Case> all;
    auto const with = [&](std::string name, std::function<void(Case&)> const& change) {
        Case c{std::move(name), base()};
        change(c);
        all.push_back(c);
    };
    with("plain", [](Case&) {});
    with("two decoys, four detectors", [](Case& c) {
        c.parameters.source.intensities = {0.5, 0.1, 2e-4};
        c.parameters.source.probabilities = {0.7, 0.2, 0.1};
        c.parameters.receiver.basis_choice = BasisChoice::passive;
    });
    with("dead time, all", [](Case& c) { c.parameters.receiver.dead_time = SimDuration{100}; });
    with("long dead time, all", [](Case& c) { c.parameters.receiver.dead_time = SimDuration{5'000}; });
    with("dead time, each", [](Case& c) {
        c.parameters.receiver.dead_time = SimDuration{60};
        c.parameters.receiver.dead_time_mode = DeadTimeMode::each;
    });
    with("dead time, each, four detectors, afterpulses", [](Case& c) {
        c.parameters.receiver.dead_time = SimDuration{40};
        c.parameters.receiver.dead_time_mode = DeadTimeMode::each;
        c.parameters.receiver.basis_choice = BasisChoice::passive;
        c.parameters.receiver.afterpulse_probability = 0.03;
        c.parameters.receiver.afterpulse_decay = SimDuration{200};
    });
    with("afterpulses", [](Case& c) {
        c.parameters.receiver.afterpulse_probability = 0.05;
        c.parameters.receiver.afterpulse_decay = SimDuration{2'000};
    });
    with("afterpulses and dead time, all", [](Case& c) {
        c.parameters.receiver.afterpulse_probability = 0.05;
        c.parameters.receiver.afterpulse_decay = SimDuration{100};
        c.parameters.receiver.dead_time = SimDuration{50};
    });
    with("eavesdropper", [](Case& c) { c.conditions[0] = {.attack = Attack::intercept_resend, .attacked = 0.2}; });
    with("steps of conditions", [](Case& c) {
        // About 4e5 pulses fill a block: the eavesdropper comes and the loss changes inside it.
        c.parameters.receiver.dead_time = SimDuration{100};
        auto step = [](int us, double attacked, double loss) {
            return ConditionStep{.from = SimDuration{us * 1'000},
                                 .attack = Attack::intercept_resend,
                                 .attacked = attacked,
                                 .extra_loss = Decibels{loss}};
        };
        c.conditions = {step(0, 0.0, 0), step(300, 0.5, 0), step(700, 0.0, 3), step(1'000, 0.1, 1)};
    });
    auto const three_state = [](Case& c) {
        c.parameters.source.encoding = Encoding::time_bin_three_state;
        c.parameters.receiver.basis_choice = BasisChoice::passive;
    };
    with("three states", three_state);
    with("three states, dead time, afterpulses, eavesdropper", [&](Case& c) {
        three_state(c);
        c.parameters.receiver.dead_time = SimDuration{50};
        c.parameters.receiver.afterpulse_probability = 0.04;
        c.parameters.receiver.afterpulse_decay = SimDuration{100};
        c.conditions[0] = {.attack = Attack::intercept_resend, .attacked = 0.3};
    });
    with("drift and stray light", [](Case& c) {
        c.parameters.fibre.stray_light = Hertz{1e6};
        c.parameters.receiver.dead_time = SimDuration{100};
        c.conditions = {{.extra_error = 0.02}, {.from = SimDuration{200'000}, .stray_light = Hertz{3e6}}};
    });
    for (bool passive : {false, true}) {
        std::string const kind = passive ? ", four detectors" : "";
        auto const attacked = [&](std::string name, Attack attack, double share) {
            with(name + kind, [&](Case& c) {
                if (passive) c.parameters.receiver.basis_choice = BasisChoice::passive;
                c.parameters.receiver.efficiency_mismatch = 0.6;
                c.parameters.receiver.dead_time = SimDuration{80};
                c.conditions = {{.attack = attack, .attacked = share}};
            });
        };
        attacked("photon-number splitting", Attack::photon_number_splitting, 0.8);
        attacked("blinding", Attack::blinding, 0.7);
        attacked("time shift", Attack::time_shift, 0.9);
    }
    with("attacks that follow each other", [](Case& c) {
        c.parameters.receiver.efficiency_mismatch = 0.8;
        c.conditions = {{.attack = Attack::time_shift, .attacked = 1},
                        {.from = SimDuration{100'000}},
                        {.from = SimDuration{200'000}, .attack = Attack::blinding, .attacked = 0.5},
                        {.from = SimDuration{300'000}, .attack = Attack::photon_number_splitting, .attacked = 0.3}};
    });
    with("closed before it is full", [](Case& c) {
        c.parameters.receiver.dead_time = SimDuration{100};
        c.end = 500'000;
    });
    return all;
}

TEST(Fidelity, GatheringAgrees) {
    for (auto const& c : cases()) {
        auto const verdict = compare(photon_moments(c, 130, 1), block_moments(c, 1200, 2));
        EXPECT_LT(verdict.worst, 6.1) << c.name << ": " << verdict.what;
        if (std::getenv("QKDES_VERBOSE") != nullptr) std::printf("%s: %s\n", c.name.c_str(), verdict.what.c_str());
    }
}

TEST(Fidelity, GatheringAgreesLong) {
    for (auto const& c : cases()) {
        auto const verdict = compare(photon_moments(c, 2'000, 3), block_moments(c, 20'000, 4));
        EXPECT_LT(verdict.worst, 6.1) << c.name << ": " << verdict.what;
        if (std::getenv("QKDES_VERBOSE") != nullptr) std::printf("%s: %s\n", c.name.c_str(), verdict.what.c_str());
    }
}

// Negative twins: what a block level that forgot a mechanism would draw is told apart from the photon level.
TEST(Fidelity, AForgottenMechanismIsCaught) {
    auto const all = cases();
    auto const caught = [](Case const& truth, Case const& wrong) {
        return compare(photon_moments(truth, 100, 5), block_moments(wrong, 1200, 6)).worst > 6.1;
    };
    for (auto const& c : all) {
        auto const& receiver = c.parameters.receiver;
        Case wrong = c;
        if (receiver.dead_time > SimDuration{0} && c.conditions.size() == 1) {
            wrong.parameters.receiver.dead_time = SimDuration{0};
            EXPECT_TRUE(caught(c, wrong)) << c.name << " without dead time";
        }
        if (receiver.afterpulse_probability > 0) {
            wrong = c;
            wrong.parameters.receiver.afterpulse_probability *= 0.7;
            EXPECT_TRUE(caught(c, wrong)) << c.name << " with fewer afterpulses";
        }
        if (receiver.dead_time_mode == DeadTimeMode::each && receiver.dead_time > SimDuration{0}) {
            wrong = c;
            wrong.parameters.receiver.dead_time_mode = DeadTimeMode::all;
            EXPECT_TRUE(caught(c, wrong)) << c.name << " with all detectors blanked";
        }
    }
    Case wrong = all[0];
    wrong.parameters.receiver.misalignment *= 1.1;
    EXPECT_TRUE(caught(all[0], wrong)) << "misalignment";
    for (auto const& c : all) {
        if (c.conditions[0].attack == Attack::none || c.conditions.size() > 1) continue;
        wrong = c;
        wrong.conditions[0].attacked *= 0.9;
        EXPECT_TRUE(caught(c, wrong)) << c.name << " on fewer pulses";
    }
}

} // namespace
} // namespace qkdes
