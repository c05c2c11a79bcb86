#include "models/link/entangled/block_counts.hpp"

#include "models/link/amplification.hpp"
#include "models/link/correction_cost.hpp"
#include "models/link/decoy/block_gathering.hpp"
#include "models/link/entangled/coincidence_statistics.hpp"
#include "models/link/entangled/entangled_decisions.hpp"
#include "models/link/entangled/photon_tags.hpp"
#include "models/postprocessing/verification.hpp"
#include "sim/base/distributions.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace qkdes {
namespace {

/// Beyond this a wait is no wait that a run can see the end of, s.
constexpr double kEndless = 1e12;

double step_end(std::span<ConditionStep const> conditions, std::size_t i, double end) {
    return i + 1 < conditions.size() ? std::min(end, seconds(conditions[i + 1].from)) : end;
}

/// Whether some step lets the ends find each other's clock before they have kept more tags than they may.
bool clocks_found(EntangledParameters const& p, std::span<ConditionStep const> conditions, double end) {
    double kept_a = 0, kept_b = 0;
    for (std::size_t i = 0; i < conditions.size(); ++i) {
        double const length = step_end(conditions, i, end) - seconds(conditions[i].from);
        if (length <= 0) continue;
        auto const rates = coincidence_statistics(p, conditions[i]);
        auto const settings = clock_settings(p, light_model(p, conditions[i]).spread_ps);
        double const tags = expected_search_tags(rates.tags_a, rates.tags_b, rates.partners, settings);
        double const time = tags / std::max(rates.tags_a, 1e-300);
        double const kept = std::max(kept_a + tags, kept_b + rates.tags_b * time);
        if (tags > 0 && time <= length && kept <= static_cast<double>(kMostSearchTags)) return true;
        kept_a += rates.tags_a * length;
        kept_b += rates.tags_b * length;
    }
    return false;
}

void add_multinomial(RngStream& rng, std::uint64_t n, std::span<double const> weights, std::span<std::uint64_t*> into) {
    std::array<std::uint64_t, 16> drawn{};
    if (n == 0) return;
    sample_multinomial(rng, n, weights, std::span{drawn}.first(weights.size()));
    for (std::size_t i = 0; i < weights.size(); ++i)
        *into[i] += drawn[i];
}

} // namespace

CountExchange draw_exchange(EntangledParameters const& p, std::span<ConditionStep const> conditions, SimDuration until,
                            RngStream& rng) {
    CountExchange out;
    double const end = seconds(until);
    if (!clocks_found(p, conditions, end)) return out;
    std::uint64_t missing = p.post.block;
    for (std::size_t i = 0; i < conditions.size() && !out.full; ++i) {
        double const from = std::min(end, seconds(conditions[i].from)), to = step_end(conditions, i, end);
        if (to <= from) continue;
        auto const rates = coincidence_statistics(p, conditions[i]);
        double const key_rate = rates.key[0] + rates.key[1], other_rate = std::max(0.0, rates.total() - key_rate);
        double wait = kEndless;
        if (key_rate > 0) wait = std::min(kEndless, sample_gamma(rng, static_cast<double>(missing)) / key_rate);
        std::uint64_t key = missing;
        // Whole nanoseconds decide, so that a block is the same whatever later end it was given.
        SimDuration const last = from_seconds(std::ceil((from + wait) * 1e9) * 1e-9);
        if (last <= until && (i + 1 == conditions.size() || last <= conditions[i + 1].from)) {
            out.full = true;
            out.gathered = last;
        } else {
            // Not full within this step: as many as it holds, and fewer than were missing.
            wait = to - from;
            key = std::min(sample_poisson(rng, key_rate * wait), missing - 1);
        }
        missing -= key;
        out.known += rates.known_to_eve * static_cast<double>(key);
        std::uint64_t const others = sample_poisson(rng, other_rate * wait);
        std::array<std::uint64_t*, 2> keys{&out.counts.key[0], &out.counts.key[1]};
        add_multinomial(rng, key, rates.key, keys);
        std::array<double, 11> weights{rates.other_basis[0], rates.other_basis[1], rates.unused};
        std::array<std::uint64_t*, 11> cells{&out.counts.other_basis[0], &out.counts.other_basis[1],
                                             &out.counts.unused};
        for (unsigned t = 0; t < 8; ++t) {
            weights[3 + t] = rates.tests[t / 2][t % 2];
            cells[3 + t] = &out.counts.tests[t / 2][t % 2];
        }
        add_multinomial(rng, others, weights, cells);
    }
    return out;
}

LinkBlock distil_counts(EntangledParameters const& p, CountExchange const& exchange, RngStream& rng, RngStream& key) {
    LinkBlock block;
    auto& yield = block.yield;
    auto const& counts = exchange.counts;
    record_sifting(counts, yield);

    yield.sampled = sample_size(p.post, counts.total_key());
    std::array<std::array<std::uint64_t, 2>, 3> cells{counts.key};
    auto const sample = draw_sample(cells, yield.sampled, rng);
    auto const [right, wrong] = cells[0];
    std::uint64_t const kept = right + wrong;
    auto const estimate = entangled_estimate(p, counts, yield.sampled, sample[0][1]);
    block.outcome = before_correction(p, counts, estimate, kept);
    if (block.outcome != BlockOutcome::key) return block;

    auto const cost =
        draw_correction_cost(p.post.correction, kept, wrong, p.post.cascade_frame, estimate.for_correction, rng);
    yield.error_correction_leak = cost.leaked;
    yield.round_trips += cost.round_trips;
    yield.frames = cost.frames;
    yield.frame_errors = cost.failed_frames;
    std::uint64_t const corrected = kept - cost.lost_bits;
    yield.verification_bits = verification_tag_bits(corrected, p.post.eps_cor);
    if (!cost.all_correct) return block.outcome = BlockOutcome::verify_failed, block;
    block.outcome = conclude_entangled(p, counts, corrected, yield);
    if (block.outcome != BlockOutcome::key) return block;
    yield.known_to_eve = known_to_eve(exchange.known, corrected, yield);
    draw_keys(block, key);
    return block;
}

} // namespace qkdes
