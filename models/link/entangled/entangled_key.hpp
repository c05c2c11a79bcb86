// How long the key of one finite block of an entangled link may be, from its counts.
//
//   BBM92: M. Tomamichel, C. C. W. Lim, N. Gisin, R. Renner, "Tight finite-key analysis for quantum cryptography", Nat.
//   Commun. 3, 634 (2012), doi:10.1038/ncomms1631:
//     l = floor( n [1 - h(Q_X + mu)] - leak - 2 log2(1 / eps_sec) - correctness ),
//     mu = sqrt( (n + k)(k + 1) / (n k^2) ln(2 / eps_sec) ),
//   n key bits in Z, k bits of the other basis with error rate Q_X. General attacks.
//   E91: Eve's information from S (A. Acín et al., Phys. Rev. Lett. 98, 230501 (2007)), S lowered by what its four
//   correlations may stray (Hoeffding), and the entropy of n rounds below n times one round's (V. Scarani, R. Renner,
//   Phys. Rev. Lett. 100, 200501 (2008), doi:10.1103/PhysRevLett.100.200501); eps_sec in three equal parts e:
//     S_low = S - sqrt( 2 ln(1/e) sum_i 1/n_i ),
//     l = floor( n [1 - chi(S_low)] - 7 sqrt(n log2(2/e)) - 2 log2(1/e) - leak - correctness ).
//   Collective attacks, and fair sampling: what is not detected is taken to be like what is.
//
// `correctness` is log2(2 / eps_cor) in the paper; with a verification hash its disclosed bits take that place.
// Leaves out: that the paper fixes the tolerated Q_X before the exchange; here it is what was seen, as products do.
// Checked:    against sums by hand and limits, tests/models/link/entangled/entangled_key_test.cpp.
#pragma once
#include "models/link/entangled/entangled_parameters.hpp"
#include "models/link/link_block.hpp"

#include <array>
#include <cstdint>

namespace qkdes {

/// Coincidences of one block by kind; [0] equal bits, [1] different ones.
struct EntangledCounts {
    std::array<std::uint64_t, 2> key{}, other_basis{};
    std::array<std::array<std::uint64_t, 2>, 4> tests{};
    std::uint64_t unused = 0;

    std::uint64_t total_key() const { return key[0] + key[1]; }
    std::uint64_t total_other() const { return other_basis[0] + other_basis[1]; }
    std::uint64_t total_tests() const;
    std::uint64_t total() const { return total_key() + total_other() + total_tests() + unused; }
    double chsh() const; ///< 0 without tests
};

struct EntangledKey {
    double phase_error = 0.5; ///< BBM92: Q_X + mu; E91: the error rate at which h is Eve's information
    std::uint64_t secret = 0;
};

/// `key_bits` are the bits that become key (a revealed sample is not among them). `leak` and `correctness` in bits.
EntangledKey entangled_key(EntangledProtocol protocol, EntangledCounts const& counts, std::uint64_t key_bits,
                           double eps_sec, std::uint64_t leak, double correctness);

/// How far S may be below what was seen, but for a chance `eps`; infinite when a test has no rounds.
double chsh_stray(EntangledCounts const& counts, double eps);

} // namespace qkdes
