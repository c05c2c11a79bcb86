#include "sim/kme/agent/relay_routes.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>

namespace qkdes::agent {

RelayRoute describe_route(Topology const& topology, NodeId from, std::vector<LinkId> links,
                          std::span<double const> rates, std::span<double const> trust) {
    QKDES_EXPECTS(!links.empty());
    RelayRoute route;
    route.readers.push_back(from);
    for (LinkId const link : links) {
        auto const& ends = topology.links.at(link.index());
        NodeId const at = route.readers.back();
        QKDES_EXPECTS(ends.a == at || ends.b == at);
        if (at != from) route.trust *= trust[at.index()];
        route.readers.push_back(ends.a == at ? ends.b : ends.a);
        if (ends.qkd) route.rate = std::min(route.rate.value_or(rates[link.index()]), rates[link.index()]);
    }
    route.links = std::move(links);
    return route;
}

} // namespace qkdes::agent
