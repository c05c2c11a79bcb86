// Reverse reconciliation of continuous-variable QKD data: Bob's quadratures become bits, and Alice, who knows the
// amplitudes she sent, corrects towards him. Real symbols in, equal bit strings out; frames really fail.
//
//   y = gain x + z,  z normal of variance noise_variance,  SNR = gain^2 alice_variance / noise_variance  (per real
//   quadrature), capacity C = 1/2 log2(1 + SNR) bits per symbol.
//
//   rotation  8-D multidimensional reconciliation (A. Leverrier, R. Alleaume, J. Boutros, G. Zemor, P. Grangier,
//             Phys. Rev. A 77, 042325 (2008), doi:10.1103/PhysRevA.77.042325): octonion_rotation.hpp. One bit a symbol.
//             Public: eight reals and the norm for each eight symbols, the syndrome.
//             Key bits: Bob's uniformly random u. Limit: .989 C at SNR .1, .959 at .46, .919 at 1.
//   slices    Bob quantises with cells of 2.4 standard deviations of z and tells where in the cell he is; the cell's
//             number, two to six bits, is the key, lowest bit first, each with its own code and the ones before it
//             known (multilevel coding with multistage decoding; G. Van Assche, J. Cardinal, N. Cerf, IEEE Trans. Inf.
//             Theory 50, 394 (2004), doi:10.1109/TIT.2003.822618): modular_slices.hpp. Limit: above .993 C at any SNR.
//             Public: the place in the cell, one syndrome a level.
//
// What a key-length formula needs: the secret rate of reverse reconciliation is K = (1 - FER) n (beta I(A:B) -
// chi(B:E)), and here beta I(A:B) = (raw_entropy - leaked) / symbols, because given all that is public except the
// syndromes, Bob's string has raw_entropy bits (Shannon, per frame; for `rotation` exactly its length) and the
// syndromes cost `leaked`. chi(B:E) is Eve's information on Bob's quadrature itself, hence not less than hers on the
// string. The strings of `slices` are longer than raw_entropy: hash them to (raw_entropy - leaked - n chi - ...), never
// to their length minus.
//
// Failure: a frame fails when Alice's decoder ends without a word that has Bob's syndrome (recomputed from scratch), or
// ends with one that differs. The first Alice knows and says; such frames leave both strings, and are counted in
// failed_frames. The second nobody knows here: the caller's verification hash finds it (verification.hpp).
//
// Holds for:  SNR .025 to 40; frames of 2e4 to 2e6 symbols; gain and variances within two percent of the truth (a bad
//             estimate costs frames, never secrecy of what is counted, but raw_entropy takes var(y) on trust).
// Leaves out: time and messages (one message from Bob, one bit per frame from Alice); digitisation of the reals.
// Checked:    tests/models/postprocessing/cv/.
#pragma once
#include "sim/base/bits.hpp"

#include <cstdint>
#include <span>

namespace qkdes {

/// The channel as parameter estimation found it, per real quadrature, in any one unit.
struct CvChannelEstimate {
    double gain = 1;           ///< > 0; y = gain x + z
    double noise_variance = 1; ///< > 0; of z
    double alice_variance = 1; ///< > 0; of x

    double snr() const { return gain * gain * alice_variance / noise_variance; }
    double capacity() const; ///< bits per symbol
};

enum class CvReconciliationMethod { automatic, rotation, slices };

struct CvReconciliationParameters {
    CvChannelEstimate channel;
    CvReconciliationMethod method = CvReconciliationMethod::automatic; ///< what cv_method_for names
    /// The efficiency asked for; codes are chosen so that the disclosed bits come to it. 0: the one that the cost model
    /// (reconciliation_cost.hpp) expects to leave a frame error rate of 2.5 % when the channel is known, which chance
    /// in its estimate makes about 5 %.
    double beta = 0;
    std::size_t frame_symbols = 0; ///< about; 0: 1e6 for rotation, 2e5 for slices
    unsigned max_iterations = 0;   ///< of each decoder; 0: 300
};

struct CvReconciliationResult {
    Bits alice, bob;                  ///< kept frames, equal unless a frame passed the syndrome test with a wrong word
    std::uint64_t symbols = 0;        ///< in kept frames
    std::uint64_t unused_symbols = 0; ///< at the end, too few for a frame
    std::uint64_t frame_symbols = 0;  ///< of each frame
    std::uint64_t frames = 0;         ///< tried
    std::uint64_t failed_frames = 0;  ///< dropped on both sides
    std::uint64_t leaked = 0;         ///< bits disclosed about the kept strings: syndromes
    double raw_entropy = 0;           ///< bits in the kept strings, before the leak; see above
    double beta = 0;                  ///< (raw_entropy - leaked) / (symbols C); also set when no frame was kept
    std::uint64_t iterations = 0;     ///< of all decoders of all frames, for benches
};

/// rotation below SNR .6, slices above.
CvReconciliationMethod cv_method_for(double snr);

/// Both parties' sides. Sizes must be equal. Codes come from the parameters alone (public, built anew at each call in
/// some milliseconds, so that blocks of several frames are cheaper); Bob's private u of `rotation` comes from the
/// stream named after `private_seed`.
CvReconciliationResult reconcile_reverse(std::span<float const> alice, std::span<float const> bob,
                                         CvReconciliationParameters const& parameters, std::uint64_t private_seed);

} // namespace qkdes
