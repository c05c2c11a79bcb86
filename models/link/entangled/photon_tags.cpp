#include "models/link/entangled/photon_tags.hpp"

#include "models/link/amplification.hpp"
#include "models/link/entangled/coincidence_matcher.hpp"
#include "models/link/entangled/entangled_decisions.hpp"
#include "models/link/entangled/tag_source.hpp"
#include "models/postprocessing/correction.hpp"
#include "models/postprocessing/estimation.hpp"
#include "models/postprocessing/sifting.hpp"
#include "models/postprocessing/verification.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {

bool EntangledSifting::exchange(EntangledProtocol protocol, TimeTag of_alice, TimeTag of_bob) {
    unsigned const i = TagChannel::setting(of_alice.channel()), j = TagChannel::setting(of_bob.channel());
    bool const a = TagChannel::bit(of_alice.channel()), b = TagChannel::bit(of_bob.channel());
    switch (round_kind(protocol, i, j)) {
    case RoundKind::key:
        alice.push(a);
        bob.push(b);
        return true;
    case RoundKind::other_basis:
        ++counts.other_basis[a != b];
        return false;
    case RoundKind::test:
        ++counts.tests[chsh_test(i, j)][a != b];
        return false;
    case RoundKind::unused:
        ++counts.unused;
        return false;
    }
    return false;
}

ClockSearchSettings clock_settings(EntangledParameters const& p, double spread_ps) {
    return {.nominal_ps = nominal_shift_ps(p),
            .range_ps = static_cast<double>(p.timing.offset_range.count()) * 1e3,
            .drift_range = p.timing.drift_range_ppb * 1e-9,
            .peak_ps = std::max(p.timing.window_ps, spread_ps)};
}

TagExchange gather_tags(EntangledParameters const& p, std::span<ConditionStep const> conditions, SimDuration end,
                        RngStream const& rng) {
    TagExchange out;
    auto& sifting = out.sifting;
    sifting.alice.reserve(p.post.block);
    sifting.bob.reserve(p.post.block);
    TagSource source{p, conditions, end, rng};
    CoincidenceMatcher matcher{clock_settings(p, light_model(p, conditions.front()).spread_ps), p.timing.window_ps};
    std::vector<Coincidence> found;
    std::vector<double> known;
    for (auto const& condition : conditions)
        known.push_back(coincidence_statistics(p, condition).known_to_eve);
    std::size_t step = 0;
    std::uint64_t missing = p.post.block;
    while (!matcher.gave_up() && source.next(matcher.alice(), matcher.bob())) {
        found.clear();
        matcher.match(found);
        for (auto const& c : found) {
            if (!sifting.exchange(p.protocol, c.alice, c.bob)) continue;
            while (step + 1 < conditions.size() && conditions[step + 1].from.count() * 1'000 <= c.time_ps)
                ++step;
            out.known += known[step];
            if (--missing > 0) continue;
            double const last = static_cast<double>(c.time_ps) + p.timing.window_ps; // Bob's tag may be the later one
            out.gathered = SimDuration{static_cast<SimDuration::rep>(std::ceil(last * 1e-3))};
            out.full = out.gathered <= end;
            return out;
        }
    }
    return out;
}

LinkBlock distil_tags(EntangledParameters const& p, TagExchange exchange, RngStream public_rng) {
    LinkBlock block;
    auto& yield = block.yield;
    auto& counts = exchange.sifting.counts;
    Bits alice = exchange.sifting.alice.take(), bob = exchange.sifting.bob.take();
    counts.key[1] = alice.distance(bob);
    counts.key[0] = alice.size() - counts.key[1];
    record_sifting(counts, yield);

    // Estimation.
    std::uint64_t const sample_seed = public_rng.next(), cascade_seed = public_rng.next(),
                        hash_seed = public_rng.next();
    std::uint64_t sample_errors = 0;
    yield.sampled = sample_size(p.post, alice.size());
    if (yield.sampled > 0) {
        Bits const sample = choose_sample(alice.size(), yield.sampled, sample_seed);
        sample_errors = keep_where(alice, sample).distance(keep_where(bob, sample));
        alice = drop_where(alice, sample);
        bob = drop_where(bob, sample);
    }
    auto const estimate = entangled_estimate(p, counts, yield.sampled, sample_errors);
    block.outcome = before_correction(p, counts, estimate, alice.size());
    if (block.outcome != BlockOutcome::key) return block;

    // Error correction and its verification.
    auto const correction =
        correct_block(p.post.correction, alice, bob, p.post.cascade_frame, estimate.for_correction, cascade_seed);
    yield.error_correction_leak = correction.leaked;
    yield.round_trips += correction.round_trips;
    yield.frames = correction.frames;
    yield.frame_errors = correction.failed_frames;
    alice = correction.keep(std::move(alice));
    Bits const corrected = correction.keep(correction.corrected);
    auto const verification = verify_keys(alice, corrected, p.post.eps_cor, hash_seed);
    yield.verification_bits = verification.disclosed_bits;
    if (!verification.equal) return block.outcome = BlockOutcome::verify_failed, block;
    block.outcome = conclude_entangled(p, counts, alice.size(), yield);
    if (block.outcome != BlockOutcome::key) return block;
    yield.known_to_eve = known_to_eve(exchange.known, alice.size(), yield);

    amplify(block, alice, corrected, public_rng);
    return block;
}

} // namespace qkdes
