// What a scenario says about nodes, in the node code's own words.
#pragma once
#include "sim/kme/node.hpp"
#include "sim/scenario/scenario.hpp"

namespace qkdes {

RoutingConfig routing_of(RoutingSpec const& spec, Topology const& topology);
Topology topology_of(Scenario const& scenario);
/// Of a node with this key management; its applications' limits and the keys that it keeps ready included.
CongestionConfig congestion_of(Scenario const& scenario, KmsSpec const& kms);

} // namespace qkdes
