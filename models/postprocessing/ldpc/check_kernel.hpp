// One block row of the decoder: every check of it reads its bits' beliefs, and answers (decoder.hpp has the rule). Two
// paths, bit by bit the same.
#pragma once
#include "models/postprocessing/ldpc/code.hpp"

#include <cstdint>
#include <span>

namespace qkdes::ldpc {

inline constexpr std::uint32_t kMirror = 32; ///< the first beliefs of a block column stand again behind its last

struct RowJob {
    std::span<Edge const> edges;    ///< of the row; at most kMostEdges
    std::int16_t* beliefs;          ///< of all columns, lift + kMirror each
    std::int8_t* messages;          ///< of this row: lift per edge, in the order of place_of()
    std::int8_t const* check_signs; ///< of this row: lift bytes, -1 where the checks must sum to 1, else 0
    std::uint32_t lift;
};
inline constexpr std::size_t kMostEdges = 1024;

/// Messages and check signs of 32 neighbours stand in the order that packing two vectors of 16 leaves them in.
constexpr std::uint32_t place_of(std::uint32_t i) { return (i & ~24u) | (i & 8) << 1 | (i & 16) >> 1; }

void update_row_scalar(RowJob const& job);
/// With AVX2 where the processor has it.
void update_row(RowJob const& job);

/// Bit i of the words: whether belief i is negative. Needs 64 beliefs per word.
void pack_signs(std::span<std::int16_t const> beliefs, std::span<std::uint64_t> out);

} // namespace qkdes::ldpc
