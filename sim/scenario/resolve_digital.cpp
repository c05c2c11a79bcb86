// Servers of random pools: who has one, and that both ends of every demand via them can ask.
#include "sim/scenario/resolve.hpp"

#include <fmt/format.h>

namespace qkdes {
namespace {

void check_values(Resolution& r, JsonNode const& node, DigitalSpec const& digital) {
    if (digital.servers.empty())
        r.reader.error(place(node, "servers"), "no servers", "a key is extracted from at least one pool",
                       R"("servers": [{ "id": "pool-1", "node": "dc-1" }])");
    if (digital.pool_bits % 64 != 0)
        r.reader.error(place(node, "pool"), fmt::format("a pool of {} bit", digital.pool_bits),
                       "pools are made of words of 64 bit",
                       fmt::format("\"pool\": \"{} bit\"", (digital.pool_bits + 63) / 64 * 64));
    if (digital.epoch <= digital.grace)
        r.reader.error(place(node, "grace"), "a grace as long as the epoch",
                       "pools are shredded within the epoch after theirs", R"("grace": "1 min")");
}

/// `ends` of the demand reach each other and the server, which is at neither.
void check_server(Resolution& r, RawDigitalServer const& raw, NodeId server, RawDemand const& demand,
                  std::vector<NodeId> const& ends, std::vector<std::size_t> const& island) {
    for (NodeId const end : ends) {
        auto const& name = r.out.nodes[end.index()].id;
        if (end == server)
            return r.reader.error(
                *raw.where.node,
                fmt::format("server \"{}\" is at an end of \"{}\" > \"{}\"", raw.id, demand.from.id, demand.to.id),
                "a pool is only worth something apart from the keys that come from it", "");
        if (island[end.index()] != island[server.index()])
            return r.reader.error(*raw.where.node, fmt::format("no path from \"{}\" to \"{}\"", name, raw.where.id),
                                  fmt::format("both ends of \"{}\" > \"{}\" ask every server over links, up or down",
                                              demand.from.id, demand.to.id),
                                  "");
    }
}

} // namespace

void resolve_digital(Resolution& r) {
    if (!r.raw.digital) return;
    auto const& node = *r.root.find("digital");
    DigitalSpec out = r.raw.digital->spec;
    Names ids{"server"};
    auto const island = islands_of(r.out);
    bool const links_known = r.root.find("links") != nullptr && r.reader.intact(r.root.find("links"));
    for (auto const& raw : r.raw.digital->servers) {
        ids.add(r.reader, raw.id, raw.node);
        DigitalServerSpec server{raw.id, {}, raw.compromised_from};
        if (auto const at = r.nodes.find(r.reader, raw.where)) server.node = NodeId{*at};
        for (auto const& other : out.servers)
            if (server.node.valid() && other.node == server.node)
                r.reader.error(*raw.where.node, fmt::format("a second server at \"{}\"", raw.where.id),
                               fmt::format("\"{}\" is there already, and who holds a node holds both", other.id), "");
        for (std::size_t d = 0; d < r.out.demands.size() && links_known && server.node.valid(); ++d) {
            DemandSpec const& demand = r.out.demands[d];
            if (demand.via != DemandVia::digital || !demand.from.valid() || !demand.to.valid()) continue;
            std::vector<NodeId> const ends{r.out.applications[demand.from.index()].node,
                                           r.out.applications[demand.to.index()].node};
            if (ends[0].valid() && ends[1].valid()) check_server(r, raw, server.node, r.raw.demands[d], ends, island);
        }
        out.servers.push_back(std::move(server));
    }
    if (r.reader.intact(&node)) check_values(r, node, out);
    r.out.digital = std::move(out);
}

} // namespace qkdes
