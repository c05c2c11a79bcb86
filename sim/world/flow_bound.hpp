// What the best of all routings could have carried, given the key that the links made: an upper bound to hold a policy
// against. Key is divisible, can wait, and the future is known; so the truth lies below, most so in short runs.
//
//   One demand alone: maximum flow (E. Dinitz 1970), limited by what was asked for.
//   All together: maximum multicommodity flow by multiplicative lengths on links (N. Garg, J. Koenemann, "Faster and
//   simpler algorithms for multicommodity flow", SIAM J. Comput. 37, 630 (2007), doi:10.1137/S0097539704446232; demands
//   in turn as L. Fleischer, SIAM J. Discrete Math. 13, 505 (2000), doi:10.1137/S0895480199355754). The bound is the
//   value of the lengths in the dual program, which holds at every moment, so stopping early makes it loose, not wrong.
//
// Holds for:  a request that takes one unit of every limited link on a path, in either direction.
// Leaves out: queues, timeouts, the split of a pool between its ends, expiry, when key was made and when it was asked
//             for, nodes that were down.
// Checked:    cuts by enumeration, known multiflows, tests/sim/world/flow_bound_test.cpp; no run serves more, same
// file.
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace qkdes {

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

struct FlowLink {
    std::size_t a = 0, b = 0;
    std::uint64_t capacity = 0; ///< requests, both directions together
};
struct FlowDemand {
    std::size_t from = 0, to = 0; ///< different
    std::uint64_t wanted = 0;     ///< requests
};
struct FlowBound {
    std::vector<std::uint64_t> alone; ///< per demand, were it the only one
    std::uint64_t together = 0;       ///< in sum, at most
    double reached = 0;               ///< in sum, by a flow of fractions that was found: how tight the bound is
};

/// Works until `together` is within `accuracy` of `reached`, or for `effort` searches. Nodes are 0 .. nodes - 1.
FlowBound flow_bound(std::size_t nodes, std::vector<FlowLink> const& links, std::vector<FlowDemand> const& demands,
                     double accuracy = 0.01, std::size_t effort = 200'000);

/// Between two nodes.
std::uint64_t max_flow(std::size_t nodes, std::vector<FlowLink> const& links, std::size_t from, std::size_t to,
                       std::uint64_t limit = kUnlimited);

} // namespace qkdes
