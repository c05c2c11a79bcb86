// One block of a link whose key rate is stated: every `every`, rate * every bits of key at both ends.
//
//   A part of a bit is one bit with that probability, so that the mean over blocks is the rate. A block that is closed
//   early has key for the time it had. Both fidelities are the same: there is nothing behind the rate.
//
// Holds for:  a rate that does not change.
// Leaves out: error rate, sifted bits, tags, and whatever conditions do to the light: scenarios that ask for any of it
//             on such a link are refused (sim/scenario/resolve_stated.cpp). Cuts interrupt as on every link.
// Checked:    tests/models/link/stated_block_test.cpp.
#pragma once
#include "models/link/link_block.hpp"
#include "models/link/stated/stated_parameters.hpp"

#include <span>
#include <string_view>

namespace qkdes {

LinkBlock simulate_stated_block(StatedParameters const& parameters, std::span<ConditionStep const> conditions,
                                SimDuration horizon, Fidelity fidelity, std::uint64_t seed, std::string_view link,
                                std::uint64_t index);

} // namespace qkdes
