#include "models/postprocessing/cascade.hpp"

#include "models/postprocessing/cascade_parties.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <memory>

namespace qkdes {
namespace {

/// The conversation: every parity and every query crosses here, and is counted and kept here.
CorrectionResult converse(Bits const& alice_key, Bits const& bob_key, cascade::Plan const& plan, cascade::Bob& bob,
                          Conversation* conversation) {
    cascade::Alice const alice{plan, alice_key};
    bob.take(bob_key);
    CorrectionResult result;
    auto const alice_says = [&](Bits const& parities) {
        ++result.round_trips;
        result.leaked += parities.size();
        result.message_bits += parities.size();
        if (conversation) conversation->from_alice.add(parities);
    };
    for (unsigned pass = 0; pass < plan.passes(); ++pass) {
        Bits const parities = alice.open_pass(pass);
        if (!parities.empty()) alice_says(parities);
        bob.open_pass(pass, parities);
        for (auto queries = bob.ask(); !queries.empty(); queries = bob.ask()) {
            result.message_bits += 32 * queries.size();
            if (conversation) conversation->from_bob.add(queries);
            Bits const answers = alice.answer(queries);
            alice_says(answers);
            bob.hear(answers);
        }
    }
    result.corrected = bob.corrected();
    result.flips = bob.flips();
    return result;
}

} // namespace

CorrectionResult cascade_correct(Bits const& alice, Bits const& bob, CascadeParameters const& parameters,
                                 std::uint64_t public_seed, Conversation* conversation) {
    return correct_in_frames(alice, bob, alice.size(), parameters, public_seed, conversation);
}

CorrectionResult correct_in_frames(Bits const& alice, Bits const& bob, std::size_t frame_bits,
                                   CascadeParameters const& parameters, std::uint64_t public_seed,
                                   Conversation* conversation) {
    QKDES_EXPECTS(alice.size() == bob.size());
    CorrectionResult block;
    std::size_t const n = alice.size();
    if (n == 0) return block;
    QKDES_EXPECTS(frame_bits > 0);
    std::size_t const frames = std::max<std::size_t>(1, (n + frame_bits / 2) / frame_bits);
    block.frames = frames;
    std::size_t const longer = n % frames; // that many frames have one bit more than the rest
    cascade::Plan plan{n / frames + (longer > 0), parameters, public_seed};
    auto bob_party = std::make_unique<cascade::Bob>(plan);
    block.corrected.reserve(n);
    for (std::size_t f = 0, from = 0; f < frames; from += plan.frame_bits(), ++f) {
        if (f == longer && longer > 0) {
            plan = plan.shortened();
            bob_party = std::make_unique<cascade::Bob>(plan);
        }
        CorrectionResult const frame = converse(alice.slice(from, plan.frame_bits()),
                                                bob.slice(from, plan.frame_bits()), plan, *bob_party, conversation);
        block.corrected.append(frame.corrected);
        block.leaked += frame.leaked;
        block.flips += frame.flips;
        block.message_bits += frame.message_bits;
        block.round_trips = std::max(block.round_trips, frame.round_trips);
    }
    return block;
}

} // namespace qkdes
