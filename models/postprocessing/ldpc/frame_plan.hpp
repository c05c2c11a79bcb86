// What both parties of LDPC correction know before the first message: the code of a frame, and which of its bits are
// key. All of it follows from the frame's size, the estimate of the QBER and the effort.
//
//   Rate adaptation by puncturing and shortening: D. Elkouss, J. Martinez-Mateo, V. Martin, "Information reconciliation
//   for quantum key distribution", Quantum Inf. Comput. 11, 226 (2011), arXiv:1007.1616.
//
// A code has whole block rows only; block column 0 makes up for it. Its first `punctured` bits are random bits that
// Alice keeps to herself, so that a syndrome of R bits says no more than R - punctured bits about the key: they meet
// three checks each, no check meets two of them, and so each takes one bit of the syndrome for itself. The rest of
// column 0, and what follows the key, is shortened: 0 on both sides.
//
// Leak aimed at: 1.06 n h(q) for `best`; for `fast`, which wants hardly any second attempts, 1.12 n h at the q that one
// frame in two hundred exceeds (2.6 deviations). Both factors were found by trial.
//
// Holds for:  frames of 1 to 2^25 bits. Frames that a syndrome would tell most of anyway are disclosed: `disclosed`.
// Leaves out: frames below about 2e3 bits and QBERs below .3 % work but waste: a code has at least four block rows.
// Checked:    tests/models/postprocessing/ldpc/frame_plan_test.cpp.
#pragma once
#include "models/postprocessing/ldpc/code.hpp"

#include <cstdint>
#include <memory>

namespace qkdes::ldpc {

enum class Effort : std::uint8_t {
    fast, ///< a syndrome that is nearly always enough, and few iterations
    best, ///< a syndrome that is enough half of the time, many iterations, more bits where it was not
};

struct FramePlan {
    std::size_t frame_bits = 0;
    bool disclosed = false;                        ///< no code: Alice sends the frame itself
    std::uint32_t columns = 0, rows = 0, lift = 0; ///< of the code
    std::uint32_t punctured = 0;                   ///< first bits of column 0
    unsigned iterations = 0;                       ///< of an attempt
    std::uint32_t step = 0;                        ///< bits that Bob asks for after the first failed attempt
    double qber = 0;                               ///< the estimate, taken into the range that has codes
    std::shared_ptr<Code const> code;              ///< null where disclosed

    std::size_t first_key_bit() const { return lift; }
    std::size_t word_bits() const { return std::size_t{columns} * lift; }
    std::size_t syndrome_bits() const { return std::size_t{rows} * lift; }
};

FramePlan plan_frame(std::size_t frame_bits, double qber_estimate, Effort effort);
/// The same without the code, for those who ask what a frame will cost.
FramePlan plan_frame_without_code(std::size_t frame_bits, double qber_estimate, Effort effort);

/// A code of the family; those of late are kept, so that blocks of one link do not build theirs again and again.
std::shared_ptr<Code const> family_code(std::uint32_t columns, std::uint32_t rows, std::uint32_t lift);

} // namespace qkdes::ldpc
