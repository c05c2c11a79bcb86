// Putting shares together again, and naming those who stood in the way.
//
// 1. A share that does not match its hash in the manifest is put aside and its x named.
// 2. The rest must lie on one polynomial and, when the manifest has a check, give the key that it knows. Shares that
//    pass their hashes and do not come from a faulty dealer or from a custodian that lied at a refresh: up to
//    (m - k) / 2 of m are located by syndromes; beyond that, with a check, by trying sets of k shares, at most
//    kMostTries of them.
//
// Without a check and with exactly k shares nothing can be compared: `surplus` tells how many shares confirm the key.
//
// Checked: every single changed byte of every share, 1..n-k liars, wrong dealings; tests/sim/kme/shares_vcs1_test.cpp.
#pragma once
#include "sim/kme/shares/vcs1.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace qkdes {

enum class ReconstructStatus : std::uint8_t {
    ok,
    too_few,      ///< fewer than k good shares
    inconsistent, ///< k or more pass their hashes, but they fit no key
};

struct Reconstruction {
    static constexpr std::size_t kMostTries = 5000;
    ReconstructStatus status = ReconstructStatus::too_few;
    std::optional<SecretBytes> key;
    std::vector<std::uint8_t> culprits; ///< x of wrong shares, ascending
    std::vector<std::uint8_t> expired;  ///< x of shares past their time
    std::size_t surplus = 0;            ///< good shares beyond k
};

/// The manifest's signature is the caller's to verify. Two shares of one x: the first that matches counts.
Reconstruction reconstruct(ShareManifest const& manifest, std::span<ShareRecord const> shares, SimTime now);

} // namespace qkdes
