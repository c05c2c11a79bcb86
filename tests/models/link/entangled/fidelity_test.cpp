// Holds the two fidelities together: the photon level makes every time tag, the block level draws counts. For each
// parameter set both make many blocks, and every statistic must agree in mean and in spread.
//
// False alarms: each comparison of means or of spreads is a normal test at 6.1 standard errors (1e-9 each; about 250 of
// them in this file, so 3e-7 for all). Power of the quick tests, by their 60 photon-level blocks: a mean wrong by .8 of
// a block's standard deviation (for key errors, of which a block has 100 or more: 8 %), a standard deviation wrong by a
// factor of 1.8. The Long ones (800 blocks) see .22 and 1.17. The negative twins show that the tests can fail.
#include "models/link/entangled/block_counts.hpp"
#include "models/link/entangled/entangled_block.hpp"
#include "models/link/entangled/photon_tags.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
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

char const* const kNames[] = {"gathered", "key",   "key errors",    "other basis", "its errors",
                              "unused",   "tests", "unequal tests", "S",           "known to Eve"};
using All = std::array<Moments, std::size(kNames)>;

void add(All& to, SimDuration gathered, EntangledCounts const& c, double known) {
    std::uint64_t unequal = 0;
    for (auto const& t : c.tests)
        unequal += t[1];
    double const values[] = {static_cast<double>(gathered.count()),
                             static_cast<double>(c.total_key()),
                             static_cast<double>(c.key[1]),
                             static_cast<double>(c.total_other()),
                             static_cast<double>(c.other_basis[1]),
                             static_cast<double>(c.unused),
                             static_cast<double>(c.total_tests()),
                             static_cast<double>(unequal),
                             c.chsh(),
                             known};
    for (std::size_t i = 0; i < to.size(); ++i)
        to[i].add(values[i]);
}

struct Case {
    std::string name;
    EntangledParameters parameters;
    std::vector<ConditionStep> conditions{ConditionStep{}};
    SimDuration end = std::chrono::hours{1};
};

All photon(Case const& c, std::uint64_t blocks, std::uint64_t seed) {
    All all;
    for (std::uint64_t i = 0; i < blocks; ++i) {
        auto made = gather_tags(c.parameters, c.conditions, c.end, RngStream{seed, "photon", i});
        auto& s = made.sifting;
        Bits const alice = s.alice.take(), bob = s.bob.take();
        s.counts.key[1] = alice.distance(bob);
        s.counts.key[0] = alice.size() - s.counts.key[1];
        add(all, made.gathered, s.counts, made.known);
    }
    return all;
}

All block(Case const& c, std::uint64_t blocks, std::uint64_t seed) {
    All all;
    for (std::uint64_t i = 0; i < blocks; ++i) {
        RngStream rng{seed, "block", i};
        auto const made = draw_exchange(c.parameters, c.conditions, c.end, rng);
        add(all, made.gathered, made.counts, made.known);
    }
    return all;
}

struct Verdict {
    double worst = 0;
    std::string what;
};
Verdict compare(All const& a, All const& b) {
    Verdict verdict;
    auto const note = [&](double sigmas, std::string const& what) {
        if (!(std::abs(sigmas) <= verdict.worst)) verdict = {std::abs(sigmas), what + " " + std::to_string(sigmas)};
    };
    for (std::size_t k = 0; k < a.size(); ++k) {
        double const variance = a[k].variance() / a[k].n + b[k].variance() / b[k].n;
        std::string const name = kNames[k];
        double const apart = a[k].mean - b[k].mean;
        if (variance <= 1e-18 * a[k].mean * a[k].mean) {
            if (std::abs(apart) > 1e-9 * std::abs(a[k].mean)) note(1e9, name);
            continue;
        }
        note(apart / std::sqrt(variance), name + " " + std::to_string(a[k].mean) + " vs " + std::to_string(b[k].mean));
        if (a[k].mean < 30 && name != "S") continue; // rare counts are not normal
        note(std::log(a[k].variance() / b[k].variance()) / std::sqrt(2 / (a[k].n - 1) + 2 / (b[k].n - 1)),
             "spread of " + name + " " + std::to_string(std::sqrt(a[k].variance())) + " vs " +
                 std::to_string(std::sqrt(b[k].variance())));
    }
    return verdict;
}

