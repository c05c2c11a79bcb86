#include "models/link/di/di_operations.hpp"

#include "models/link/di/di_finite_key.hpp"
#include "models/link/di/di_rates.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

double share(std::uint64_t part, std::uint64_t whole, double otherwise) {
    return whole == 0 ? otherwise : static_cast<double>(part) / static_cast<double>(whole);
}

/// Share of bad trials in the last hour over what the goal allows. A block's trials are taken as spread over its time.
double burn_rate(std::span<DiObservation const> window, DiGoals const& goals) {
    SimTime const from = window.back().end - goals.burn_window;
    double bad = 0, all = 0;
    for (auto const& o : window) {
        if (o.end <= from || o.end <= o.begin) continue;
        double const inside = seconds(o.end - std::max(o.begin, from)) / seconds(o.end - o.begin);
        all += inside * static_cast<double>(o.statistics.heralds);
        bad += inside * static_cast<double>(o.statistics.discarded);
    }
    return all > 0 ? bad / all / (1 - goals.trial_success) : 0;
}

/// Deviation of the blocks' own S about their mean.
double spread_of(std::span<DiObservation const> window) {
    double n = 0, mean = 0, squares = 0;
    for (auto const& o : window) {
        if (chsh_deviation(o.statistics) <= 0) continue;
        double const s = chsh(o.statistics), step = s - mean;
        n += 1;
        mean += step / n;
        squares += step * (s - mean);
    }
    return n < 2 ? 0 : std::sqrt(squares / (n - 1));
}

} // namespace

DiFigures di_figures(DiParameters const& p, std::span<DiObservation const> window, DiGoals const& goals) {
    DiFigures f;
    f.blocks = window.size();
    f.chsh_threshold = chsh_of_winning(di_gate(p.protocol, p.protocol.rounds).winning);
    if (window.empty()) return f;

    DiStatistics sum;
    std::uint64_t secret = 0, offered = 0, taken = 0;
    double last_offset = 0, last_error = 0;
    for (auto const& o : window) {
        auto const& s = o.statistics;
        for (unsigned i = 0; i < 4; ++i) {
            sum.games[i] += s.games[i];
            sum.won[i] += s.won[i];
        }
        sum.heralds += s.heralds;
        sum.discarded += s.discarded;
        sum.key_rounds += s.key_rounds;
        sum.seen_alice += s.seen_alice;
        sum.seen_bob += s.seen_bob;
        secret += o.secret;
        offered += o.offered;
        taken += o.taken;
        f.integrity_failures += o.mismatched + (o.outcome == BlockOutcome::verify_failed);
        f.without_key += o.outcome == BlockOutcome::no_key;
        f.rng_p_value = std::min(f.rng_p_value, setting_health(s));
        if (o.secret > 0) f.freshness = std::max(f.freshness, seconds(o.stored - o.begin));
        if (s.heralds == 0) continue;
        double const error = p.boxes.jitter_ns / std::sqrt(static_cast<double>(s.heralds));
        f.sync_error_ns = std::max(f.sync_error_ns, std::abs(s.arrival_offset_ns));
        if (last_error > 0)
            f.sync_step_sigmas = std::max(f.sync_step_sigmas,
                                          std::abs(s.arrival_offset_ns - last_offset) / std::hypot(error, last_error));
        last_offset = s.arrival_offset_ns;
        last_error = error;
    }
    f.games = sum.tests();
    f.chsh = chsh(sum);
    f.chsh_error = chsh_deviation(sum);
    f.chsh_spread = spread_of(window);
    double const time = seconds(window.back().end - window.front().begin);
    f.key_rate = time > 0 ? static_cast<double>(secret) / time : 0;
    f.trial_success = share(sum.heralds - sum.discarded, sum.heralds, 1);
    f.efficiency = share(std::min(sum.seen_alice, sum.seen_bob), sum.rounds(), 1);
    f.ingestion = share(taken, offered, 1);
    f.burn = burn_rate(window, goals);
    return f;
}

bool pages(DiAlert alert) { return alert <= DiAlert::trial_burn; }

std::vector<DiAlert> di_alerts(DiFigures const& f, DiGoals const& goals) {
    std::vector<DiAlert> up;
    auto const when = [&up](bool condition, DiAlert alert) {
        if (condition) up.push_back(alert);
    };
    when(f.games > 0 && f.chsh + goals.sure * f.chsh_error < f.chsh_threshold, DiAlert::bell_drop);
    when(f.ingestion < 1, DiAlert::ingest_failure);
    when(f.integrity_failures > 0, DiAlert::integrity);
    when(f.rng_p_value < goals.rng_alarm, DiAlert::rng_health);
    when(f.burn >= goals.burn_rate, DiAlert::trial_burn);
    when(f.sync_error_ns > goals.sync_error_ns || f.sync_step_sigmas > goals.sync_step_sigmas, DiAlert::timing);
    when(f.efficiency < goals.efficiency, DiAlert::low_efficiency);
    when(f.freshness > seconds(goals.freshness), DiAlert::stale_key);
    when(f.without_key > 0, DiAlert::finite_key_short);
    return up;
}

DiState di_state(DiFigures const& f, DiGoals const& goals) {
    if (f.games == 0) return DiState::unknown;
    if (f.chsh <= 2 + goals.sure * f.chsh_error) return DiState::lost;
    return di_alerts(f, goals).empty() ? DiState::healthy : DiState::degraded;
}

} // namespace qkdes
