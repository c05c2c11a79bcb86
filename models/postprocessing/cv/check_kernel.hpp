// One block row of a check-node update: the inner loop of the decoder. Messages are log-likelihood ratios in int16, in
// units of 2^-scale; every operation is exact integer arithmetic, so that the vector path gives the scalar path's bits.
//
//   Sum-product by pairs (J. Hagenauer, E. Offer, L. Papke, IEEE Trans. Inf. Theory 42, 429 (1996),
//   doi:10.1109/18.485714): |a [+] b| = min(|a|,|b|) - f(||a|-|b||) + f(|a|+|b|), f(x) = ln(1 + e^-x), with f taken as
//   ln 2 (1 - x / (8 ln 2))^4 below 8 ln 2 and 0 above. Value and slope at 0 are f's; the error is below .018.
//
// Holds for:  scale 6 to 11. Everything saturates at +-32767 units.
// Checked:    against doubles and, vector against scalar, bit by bit: tests/models/postprocessing/cv/decoder_test.cpp.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace qkdes::cv {

/// The update of one circulant: posterior (already rotated: lane i at [i]; the decoder keeps copies so that this never
/// wraps) and the row's message to that column.
struct RowEdge {
    std::int16_t* posterior;
    std::int16_t* message;
    std::size_t to_wrap; ///< lane at which the column's copy starts over; lift - shift
};

struct RowUpdate {
    std::span<RowEdge const> edges;
    std::int16_t const* constant; ///< the extension column's channel value per lane, or null
    std::int16_t const* sign;     ///< per lane 0 or -1: the syndrome
    std::size_t lift;             ///< a multiple of 16
    unsigned scale;
};

/// Room that a row of the largest degree needs, in int16.
constexpr std::size_t kernel_scratch(std::size_t degree) { return 48 * (degree + 2); }

/// Copies on either side of a column that an update may scribble on.
inline constexpr std::size_t kColumnPad = 16;

void update_row_scalar(RowUpdate const& row, std::int16_t* scratch);
/// The widest path of this machine; same bits.
void update_row(RowUpdate const& row, std::int16_t* scratch);

/// Messages stop here, so that a posterior's sum of them does not saturate while any of them moves: a saturated sum has
/// forgotten part of what it is made of, and can come out with the wrong sign when its terms shrink again (it did, for
/// nearly every bit of one frame in five, at scale 10).
inline constexpr int kMostMessage = 6000;

/// a [+] b as the kernel computes it, for tests.
std::int16_t box_plus(std::int16_t a, std::int16_t b, unsigned scale);

} // namespace qkdes::cv