Case base() {
    Case c{"plain", {}};
    c.parameters.post.block = 10'000;
    c.parameters.source.misalignment = 0.02;
    return c;
}

std::vector<Case> cases() {
    std::vector<Case> all;
    auto const with = [&](std::string name, std::function<void(Case&)> const& change) {
        all.push_back(base());
        all.back().name = std::move(name);
        change(all.back());
    };
    with("plain", [](Case&) {});
    with("noise, no dead time, wide window", [](Case& c) {
        auto& p = c.parameters;
        p.alice.dark_counts = p.bob.dark_counts = Hertz{3e5};
        p.alice.dead_time = p.bob.dead_time = SimDuration{0};
        p.timing.window_ps = 1'000;
    });
    with("dead times, window narrower than the peak", [](Case& c) {
        auto& p = c.parameters;
        p.fibre.length = Kilometres{50};
        p.source.pair_rate = Hertz{2e7};
        p.alice.dead_time = SimDuration{100};
        p.bob.dead_time = SimDuration{40};
        p.timing.window_ps = 100;
    });
    with("e91", [](Case& c) { c.parameters.protocol = EntangledProtocol::e91; });
    with("e91, few tests, noise", [](Case& c) {
        auto& p = c.parameters;
        p.protocol = EntangledProtocol::e91;
        p.chsh_setting = 0.15;
        p.alice.dark_counts = p.bob.dark_counts = Hertz{1e5};
        p.timing.window_ps = 800;
    });
    with("pulsed, thermal", [](Case& c) {
        auto& p = c.parameters;
        p.source.emission = PairEmission::pulsed;
        p.source.statistics = PairStatistics::thermal;
        p.source.pairs_per_pulse = 0.2;
        p.alice.dead_time = p.bob.dead_time = SimDuration{2};
    });
    with("pulsed, e91", [](Case& c) {
        auto& p = c.parameters;
        p.protocol = EntangledProtocol::e91;
        p.source.emission = PairEmission::pulsed;
        p.source.pairs_per_pulse = 0.01;
    });
    with("eavesdropper", [](Case& c) { c.conditions[0] = {.attack = Attack::intercept_resend, .attacked = 0.2}; });
    with("blinding of a part", [](Case& c) { c.conditions[0] = {.attack = Attack::blinding, .attacked = 0.4}; });
    with("steps of conditions", [](Case& c) {
        // A block takes about 60 ms.
        auto step = [](int ms) { return ConditionStep{.from = std::chrono::milliseconds{ms}}; };
        auto eve = step(15), dim = step(30), lit = step(45);
        eve.attack = Attack::intercept_resend;
        eve.attacked = 0.5;
        dim.extra_loss = Decibels{3};
        lit.stray_light = Hertz{1e6};
        lit.extra_error = 0.03;
        c.conditions = {step(0), eve, dim, lit};
    });
    with("closed before it is full", [](Case& c) { c.end = std::chrono::milliseconds{40}; });
    return all;
}

class EntangledFidelity : public testing::TestWithParam<std::size_t> {};

