// Robust combination without hashes, signatures or any computational assumption: each share vouches for the others.
//
//   T. Rabin, M. Ben-Or, "Verifiable secret sharing and multiparty protocols with honest majority", STOC '89, 73,
//   doi:10.1145/73007.73014, here for shares that travel n disjoint paths between an honest sender and receiver.
//
// Share j carries a one-time key (a, b) for every other share i, and share i the tag a^2 y1 + a y2 + b over GF(2^128)
// of its halves y1, y2 under it. A share is accepted when at least k packages find its tag right, its own included. Of
// n packages at most t = k - 1 may be altered, and n >= 2 t + 1: then honest ones have k vouchers, and a false one
// passes with a chance of at most 2 / 2^128 per honest voucher, n^2 2^-127 in all.
//
// On the way: y 32 bytes, 16 (n - 1) of tags, 32 (n - 1) of keys (`CrossMacPackage::bytes`).
//
// Checked: all sets of up to k - 1 altered packages for n = 5, lies about others' tags and keys, conspirers;
// tests/sim/kme/shares_cross_mac_test.cpp.
#pragma once
#include "sim/kme/shares/gf128.hpp"
#include "sim/kme/shares/secret_sharing.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace qkdes {

struct CrossMacPackage {
    static constexpr std::size_t kShareBytes = 32, kTagBytes = 16, kKeyBytes = 32;
    std::uint8_t x = 0, n = 0;
    SecretBytes y;    ///< 32 bytes
    SecretBytes tags; ///< of this share under the keys of the others, by their x
    SecretBytes keys; ///< for the tags of the others, by their x
    static constexpr std::size_t bytes(std::uint8_t n) {
        return 2 + kShareBytes + (n - std::size_t{1}) * (kTagBytes + kKeyBytes);
    }
};
SecretBytes encode_package(CrossMacPackage const& package);
std::optional<CrossMacPackage> decode_package(std::span<std::uint8_t const> bytes);

/// `secret` has 32 bytes; n >= 2k - 1, and k >= 2.
std::vector<CrossMacPackage> cross_mac_split(SecretBytes const& secret, std::uint8_t k, std::uint8_t n,
                                             Entropy& entropy);

struct CrossMacResult {
    std::optional<SecretBytes> secret;  ///< nothing with fewer than k accepted
    std::vector<std::uint8_t> culprits; ///< x of packages that were not accepted, ascending
};
/// Package i must have come over path i: whoever calls drops one whose x is not its path's.
CrossMacResult cross_mac_combine(std::span<CrossMacPackage const> packages, std::uint8_t k);

/// One-time pad and one-time tag (M. N. Wegman, J. L. Carter, J. Comput. Syst. Sci. 22, 265 (1981),
/// doi:10.1016/0022-0000(81)90033-7) for a hop that spends link key: `pad` has plaintext.size() + 32 bytes and is used
/// once. A forged text passes with a chance of at most (size / 16 + 2) / 2^128.
constexpr std::size_t kOneTimeOverhead = 32;
std::vector<std::uint8_t> one_time_seal(SecretBytes const& pad, std::span<std::uint8_t const> plaintext);
std::optional<SecretBytes> one_time_open(SecretBytes const& pad, std::span<std::uint8_t const> sealed);

} // namespace qkdes
