// A block at `photon` fidelity: every symbol, then real estimation, reconciliation, verification and amplification.
//
// Two parties: Alice's key comes from her values and what was said in public, Bob's from his.
// Memory: the block's symbols are made twice and never kept. At a time: a chunk of 32768 symbols, four reconciliation
// frames of floats (32 MB at frames of 1e6 values), and the strings kept: 1 bit a used value and party for rotation, up
// to 6 for slices; amplification needs 6 times one of them more. So 1e8 heterodyne symbols, half of them used, take
// about .1 GB with rotation; 1e9, the largest block that parameters allow, 1 GB with rotation and up to 6 with slices.
#pragma once
#include "models/link/cv/cv_parameters.hpp"
#include "models/link/link_block.hpp"

#include <span>
#include <string>

namespace qkdes {

/// A block of `symbols` data symbols that was not interrupted.
LinkBlock distil_symbols(CvParameters const& parameters, std::span<ConditionStep const> conditions,
                         std::uint64_t symbols, std::uint64_t seed, std::string const& link_name, std::uint64_t index);

} // namespace qkdes