TEST_P(EntangledFidelity, GatheringAgrees) {
    auto const c = cases()[GetParam()];
    auto const verdict = compare(photon(c, 60, 1), block(c, 1'000, 2));
    EXPECT_LT(verdict.worst, 6.1) << c.name << ": " << verdict.what;
    if (std::getenv("QKDES_VERBOSE") != nullptr) std::printf("%s: %s\n", c.name.c_str(), verdict.what.c_str());
}

TEST_P(EntangledFidelity, GatheringAgreesLong) {
    auto const c = cases()[GetParam()];
    auto const verdict = compare(photon(c, 800, 3), block(c, 20'000, 4));
    EXPECT_LT(verdict.worst, 6.1) << c.name << ": " << verdict.what;
    if (std::getenv("QKDES_VERBOSE") != nullptr) std::printf("%s: %s\n", c.name.c_str(), verdict.what.c_str());
}

INSTANTIATE_TEST_SUITE_P(Cases, EntangledFidelity, testing::Range<std::size_t>(0, 11));

// Negative twins: what a block level that forgot a mechanism would draw is told apart from the photon level.
TEST(EntangledFidelityTwins, AForgottenMechanismIsCaught) {
    auto const all = cases();
    auto const caught = [&](std::size_t index, std::function<void(Case&)> const& forget) {
        Case wrong = all[index];
        forget(wrong);
        return compare(photon(all[index], 40, 5), block(wrong, 1'000, 6)).worst > 6.1;
    };
    EXPECT_TRUE(caught(0, [](Case& c) { c.parameters.bob.dead_time = SimDuration{0}; })) << "dead time";
    EXPECT_TRUE(caught(1, [](Case& c) { c.parameters.alice.dark_counts = Hertz{1e5}; })) << "dark counts";
    EXPECT_TRUE(caught(2, [](Case& c) { c.parameters.timing.dispersion = 0; })) << "dispersion";
    EXPECT_TRUE(caught(3, [](Case& c) { c.parameters.source.misalignment = 0.025; })) << "misalignment, by S";
    EXPECT_TRUE(caught(5, [](Case& c) { c.parameters.source.statistics = PairStatistics::poisson; })) << "pairs";
    EXPECT_TRUE(caught(7, [](Case& c) { c.conditions[0].attacked = 0.15; })) << "eavesdropper";
    EXPECT_TRUE(caught(9, [](Case& c) { c.conditions.pop_back(); })) << "the last step";
}

// Whole blocks: leak, phase error, key length and duration.
TEST(EntangledFidelityTwins, BlocksAgree) {
    for (auto protocol : {EntangledProtocol::bbm92, EntangledProtocol::e91}) {
        EntangledParameters p;
        p.protocol = protocol;
        p.post.block = 50'000;
        p.post.cascade_frame = 50'000;
        ConditionStep const steady[1];
        std::array<std::array<Moments, 4>, 2> m;
        for (auto fidelity : {Fidelity::photon, Fidelity::block}) {
            std::uint64_t const blocks = fidelity == Fidelity::photon ? 24 : 400;
            for (std::uint64_t i = 0; i < blocks; ++i) {
                auto const b = simulate_entangled_block(p, steady, std::chrono::hours{24}, fidelity, 9, "x", i);
                ASSERT_EQ(b.outcome, BlockOutcome::key);
                double const values[] = {seconds(b.gathering), b.yield.phase_error,
                                         static_cast<double>(b.yield.error_correction_leak),
                                         static_cast<double>(b.yield.secret)};
                for (unsigned k = 0; k < 4; ++k)
                    m[fidelity == Fidelity::block][k].add(values[k]);
            }
        }
        for (unsigned k = 0; k < 4; ++k) {
            double const error = std::sqrt(m[0][k].variance() / m[0][k].n + m[1][k].variance() / m[1][k].n);
            // The cost of Cascade is a fit, good to .6 % of the leak (cascade_cost.hpp): 30 bits of 4500 here.
            double const fit = k >= 2 ? 0.006 * m[0][2].mean : 0;
            EXPECT_LT(std::abs(m[0][k].mean - m[1][k].mean), 6.1 * error + fit)
                << k << ": " << m[0][k].mean << " vs " << m[1][k].mean;
            EXPECT_GT(std::abs(m[0][k].mean - 1.15 * m[1][k].mean), 6.1 * error + fit) << k << ": could not fail";
        }
    }
}

} // namespace
} // namespace qkdes
