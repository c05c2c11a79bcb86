#include "models/link/di/di_gathering.hpp"

#include "models/link/decoy/block_gathering.hpp"
#include "models/link/di/di_round.hpp"
#include "sim/base/distributions.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

constexpr double kEndless = 0x1p60; ///< attempts beyond which nobody waits

/// Attempts [from, to) of step i.
std::pair<std::uint64_t, std::uint64_t> attempts_of(std::span<ConditionStep const> steps, std::size_t i, Hertz rate,
                                                    std::uint64_t end) {
    std::uint64_t const from = std::min(end, first_pulse_at(steps[i].from, rate));
    return {from, i + 1 < steps.size() ? std::min(end, first_pulse_at(steps[i + 1].from, rate)) : end};
}

/// Mean of the heralds' times of arrival, from the sum of their true means.
double measured_offset(double sum, std::uint64_t heralds, double jitter, RngStream& rng) {
    if (heralds == 0) return 0;
    auto const n = static_cast<double>(heralds);
    return sum / n + jitter * sample_normal(rng) / std::sqrt(n);
}

/// One round, in the order in which it happens.
DiCell play(DiRound const& r, RngStream& rng) {
    DiCell c{4, false, false, true, true};
    if (rng.bernoulli(r.test)) {
        bool const x = rng.bernoulli(r.one), y = rng.bernoulli(r.one);
        c.kind = 2u * x + y;
    }
    c.a = (rng.next() >> 63) != 0;
    c.b = c.a;
    if (r.steered > 0 && rng.bernoulli(r.steered)) return c;
    if (rng.uniform() > (1 + r.correlation[c.kind]) / 2) c.b = !c.b;
    if (r.wrong_alice > 0 && rng.bernoulli(r.wrong_alice)) c.a = !c.a;
    if (r.wrong_bob > 0 && rng.bernoulli(r.wrong_bob)) c.b = !c.b;
    c.seen_a = r.seen_alice >= 1 || rng.bernoulli(r.seen_alice);
    c.seen_b = r.seen_bob >= 1 || rng.bernoulli(r.seen_bob);
    if (r.hidden > 0 && rng.bernoulli(r.hidden)) {
        bool const goes_unseen = (rng.next() >> 63) != 0;
        if (c.b == goes_unseen) c.seen_b = false;
    }
    c.a = c.a && c.seen_a;
    c.b = c.b && c.seen_b;
    return c;
}

void count(DiStatistics& s, DiCell c, std::uint64_t times) {
    s.seen_alice += c.seen_a ? times : 0;
    s.seen_bob += c.seen_b ? times : 0;
    if (!c.test()) {
        s.key_rounds += times;
        s.key_errors += c.differs() ? times : 0;
        return;
    }
    s.games[c.kind] += times;
    s.won[c.kind] += c.won() ? times : 0;
    s.setting_bits += 2 * times;
    s.setting_ones += times * ((c.kind >> 1) + (c.kind & 1));
}

/// Failures before the n-th success.
double failures_before(RngStream& rng, double n, double p) {
    if (p >= 1) return 0;
    double const mean = sample_gamma(rng, n) * (1 - p) / p;
    return mean > kEndless ? mean : static_cast<double>(sample_poisson(rng, mean));
}

} // namespace

DiExchange gather_di_rounds(DiParameters const& p, std::span<ConditionStep const> conditions, std::uint64_t end,
                            RngStream rng) {
    DiExchange out;
    auto& s = out.gathering.statistics;
    auto& bits = out.outcomes;
    auto const rate = attempt_rate(p);
    double offsets = 0;
    std::uint64_t missing = p.protocol.rounds;
    for (std::size_t i = 0; i < conditions.size() && missing > 0; ++i) {
        auto const [from, to] = attempts_of(conditions, i, rate, end);
        auto const round = di_round(p, conditions[i]);
        s.attempts = to;
        if (round.herald <= 0) continue;
        for (std::uint64_t at = from; at < to;) {
            std::uint64_t const gap = sample_geometric(rng, round.herald);
            if (gap >= to - at) break;
            at += gap + 1;
            ++s.heralds;
            offsets += round.arrival_offset;
            if (round.discarded > 0 && rng.bernoulli(round.discarded)) {
                ++s.discarded;
                continue;
            }
            DiCell const c = play(round, rng);
            count(s, c, 1);
            if (c.test()) {
                bits.alice_test.push_back(c.a);
                bits.bob_test.push_back(c.b != (c.kind == 3));
            } else {
                bool const noise = p.protocol.noise > 0 && rng.bernoulli(p.protocol.noise);
                bits.alice_key.push_back(c.a != noise);
                bits.bob_key.push_back(c.b);
                out.gathering.noisy_errors += c.differs() != noise;
            }
            if (--missing > 0) continue;
            s.attempts = at;
            break;
        }
    }
    out.gathering.full = missing == 0;
    s.arrival_offset_ns = measured_offset(offsets, s.heralds, p.boxes.jitter_ns, rng);
    return out;
}

DiGathering draw_di_rounds(DiParameters const& p, std::span<ConditionStep const> conditions, std::uint64_t end,
                           RngStream& rng) {
    DiGathering out;
    auto& s = out.statistics;
    auto const rate = attempt_rate(p);
    double offsets = 0;
    std::uint64_t missing = p.protocol.rounds;
    for (std::size_t i = 0; i < conditions.size() && missing > 0; ++i) {
        auto const [from, to] = attempts_of(conditions, i, rate, end);
        auto const round = di_round(p, conditions[i]);
        s.attempts = to;
        double const kept = round.herald * (1 - round.discarded);
        if (to <= from || round.herald <= 0) continue;

        // How many rounds, after how many attempts.
        std::uint64_t rounds = missing, attempts = to - from;
        double wait = kEndless;
        if (kept > 0) wait = static_cast<double>(missing) + failures_before(rng, static_cast<double>(missing), kept);
        if (wait <= static_cast<double>(attempts)) {
            attempts = static_cast<std::uint64_t>(wait);
            s.attempts = from + attempts;
        } else {
            // Fewer than missing, as the wait has told.
            for (int tries = 0; tries < 1000 && rounds >= missing; ++tries)
                rounds = sample_binomial(rng, attempts, kept);
            rounds = std::min(rounds, missing - 1);
        }
        std::uint64_t const discarded =
            round.discarded > 0 ? sample_binomial(rng, attempts - rounds, round.herald * round.discarded / (1 - kept))
                                : 0;
        s.discarded += discarded;
        s.heralds += rounds + discarded;
        offsets += static_cast<double>(rounds + discarded) * round.arrival_offset;
        missing -= rounds;

        // What they gave.
        auto const cells = di_cells(round);
        std::array<std::uint64_t, kDiCells> counts{};
        if (rounds > 0) sample_multinomial(rng, rounds, cells, counts);
        for (unsigned c = 0; c < kDiCells; ++c)
            count(s, di_cell(c), counts[c]);
    }
    out.full = missing == 0;
    s.arrival_offset_ns = measured_offset(offsets, s.heralds, p.boxes.jitter_ns, rng);
    out.noisy_errors = s.key_errors;
    if (p.protocol.noise > 0)
        out.noisy_errors = sample_binomial(rng, s.key_errors, 1 - p.protocol.noise) +
                           sample_binomial(rng, s.key_rounds - s.key_errors, p.protocol.noise);
    return out;
}

} // namespace qkdes
