// The figures of operations: by hand, and each fault of a simulated link raising its own alert and no other page.
#include "models/link/di/di_operations.hpp"

#include "models/link/di/di_block.hpp"
#include "models/link/di/di_yield.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

/// A block of the default takes eight hours: a machine a thousand times as fast as the default.
DiParameters fast() {
    DiParameters p;
    p.source.attempts = Hertz{242e6};
    p.fibre.length = Kilometres{0}; // else the light's way, not the machine, would set the pace
    return p;
}

/// Blocks one after the other at block fidelity; the conditions hold from block `since` on.
std::vector<DiObservation> watch(DiParameters const& p, ConditionStep const& step, int blocks = 4, int since = 2) {
    std::vector<DiObservation> seen;
    SimTime now{};
    for (int i = 0; i < blocks; ++i) {
        ConditionStep const now_holds = i < since ? ConditionStep{} : step;
        auto const made = simulate_di_block_with_statistics(p, {&now_holds, 1}, std::chrono::hours{100},
                                                            Fidelity::block, 5, "a-b", static_cast<std::uint64_t>(i));
        DiObservation o;
        o.begin = now;
        o.end = now + made.block.gathering;
        o.outcome = made.block.outcome;
        o.stored = o.end + made.block.computing;
        o.statistics = made.statistics;
        o.secret = made.block.yield.secret;
        o.offered = o.taken = o.secret / 256;
        now = o.end;
        seen.push_back(o);
    }
    return seen;
}

using Alerts = std::vector<DiAlert>;
Alerts alerts(DiParameters const& p, std::vector<DiObservation> const& seen) { return di_alerts(di_figures(p, seen)); }

TEST(DiOperations, CalmLinkIsHealthy) {
    auto const p = fast();
    auto const seen = watch(p, {});
    auto const f = di_figures(p, seen);
    EXPECT_EQ(di_alerts(f), Alerts{});
    EXPECT_EQ(di_state(f), DiState::healthy);
    EXPECT_NEAR(f.chsh, 2.677, 6.1 * f.chsh_error);
    EXPECT_GT(f.chsh_threshold, 2.59);
    EXPECT_LT(f.chsh_threshold, 2.64);
    auto const y = di_yield(p);
    EXPECT_NEAR(f.key_rate / y.secret, 1, 0.02);
    EXPECT_EQ(f.trial_success, 1);
    EXPECT_EQ(f.efficiency, 1);
    EXPECT_LT(f.sync_error_ns, 0.1);
    EXPECT_GT(f.rng_p_value, 1e-6);
    EXPECT_EQ(f.burn, 0);
    double const expected_spread = f.chsh_error * 2; // four blocks: each has twice the deviation of all
    EXPECT_GT(f.chsh_spread, expected_spread / 6);
    EXPECT_LT(f.chsh_spread, expected_spread * 3);
}

TEST(DiOperations, EachFaultRaisesItsOwnAlert) {
    auto const p = fast();
    struct Fault {
        char const* name;
        ConditionStep step;
        Alerts expected;
    };
    Fault const faults[] = {
        {"F1", {.extra_error = 0.08}, {DiAlert::bell_drop}},
        {"F2", {.impairment = Impairment::sync_drift, .severity = 0.9}, {DiAlert::trial_burn, DiAlert::timing}},
        {"F3", {.impairment = Impairment::rng_bias, .severity = 0.05}, {DiAlert::rng_health}},
        {"F4", {.impairment = Impairment::saturation, .severity = 0.25}, {DiAlert::bell_drop, DiAlert::low_efficiency}},
        {"F6", {.impairment = Impairment::timing_step, .severity = 0.02}, {DiAlert::timing}},
        {"Eve", {.attack = Attack::intercept_resend, .attacked = 0.3}, {DiAlert::bell_drop}},
    };
    for (auto const& fault : faults) {
        auto const seen = watch(p, fault.step);
        EXPECT_EQ(alerts(p, seen), fault.expected) << fault.name;
        EXPECT_EQ(di_state(di_figures(p, seen)), DiState::degraded) << fault.name;
    }
    // F5: the key management takes none of a block's keys.
    auto seen = watch(p, {});
    seen.back().taken = 0;
    EXPECT_EQ(alerts(p, seen), Alerts{DiAlert::ingest_failure});
    EXPECT_LT(di_figures(p, seen).ingestion, 1);
    // F7: too few rounds.
    auto small = p;
    small.protocol.rounds = 500'000;
    EXPECT_EQ(alerts(small, watch(small, {})), Alerts{DiAlert::finite_key_short});
    EXPECT_EQ(di_figures(small, watch(small, {})).key_rate, 0);
    // M9.
    seen = watch(p, {});
    seen[1].mismatched = 1;
    EXPECT_EQ(alerts(p, seen), Alerts{DiAlert::integrity});
}

