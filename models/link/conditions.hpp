// Conditions of a quantum channel that come from several causes at once.
#pragma once
#include "models/link/link_block.hpp"

#include <span>
#include <vector>

namespace qkdes {

/// Losses, errors and stray light add up; of two attacks or impairments the second one's holds. `from` is the first's.
ConditionStep together(ConditionStep first, ConditionStep const& second);

/// Two sequences that both begin at 0, as one.
std::vector<ConditionStep> together(std::span<ConditionStep const> first, std::span<ConditionStep const> second);

} // namespace qkdes
