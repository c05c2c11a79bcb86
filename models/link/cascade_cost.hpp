// What Cascade costs, for the block level: how many parities it discloses and how many round trips it takes, with their
// scatter. Fitted on the real one (models/postprocessing/cascade.hpp); `bench_decoy_bb84 --calibrate` prints the table
// that the numbers in cascade_cost.cpp were read from.
//
// Holds for:  frames of 1e3 to 1e6 bits, QBER .2 to 11 %, an estimate within a factor of two of the truth.
// Checked:    tests/models/link/cascade_cost_test.cpp against the real Cascade.
#pragma once
#include "sim/base/rng.hpp"

#include <cstdint>

namespace qkdes {

struct CascadeCost {
    std::uint64_t leaked = 0;
    std::uint32_t round_trips = 0;
    bool all_correct = true; ///< false: an error was left in some frame, verification will find it
};

/// Mean of f = leak / (n h(m/n)) over frames of `frame` bits at error rate q.
double cascade_efficiency(double q, double frame);

/// One block of `bits` with `errors` in it, cut into frames of about `frame_bits`.
CascadeCost draw_cascade_cost(std::uint64_t bits, std::uint64_t errors, std::uint64_t frame_bits, RngStream& rng);

} // namespace qkdes
