// An optical switch that lends a receiver, or a source, to several fibres in turn.
//
// It costs its insertion loss always, all light while it moves, and lets a little of the light of its other ports
// through: photons that belong to nobody, seen as stray light.
// Holds for:  switches that block while they move (micro-mirrors, moved fibres).
// Leaves out: loss that differs from port to port or from move to move, wear, polarisation dependence.
// Checked:    tests/models/link/channel/optical_switch_test.cpp.
#pragma once
#include "models/link/channel/fibre.hpp"
#include "models/link/link_block.hpp"

#include <vector>

namespace qkdes {

struct OpticalSwitch {
    Decibels insertion_loss{1.0};
    SimDuration switching_time{10'000'000}; ///< no light for so long, >= 0
    Decibels isolation{50.0};               ///< of one port from another, >= 0
};

/// Loss that lets nothing through.
inline constexpr Decibels kDark{400.0};

/// The fibre with the switch in it; `neighbours` is what arrives at all other ports together, photons per second.
FibreParameters behind_switch(FibreParameters fibre, OpticalSwitch const& device, Hertz neighbours);

/// Conditions of a block that begins when the switch begins to move towards its fibre.
std::vector<ConditionStep> after_switching(OpticalSwitch const& device);

} // namespace qkdes
