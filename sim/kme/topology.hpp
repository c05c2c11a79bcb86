// The routing graph that every node of a network shares: nodes, links, where applications live.
#pragma once
#include "sim/base/ids.hpp"
#include "sim/kme/protection/exposure.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qkdes {

struct TopologyLink {
    NodeId a, b;
    double weight = 1.0;                    ///< cost of crossing, > 0: hops, latency or length
    bool qkd = false;                       ///< a QKD device pair feeds this link, and hops use its key
    std::optional<HopProtection> protect{}; ///< hybrid with QKD, else pqc; one that needs QKD key needs `qkd`
    HopProtection protection() const { return protect.value_or(qkd ? HopProtection::hybrid : HopProtection::pqc); }
};

struct Topology {
    std::vector<std::string> nodes;               ///< names, by NodeId
    std::vector<TopologyLink> links;              ///< by LinkId
    std::vector<NodeId> applications;             ///< host node, by AppId
    std::vector<std::string> application_names{}; ///< SAE IDs, by AppId; empty: they go by their numbers
};

} // namespace qkdes
