// Threshold sharing of a string of bytes: any k of n shares give it back, k - 1 say nothing about it.
//
//   A. Shamir, "How to share a secret", Commun. ACM 22, 612 (1979), doi:10.1145/359168.359176, over GF(2^8), byte by
//   byte: share x of byte b is f_b(x) with f_b(0) = b and the k - 1 other coefficients uniform, zero included.
//
// Errors are located by syndromes, as shares are words of a generalised Reed-Solomon code: R. J. McEliece,
// D. V. Sarwate, "On sharing secrets and Reed-Solomon codes", Commun. ACM 24, 583 (1981), doi:10.1145/358746.358762.
// Syndromes depend on the errors alone, never on the secret, so that branching on them tells nothing about it.
//
// Holds for:  1 <= k <= n <= 255, positions 1..255, all different.
// Leaves out: who holds what, and whether shares are what the dealer handed out (vcs1.hpp, reconstruct.hpp).
// Checked:    exhaustive secrecy for k = 2 and 3, error location up to (m - k) / 2 and not beyond,
//             tests/sim/kme/shares_field_test.cpp.
#pragma once
#include "sim/base/secret.hpp"
#include "sim/ports/entropy.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace qkdes {

struct SharePoint {
    std::uint8_t x = 0; ///< never 0: that is where the secret is
    SecretBytes y;
};

/// Shares at x = 1..n.
std::vector<SharePoint> split_secret(std::span<std::uint8_t const> secret, std::uint8_t k, std::uint8_t n,
                                     Entropy& entropy);

/// Value at `at` of the polynomial of degree < points.size() through all points; the secret is at 0.
SecretBytes interpolate(std::span<SharePoint const> points, std::uint8_t at = 0);

/// Indices of points that do not lie on the one polynomial of degree < k that passes through all others, when there are
/// at most (points.size() - k) / 2 of them; nothing when there are more. Empty: all agree.
std::optional<std::vector<std::size_t>> locate_errors(std::span<SharePoint const> points, std::uint8_t k);

} // namespace qkdes
