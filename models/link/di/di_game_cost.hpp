// What Cascade costs on lost games, for the block level: error rates of 10 to 21 %, beyond what cascade_cost.hpp was
// fitted on. Fitted once on the real one (models/postprocessing/cascade.hpp) with first blocks of 4 bits: 15 frames of
// 6e4 bits and 30 of 2e4 at each of 8 error rates.
//
// Why blocks of 4: at 16.5 %, f is 1.097 with 116 round trips; with the 8 bits that an honest estimate of 17 % leads
// to, 1.103 and 213. So games are corrected as if they were lost at 20 %, whatever the plan.
//
// Holds for:  frames of 2e4 bits and more, error rates from 10 to 21 % (flat beyond). f within .006, rounds within 35
// %. Checked:    against the real Cascade at rates and sizes that were not fitted,
// tests/models/link/di/di_game_cost_test.cpp.
#pragma once
#include "models/link/cascade_cost.hpp"

namespace qkdes {

/// The error rate that games are corrected for.
inline constexpr double kGameEstimate = 0.2;

/// leak / (n h(q)) of a frame without end.
double game_efficiency(double q);
/// `games` of which `lost` differ, cut into frames of about `frame_bits`.
CascadeCost draw_game_cost(std::uint64_t games, std::uint64_t lost, std::uint64_t frame_bits, RngStream& rng);

} // namespace qkdes
