// The decisions of a block's post-processing, from public data alone, shared by both fidelities so that they cannot
// drift apart: go on or stop before reconciliation, how to reconcile, and what the block yields after it.
//
// The order of the conversation, each line a round trip:
//   estimation      Bob: which symbols are revealed and their values (homodyne: all quadrature choices); Alice: bounds
//   reconciliation  Bob: rotations or cell positions, and syndromes; Alice: which frames she has
//   verification    hash key and tag; answer
//   amplification   Toeplitz seed and length; tags of the whole transcript, one per direction
//
// The length, with what reconciliation really leaked in place of beta I (reconciliation.hpp has the argument):
//   secret = floor(raw_entropy - leaked - k [chi_BE(T_min, xi_max) + Delta(k)] - verification bits),
// k the symbols in frames that were kept. Frames dropped cost symbols; what was said about them is of no use to Eve,
// since nothing of them enters the key.
//
// `automatic` takes rotation for constellations: the entropy that slices count is that of normal data. Rotation takes
// Bob's direction in 8-D for uniform, which holds at the low SNR that constellations of few points are good for.
#pragma once
#include "models/link/cv/cv_parameters.hpp"
#include "models/link/cv/cv_rates.hpp"
#include "models/link/link_block.hpp"

namespace qkdes {

inline constexpr std::uint32_t kCvRoundTrips = 4;
/// Fewer revealed symbols estimate nothing: such a block yields no key.
inline constexpr std::uint64_t kFewestRevealed = 1'000;

/// Fills in the estimates and says whether to go on: `key` to go on, else why not.
BlockOutcome cv_after_estimation(CvParameters const& parameters, CvEstimate const& estimate, std::uint64_t used_symbols,
                                 BlockYield& yield);

/// How `values` quadrature values are reconciled. Where no frame length is asked, frames of equal size near the
/// method's own that leave no value over.
CvReconciliationParameters cv_reconciliation_plan(CvParameters const& parameters, CvQuadrature const& seen,
                                                  std::uint64_t values);
/// Whether there is a code for it at all: SNR .025 to 40, and one frame's worth of values.
bool cv_can_reconcile(CvReconciliationParameters const& plan, std::uint64_t values);

/// What reconciliation left, at either fidelity.
struct CvReconciled {
    std::uint64_t kept_values = 0; ///< quadrature values in frames kept
    std::uint64_t key_bits = 0;    ///< bits of the strings kept
    double raw_entropy = 0;
    std::uint64_t leaked = 0;
};
/// Fills the length; yield.verification_bits must be set. Returns the outcome.
BlockOutcome cv_conclude(CvParameters const& parameters, CvEstimate const& estimate, CvReconciled const& reconciled,
                         BlockYield& yield);

} // namespace qkdes
