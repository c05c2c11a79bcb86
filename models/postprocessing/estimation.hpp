// Parameter estimation: a random sample of the sifted key is revealed, its errors are counted, and both sides forget
// it. Also the QBER estimate that sizes Cascade's blocks when nothing is sampled in the key basis.
//
// The sample is uniform among all subsets of its size, without replacement, which is what the sampling bounds of
// finite-key formulas assume (Serfling; hypergeometric tail). Each side works on its own key; only the sample's bits
// cross the channel.
#pragma once
#include "sim/base/bits.hpp"

#include <cstdint>

namespace qkdes {

/// Mask of `size` bits with exactly `sample` ones, uniform, from the public stream of the seed. Needs sample <= size.
Bits choose_sample(std::size_t size, std::size_t sample, std::uint64_t public_seed);

struct EstimationResult {
    std::uint64_t sampled = 0; ///< bits revealed, lost for the key
    std::uint64_t errors = 0;  ///< among them
    double qber = 0;           ///< errors / sampled; 0 when nothing was sampled
    Bits alice_rest, bob_rest; ///< the two keys without the sample
};

/// Reveals `sample` positions (at most all) of two keys of one size. One message each way.
EstimationResult estimate_by_sampling(Bits const& alice, Bits const& bob, std::size_t sample,
                                      std::uint64_t public_seed);

/// A QBER for error correction from counts (a sample, the other basis, the previous block): the posterior mean
/// (errors + 1/2) / (trials + 1) of Jeffreys' prior, so that 0 errors give a small number and not 0, and no counts
/// give 1/2. It decides only efficiency; security never rests on it. In (0, 1/2].
double qber_for_correction(std::uint64_t errors, std::uint64_t trials);

} // namespace qkdes
