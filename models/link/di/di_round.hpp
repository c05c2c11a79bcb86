// The law of one attempt and one round, for given conditions: what both fidelities and the planner's figures share.
//
//   Herald (two photons, one from each node, in two of the station's four detectors): with e = collection * sqrt(fibre)
//   * station efficiency and d the dark counts per detector,
//     true = bell e^2,   false = 4 d e (1 - e) + 4 d^2 (1 - e)^2,   share of true ones v = true / (true + false).
//   Correlations: <ZZ> v and <XX> v interference, times what the conditions leave; E(x, y) of the game and E(key) by
//   the settings' angles; a wrong readout flips an outcome, a failed detection makes it 0. With efficiencies e_A, e_B:
//   S = e_A e_B S_0 + 2 (1 - e_A)(1 - e_B); no violation by a perfect state at or below 2 (sqrt 2 - 1) = .828 (A. Garg,
//   N. D. Mermin, Phys. Rev. D 35, 3831 (1987), doi:10.1103/PhysRevD.35.3831).
//
// Holds for:  rounds independent of each other under constant conditions; a false herald leaves no correlation.
// Leaves out: more than two clicks in the station, memories that decay while the herald travels (fold it into <XX>).
// Checked:    tests/models/link/di/di_round_test.cpp.
#pragma once
#include "models/link/di/di_parameters.hpp"
#include "models/link/link_block.hpp"

#include <array>

namespace qkdes {

struct DiRound {
    double herald = 0;                   ///< per attempt
    double discarded = 0;                ///< share of the heralds that fall outside the window
    double arrival_offset = 0;           ///< mean time of arrival against the window's, ns
    double test = 0;                     ///< gamma
    double one = 0.5;                    ///< chance that a setting bit is 1
    std::array<double, 5> correlation{}; ///< E by settings 2x + y of a game; [4]: key. Before readout.
    double seen_alice = 1, seen_bob = 1; ///< efficiencies
    double wrong_alice = 0, wrong_bob = 0;
    double steered = 0; ///< share of rounds in which both boxes give Eve's bit
    double hidden = 0;  ///< share of rounds in which one of Bob's outcomes, either, goes unseen
};
DiRound di_round(DiParameters const& parameters, ConditionStep const& condition);

/// Attempts per second: the source's, slowed by the light's way to the station and back.
Hertz attempt_rate(DiParameters const& parameters);

/// Kinds of a round (0 to 3: game of settings 2x + y; 4: key) times what the boxes gave.
inline constexpr unsigned kDiKinds = 5, kDiCells = 16 * kDiKinds;
struct DiCell {
    unsigned kind;
    bool a, b, seen_a, seen_b;
    bool test() const { return kind < 4; }
    bool differs() const { return a != b; }
    bool won() const { return differs() == (kind == 3); }
};
inline unsigned index_of(DiCell c) { return 16 * c.kind + 8u * c.a + 4u * c.b + 2u * c.seen_a + c.seen_b; }
inline DiCell di_cell(unsigned i) { return {i / 16, (i & 8) != 0, (i & 4) != 0, (i & 2) != 0, (i & 1) != 0}; }
/// The chance of each cell; they sum to 1.
std::array<double, kDiCells> di_cells(DiRound const& round);

/// S and Q that the cells amount to.
struct DiExpectation {
    double chsh, qber;
};
DiExpectation di_expectation(DiRound const& round);

} // namespace qkdes
