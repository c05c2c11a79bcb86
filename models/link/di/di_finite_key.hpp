// How long a device-independent key may be, from the plan of one finite block: entropy accumulation.
//
//   D. P. Nadlinger et al., Nature 607, 682 (2022), doi:10.1038/s41586-022-04941-5, Supplementary Information, Prop. 2
//   (arXiv:2109.14600). With log base 2, t a tangent point in (3/4, (1 + 1/sqrt 2)/2], a', a'' in (1, 2):
//     g_t(w)  = eta(t) + (w - t) eta'(t)        eta: di_entropy_of_winning()
//     V(w)    = (ln 2 / 2) (log 33 + sqrt(2 + Var f_t))^2,   Var f_t = (g_t(1) - g_t(0))^2 ((1-w)/gamma - (1-w)^2)
//     K       = 2^{(a'-1)(2 + g_t(1) - g_t(w_min))} ln^3(2^{2 + g_t(1) - g_t(w_min)} + e^2) / (6 (2-a')^3 ln 2)
//     x       = n g_t(w_thr) + n inf_w [eta(w) - g_t(w) - (a'-1) V(w)] - n (a'-1)^2 K - n gamma - n (a''-1) log^2 5
//               - [theta(es') + a' log(1/eEA)]/(a'-1) - [theta(es'') + a'' log(1/eEA)]/(a''-1)
//               - 3 theta(es - es' - 2 es'') - 5 log(1/ePA) - m - 264,      theta(e) = -log(1 - sqrt(1 - e^2))
//     l       = floor(y),  y + (4/ln 2) ln y = x;   soundness max(eEA, ePA + 2 es) + 4 * 2^-61
//   The gate: q = gamma (1 - w_S), lost games at most n q_thr, q_thr = q + tolerance sqrt(q (1-q) / n).
//
// The search: eta - g_t - (a'-1) V is convex in w (eta is, V is concave), so its infimum is found by bisection on the
// slope and no grid can overshoot it. The epsilons have weights w_i of the form w_i log(1/e_i) under one linear
// constraint: shares in proportion to the weights, in closed form. a'' in closed form. Left are t and a', by golden
// section in turn. No randomness; about a millisecond.
//
// With noise p > 0 the function eta becomes gamma eta_0 + (1 - gamma) eta_p: noise enters key rounds only, so that
// games are still a function of the outcomes. The proof is the same; the paper does not print this case.
//
// Holds for:  general attacks on one block of n rounds, all of whose outcomes of Alice are hashed, test rounds too.
// Leaves out: boxes that remember earlier blocks. The term -5 log(1/ePA) and y are the price of the paper's Trevisan
//             extractor; Toeplitz hashing would cost less, and gets the same length here.
// Checked:    the paper's l/n = .258 at S 2.64, Q .018, n 1e7, and its 95,884 bits of 1.5e6 rounds; a random search
//             finds nothing better: tests/models/link/di/di_finite_key_test.cpp.
#pragma once
#include "models/link/di/di_parameters.hpp"

#include <cstdint>

namespace qkdes {

/// The gate of a block of n rounds: how many games may be lost.
struct DiGate {
    double lost = 0;               ///< q_thr: lost games over all rounds
    double winning = 0;            ///< w_thr = 1 - q_thr / gamma
    std::uint64_t most_losses = 0; ///< floor(n q_thr)
};
DiGate di_gate(DiProtocolParameters const& protocol, std::uint64_t rounds);

struct DiFiniteKey {
    double entropy = 0;       ///< x + m: what there is before error correction is paid, bits; may be negative
    std::uint64_t secret = 0; ///< l; 0 when nothing can be distilled
    double tangent = 0, alpha_minus_1 = 0, alpha2_minus_1 = 0; ///< where the search ended: t, a' - 1, a'' - 1
};
/// The length alone, from `entropy` above: what changes with m.
std::uint64_t di_key_length(double entropy, std::uint64_t rounds, double disclosed);
/// `disclosed` is m: parities and verification bits.
DiFiniteKey di_finite_key(DiProtocolParameters const& protocol, std::uint64_t rounds, double disclosed);

/// Bits that a one-way code needs for n bits at error rate d, to frame error rate eps: n h(d) + sqrt(n d (1-d))
/// log((1-d)/d) Qinv(eps) - log(n)/2 (M. Tomamichel et al., Quantum Inf. Process. 16, 280 (2017),
/// doi:10.1007/s11128-017-1709-5). What error correction is measured against.
double di_correction_bound(double bits, double error_rate, double eps);

} // namespace qkdes
