// What a link does, from a few of its blocks: rates, and where bits are lost on the way from a click to a secret bit.
// The same walk for every family, so that they can be put side by side.
//
//   rate    = bits of the blocks / time they take; gathering and post-processing overlap, so that a block takes the
//             longer of the two. A block that is given up counts its time and no key. Round trips are the network's.
//   stages  sifted key-basis bits = revealed + leaked + verification + amplification + secret, exactly, of the blocks
//           that gave key; authentication is paid from the secret ones.
#pragma once
#include "models/link/channel/drift.hpp"
#include "models/link/link_model.hpp"

#include <optional>
#include <string>

namespace qkdes {

struct LinkSurvey {
    std::uint64_t blocks = 0, with_key = 0;
    BlockOutcome last = BlockOutcome::no_key; ///< of the last block
    double seconds = 0;                       ///< time that the blocks took
    // Per second of that time:
    double clicks = 0;     ///< detections; coincidences, symbols or heralded rounds for other families
    double sifted = 0;     ///< bits in the key basis; for continuous variables those that reconciliation makes
    double secret = 0;     ///< after privacy amplification
    double net = 0;        ///< less what authentication costs; may be negative
    double block_time = 0; ///< seconds, mean
    // Means over the blocks that were measured:
    double qber = 0;                            ///< key basis
    double qber_x = 0;                          ///< other basis
    double chsh = 0;                            ///< families that measure it, else 0
    double transmittance = 0, excess_noise = 0; ///< continuous variables, else 0
    double frame_errors = 0;                    ///< share of the frames that failed, families that count them
    // Where sifted key-basis bits go, as shares of them, over all blocks; together 1:
    double revealed = 0, leaked = 0, verification = 0, amplification = 0, kept = 0;
    double abandoned = 0; ///< bits of blocks that gave no key
};

/// `blocks` >= 1 of them, from index 0. Pure, like the blocks.
LinkSurvey survey_link(LinkParameters const& parameters, Fidelity fidelity, std::uint64_t blocks, std::uint64_t seed,
                       std::optional<DriftParameters> const& drift = {});

} // namespace qkdes
