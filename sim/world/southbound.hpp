// How links protect keys and where nodes get link key from, as a scenario says, in the node code's terms.
//
// Service times of a vendor's key server come from the stream "node/ID/vendor/LINK": another node, link or demand does
// not shift them. Checked: tests/sim/world/southbound_test.cpp.
#pragma once
#include "sim/kme/node.hpp"
#include "sim/scenario/scenario.hpp"

#include <functional>
#include <memory>

namespace qkdes {

HopProtection protection_of(LinkSpec const& link);
SecurityClass class_of(RequiredClass required);
KemParameters parameters_of(KemStrength strength);
/// With modelled cryptography nodes hand each other values, unless somebody is there to read the bytes.
bool messages_by_value(Scenario const& scenario);
std::unique_ptr<Kem> kem_of(KemKind kind, KemParameters parameters);
std::unique_ptr<Kem> kem_of_nodes(Scenario const& scenario);
/// The vendor's server, and the capacity of the store behind it.
void set_source(KmeConfig& config, KmsSpec const& kms);
/// Empty for a node without a vendor. `scenario` outlives it.
std::function<std::unique_ptr<ServiceModel>(LinkId)> vendor_services(Scenario const& scenario, NodeId node,
                                                                     std::uint64_t seed);
/// QKD key that a request of the demand takes from the pool of a link it crosses, hash keys left out.
std::uint64_t request_cost_bits(DemandSpec const& demand, LinkSpec const& link);

} // namespace qkdes
