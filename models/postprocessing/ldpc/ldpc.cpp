#include "models/postprocessing/ldpc/ldpc.hpp"

#include "models/postprocessing/ldpc/parties.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <memory>
#include <optional>

namespace qkdes {
namespace {

using ldpc::FramePlan;

/// The messages of one frame: every bit that crosses is counted and kept here.
class FrameTalk {
  public:
    FrameTalk(FramePlan const& plan, Conversation* conversation) : plan_{plan}, conversation_{conversation} {}

    /// What Bob has of the key afterwards; nothing where he gives up.
    std::optional<Bits> run(Bits const& alice_key, Bits const& bob_key, ldpc::Bob* bob, RngStream& alice_own) {
        if (plan_.disclosed) return alice_says(alice_key), alice_key;
        ldpc::Alice const alice{plan_, alice_key, alice_own};
        Bits const syndrome = alice.syndrome();
        alice_says(syndrome);
        result.leaked -= plan_.punctured;
        bob->take(bob_key, syndrome);
        std::size_t step = plan_.step;
        while (!bob->attempt()) {
            if (result.leaked + step > plan_.frame_bits) return std::nullopt;
            auto const positions = bob->ask(step);
            result.message_bits += 32 * positions.size();
            if (conversation_) conversation_->from_bob.add(positions);
            Bits const answers = alice.answer(positions);
            alice_says(answers);
            bob->hear(answers);
            if (result.round_trips > kEvenSteps) step += step / 2;
        }
        return bob->corrected();
    }
    CorrectionResult result;

  private:
    static constexpr std::uint32_t kEvenSteps = 6; ///< from then on each step is half as long again as the last

    void alice_says(Bits const& bits) {
        ++result.round_trips;
        result.leaked += bits.size();
        result.message_bits += bits.size();
        if (conversation_) conversation_->from_alice.add(bits);
    }
    FramePlan const& plan_;
    Conversation* conversation_;
};

} // namespace

CorrectionResult ldpc_correct_in_frames(Bits const& alice, Bits const& bob, std::size_t frame_bits,
                                        LdpcParameters const& parameters, std::uint64_t public_seed,
                                        Conversation* conversation) {
    QKDES_EXPECTS(alice.size() == bob.size());
    CorrectionResult block;
    std::size_t const n = alice.size();
    if (n == 0) return block;
    QKDES_EXPECTS(frame_bits > 0);
    block.frames = std::max<std::size_t>(1, (n + frame_bits / 2) / frame_bits);
    std::size_t const longer = n % block.frames; // that many frames have one bit more than the rest
    RngStream alice_own{public_seed, "postprocessing/ldpc/punctured"};

    FramePlan plan;
    std::unique_ptr<ldpc::Bob> bob_party;
    Bits given_up{block.frames}; // Bob tells Alice at the end
    std::vector<std::size_t> ends;
    for (std::size_t f = 0, from = 0; f < block.frames; from = ends.back(), ++f) {
        std::size_t const size = n / block.frames + (f < longer);
        if (size != plan.frame_bits) {
            bob_party.reset();
            plan = ldpc::plan_frame(size, parameters.qber_estimate, parameters.effort);
            if (!plan.disclosed) bob_party = std::make_unique<ldpc::Bob>(plan);
        }
        Bits const bob_key = bob.slice(from, size);
        FrameTalk talk{plan, conversation};
        auto const corrected = talk.run(alice.slice(from, size), bob_key, bob_party.get(), alice_own);
        given_up.set(f, !corrected);
        block.corrected.append(corrected ? *corrected : bob_key);
        block.flips += corrected ? corrected->distance(bob_key) : 0;
        block.leaked += talk.result.leaked;
        block.message_bits += talk.result.message_bits;
        block.round_trips = std::max(block.round_trips, talk.result.round_trips);
        ends.push_back(from + size);
    }
    block.message_bits += given_up.size();
    if (conversation) conversation->from_bob.add(given_up);
    block.failed_frames = given_up.count();
    if (block.failed_frames == 0) return block;
    block.kept.reserve(n);
    for (std::size_t f = 0, at = 0; f < block.frames; ++f)
        for (; at < ends[f]; ++at)
            block.kept.push_back(!given_up.get(f));
    return block;
}

} // namespace qkdes
