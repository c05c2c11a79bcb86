// What Cascade costs, for the block level: how many parities it discloses, how many round trips it takes, and how often
// it leaves an error, with their scatter. Fitted once on the real one (models/postprocessing/cascade.hpp): 400 frames
// of 1e4, 60 of 1e5 and 6 of 1e6 bits at each of 15 error rates from .2 to 11 %.
//
//   leak    = n h(m/n) f(q) + overhead per frame + scatter, m the errors there really are.
//             f grows slowly with q, and has a valley where a first block of k1 = 2^round(log2 1/q) bits holds one
//             error on average. The overhead is the search for the last errors, after pass 2: a handful of bisections
//             over half a frame each, so that it depends on the frame hardly at all; gamma, 55 +- 70 bits, less
//             where a frame has fewer than a hundred errors.
//   rounds  = the slowest frame's: Gumbel's law of the largest of many.
//
// Holds for:  frames of 1e4 to 1e6 bits, q from .2 to 11 %, estimates that lead to the k1 that the truth would, or to
//             its neighbour. f within .006 (.003 at 1 % and frames of 5e4), rounds within 35 %.
// Checked:    tests/models/link/cascade_cost_test.cpp against the real Cascade, at rates and sizes that were not
// fitted.
#pragma once
#include "sim/base/rng.hpp"

#include <cstdint>

namespace qkdes {

struct CascadeCost {
    std::uint64_t leaked = 0;
    std::uint32_t round_trips = 0;
    bool all_correct = true; ///< false: an error was left in some frame; verification finds it
};

/// f of the formula above, without the overhead: leak / (n h(q)) of a frame without end, q in (0, 1/2).
double cascade_efficiency(double q, double qber_estimate);

/// One block of `bits` with `errors` in it, cut into frames of about `frame_bits`.
CascadeCost draw_cascade_cost(std::uint64_t bits, std::uint64_t errors, std::uint64_t frame_bits, double qber_estimate,
                              RngStream& rng);

} // namespace qkdes