// The default link, honestly: a block takes eight hours, so its key is never fresh within ten minutes.
TEST(DiOperations, TheExperimentIsStale) {
    DiParameters const p;
    auto const seen = watch(p, {}, 2);
    EXPECT_EQ(alerts(p, seen), Alerts{DiAlert::stale_key});
    EXPECT_NEAR(di_figures(p, seen).freshness, 7.9 * 3600, 200);
}

TEST(DiOperations, LostWithoutViolationUnknownWithoutGames) {
    auto const p = fast();
    EXPECT_EQ(di_state(di_figures(p, watch(p, {.attack = Attack::blinding, .attacked = 1}, 2, 0))), DiState::lost);
    EXPECT_EQ(di_state(di_figures(p, {})), DiState::unknown);
    EXPECT_EQ(di_alerts(di_figures(p, {})), Alerts{});
}

// By hand: one block of two hours with 20 % bad trials before, none bad in the last half hour. Of the last hour, half
// an hour is the old block's. A rate over all of the window would give 1.6, one over the last block alone 0.
TEST(DiOperations, BurnRateLooksAtTheLastHour) {
    DiObservation old;
    old.end = SimTime{std::chrono::hours{2}};
    old.statistics.heralds = 4000;
    old.statistics.discarded = 800;
    DiObservation fresh;
    fresh.begin = old.end;
    fresh.end = old.end + std::chrono::minutes{30};
    fresh.statistics.heralds = 1000;
    std::vector<DiObservation> const seen{old, fresh};
    EXPECT_NEAR(di_figures({}, seen).burn, 1.0, 1e-12); // 200 of 2000 bad, goal .1
    EXPECT_NEAR(di_figures({}, std::span{seen}.first(1)).burn, 2.0, 1e-12);
    DiGoals strict;
    strict.trial_success = 0.96;
    EXPECT_NEAR(di_figures({}, std::span{seen}.first(1), strict).burn, 5.0, 1e-12);
    EXPECT_TRUE(std::ranges::count(di_alerts(di_figures({}, std::span{seen}.first(1), strict), strict),
                                   DiAlert::trial_burn) == 1);
}

TEST(DiStatisticsTest, ByHand) {
    DiStatistics s;
    s.games = {100, 100, 100, 100};
    s.won = {85, 80, 90, 75};
    EXPECT_NEAR(chsh(s), 0.7 + 0.6 + 0.8 + 0.5, 1e-12);
    EXPECT_NEAR(chsh_deviation(s), 2 * std::sqrt((0.1275 + 0.16 + 0.09 + 0.1875) / 100), 1e-12);
    s.games[2] = s.won[2] = 0;
    EXPECT_EQ(chsh(s), 0);
    s.setting_bits = 10'000;
    s.setting_ones = 5'098; // 1.96 deviations
    EXPECT_NEAR(setting_health(s), 0.05, 1e-4);
    EXPECT_EQ(setting_health({}), 1);
    s.key_rounds = 50;
    s.key_errors = 1;
    EXPECT_EQ(qber(s), 0.02);
}

} // namespace
} // namespace qkdes
