// Eight-dimensional multidimensional reconciliation: Gaussian symbols become a channel with binary input.
//
//   A. Leverrier, R. Alleaume, J. Boutros, G. Zemor, P. Grangier, Phys. Rev. A 77, 042325 (2008),
//   doi:10.1103/PhysRevA.77.042325.
//
// Eight of Bob's symbols are an octonion y. He draws u uniformly from {+-1/sqrt 8}^8 and publishes m = u conj(y / |y|)
// and |y|. Since y is isotropic, m is uniform on the sphere whatever u is: it tells nothing of u. Alice's estimate of
// Bob's symbols, x scaled by a = cov / var(y), gives r = m x = a |y| u + noise, because (u conj(v)) v = u for unit v
// (octonions are alternative), and multiplying by a unit keeps noise isotropic: eight uses of a channel with binary
// input, its strength a|y| known. log P(0)/P(1) of bit i is 2 a |y| r_i / (sqrt 8 s2), s2 the variance of x given y.
//
// Leaves out: blocks of more dimensions, which lose less to the spread of |y|.
// Checked:    tests/models/postprocessing/cv/rotation_test.cpp.
#pragma once
#include "models/postprocessing/cv/reconciliation.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace qkdes::cv {

using Octonion = std::array<float, 8>;

/// Cayley-Dickson: (a, b)(c, d) = (ac - conj(d) b, d a + b conj(c)) over quaternions.
Octonion multiply(Octonion const& x, Octonion const& y);
Octonion conjugate(Octonion const& x);

/// What Bob publishes for eight symbols.
struct RotationMessage {
    Octonion map; ///< of norm 1
    float norm;
};

/// Bob: bits (0 is +1/sqrt 8) and symbols, a multiple of eight, to messages.
std::vector<RotationMessage> rotate_to_bits(std::span<float const> bob, Bits const& bits);

/// Alice: channel values of the bits in units of 2^-scale.
void channel_values(std::span<float const> alice, std::span<RotationMessage const> messages,
                    CvChannelEstimate const& channel, unsigned scale, std::span<std::int16_t> out);

} // namespace qkdes::cv
