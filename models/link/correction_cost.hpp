// What error correction costs, for the block level: leak, round trips, frames given up or left wrong, drawn with their
// scatter, for each method of models/postprocessing/correction.hpp.
#pragma once
#include "models/postprocessing/correction.hpp"
#include "sim/base/rng.hpp"

#include <cstdint>

namespace qkdes {

struct CorrectionCost {
    std::uint64_t leaked = 0;
    std::uint32_t round_trips = 0;
    std::uint64_t frames = 0;
    std::uint64_t failed_frames = 0; ///< given up; their bits leave the key
    std::uint64_t lost_bits = 0;     ///< bits of the frames given up
    bool all_correct = true;         ///< false: an error was left in some frame; verification finds it
};

/// One block of `bits` with `errors` in it, cut into frames of about `frame_bits`.
CorrectionCost draw_correction_cost(CorrectionMethod method, std::uint64_t bits, std::uint64_t errors,
                                    std::uint64_t frame_bits, double qber_estimate, RngStream& rng);

} // namespace qkdes
