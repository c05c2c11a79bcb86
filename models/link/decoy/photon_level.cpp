#include "models/link/decoy/photon_level.hpp"

#include "models/link/amplification.hpp"
#include "models/link/decoy/attack_on_pulse.hpp"
#include "models/link/decoy/block_decisions.hpp"
#include "models/link/decoy/block_gathering.hpp"
#include "models/postprocessing/correction.hpp"
#include "models/postprocessing/estimation.hpp"
#include "models/postprocessing/sifting.hpp"
#include "models/postprocessing/verification.hpp"

namespace qkdes {
namespace {

Bits difference(Bits a, Bits const& b) {
    a ^= b;
    return a;
}

} // namespace

PhotonExchange gather_photons(DecoyBb84Parameters const& p, std::span<ConditionStep const> conditions,
                              std::uint64_t end, RngStream rng) {
    PhotonExchange out;
    auto& sifting = out.sifting;
    sifting.three_state = p.source.encoding == Encoding::time_bin_three_state;
    for (BitTape* tape : {&sifting.alice.z, &sifting.bob.z, &sifting.z.low, &sifting.z.high})
        tape->reserve(p.post.block);
    PhotonSampler sampler{p, conditions, end, rng};
    std::vector<Detection> batch(4096);
    std::uint64_t missing = p.post.block;
    std::size_t step = 0;
    for (;;) {
        std::size_t const got = sampler.sample(batch);
        for (std::size_t i = 0; i < got; ++i) {
            bool const in_z = sifting.exchange(alice_sent(batch[i]), bob_saw(batch[i]));
            if (in_z && batch[i].outcome.intercepted()) {
                while (step + 1 < conditions.size() &&
                       first_pulse_at(conditions[step + 1].from, p.source.clock) <= batch[i].pulse)
                    ++step;
                out.known += eve_information(p, conditions[step]);
            }
            missing -= in_z;
            if (missing > 0) continue;
            out.full = true;
            out.pulses = batch[i].pulse + 1;
            return out;
        }
        if (got < batch.size()) break;
    }
    out.pulses = end;
    return out;
}

LinkBlock distil_photons(DecoyBb84Parameters const& p, PhotonExchange exchange, RngStream public_rng) {
    LinkBlock block;
    auto& yield = block.yield;
    auto& sifting = exchange.sifting;
    Bits alice = sifting.alice.z.take(), bob = sifting.bob.z.take();
    Bits low = sifting.z.low.take(), high = sifting.z.high.take();
    yield.pulses = exchange.pulses;
    yield.basis_mismatch = sifting.basis_mismatch;
    yield.dropped = sifting.dropped;

    // What sifting made public: intensities, and both sides' X bits.
    SiftedCounts& counts = yield.sifted;
    {
        Bits const x_low = sifting.x.low.take(), x_high = sifting.x.high.take();
        counts.n_x = count_intensities(x_low, x_high);
        counts.m_x = count_by_intensity(difference(sifting.alice.x.take(), sifting.bob.x.take()), x_low, x_high);
    }
    counts.n_z = count_intensities(low, high);
    // What nobody knows yet, for the record of the simulation only: the errors in Z.
    counts.m_z = count_by_intensity(difference(alice, bob), low, high);
    observe(p, yield);
    if (exchange.alarm) return block.outcome = BlockOutcome::aborted, block;

    // Estimation.
    std::uint64_t const sample_seed = public_rng.next(), cascade_seed = public_rng.next(),
                        hash_seed = public_rng.next();
    std::uint64_t sample_errors = 0;
    yield.sampled = sample_size(p.post, alice.size());
    if (yield.sampled > 0) {
        Bits const sample = choose_sample(alice.size(), yield.sampled, sample_seed);
        sample_errors = keep_where(alice, sample).distance(keep_where(bob, sample));
        for (Bits* bits : {&alice, &bob, &low, &high})
            *bits = drop_where(*bits, sample);
    }
    auto const estimate = qber_estimate(p, counts, yield.sampled, sample_errors);
    if (estimate.observed > p.post.abort_qber) return block.outcome = BlockOutcome::aborted, block;
    SiftedCounts key_counts = counts;
    key_counts.n_z = count_intensities(low, high);
    if (!worth_correcting(p, key_counts)) return block;

    // Error correction: from here on Bob works on the corrected key, and knows by what he changed how many errors each
    // intensity had. Frames that a decoder gave up are nobody's key.
    auto const correction =
        correct_block(p.post.correction, alice, bob, p.post.cascade_frame, estimate.for_correction, cascade_seed);
    yield.error_correction_leak = correction.leaked;
    yield.round_trips += correction.round_trips;
    yield.frames = correction.frames;
    yield.frame_errors = correction.failed_frames;
    Bits const corrected = correction.keep(correction.corrected);
    for (Bits* bits : {&alice, &bob, &low, &high})
        *bits = correction.keep(std::move(*bits));
    key_counts.n_z = count_intensities(low, high);
    key_counts.m_z = count_by_intensity(difference(std::move(bob), corrected), low, high);

    auto const verification = verify_keys(alice, corrected, p.post.eps_cor, hash_seed);
    yield.verification_bits = verification.disclosed_bits;
    if (!verification.equal) return block.outcome = BlockOutcome::verify_failed, block;

    block.outcome = conclude(p, key_counts, yield);
    if (block.outcome != BlockOutcome::key) return block;
    yield.known_to_eve = known_to_eve(exchange.known, key_counts.total_z(), yield);

    amplify(block, alice, corrected, public_rng);
    return block;
}

} // namespace qkdes
