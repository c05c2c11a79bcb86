// What a route over relays is worth: how much key it can carry, and who has to be trusted.
//
//   rate     of the scarcest link: hops are needed together, so their rates do not add up; links without QKD devices
//   set
//            no limit
//   trust    product of the relays' trust, each a number in [0, 1] that the operator gives; 1 without relays
//   readers  both ends and every relay on the way. HIP-0071 has relay R send K1 xor K2 and says that it does not know
//            the key: it shares K1 with the first site and K2 with the second, and K1 is the key.
//
// Leaves out: what else crosses the same links; give residual rates.
// Checked:    tests/sim/kme/agent_api_test.cpp.
#pragma once
#include "sim/kme/topology.hpp"

#include <optional>
#include <span>

namespace qkdes::agent {

struct RelayRoute {
    std::vector<LinkId> links;
    std::vector<NodeId> readers; ///< in the order of the way; first and last are its ends
    std::optional<double> rate;  ///< bit/s of key; nothing: no link of it sets a limit
    double trust = 1;
    NodeId to() const { return readers.back(); }
    std::size_t relays() const { return readers.size() - 2; }
};

/// `links` lead from `from` to another node. `rates` by LinkId, in bit/s; `trust` by NodeId.
RelayRoute describe_route(Topology const& topology, NodeId from, std::vector<LinkId> links,
                          std::span<double const> rates, std::span<double const> trust);

} // namespace qkdes::agent
