// How a demand's keys come about, and what only makes sense with it.
#include "sim/scenario/disjoint.hpp"
#include "sim/scenario/resolve.hpp"

#include <fmt/format.h>

namespace qkdes {
namespace {

void check_paths(Resolution& r, RawDemand const& raw, DemandSpec const& demand) {
    bool const links_known = r.root.find("links") != nullptr && r.reader.intact(r.root.find("links"));
    if (!links_known || !demand.from.valid() || !demand.to.valid()) return;
    NodeId const from = r.out.applications[demand.from.index()].node, to = r.out.applications[demand.to.index()].node;
    if (!from.valid() || !to.valid() || from == to) return;
    std::size_t const paths = disjoint_paths_between(r.out, from, to, demand.shares.n);
    if (paths >= demand.shares.n) return;
    r.reader.error(place(*raw.node, raw.shares ? "shares" : "via"),
                   fmt::format("{} paths from \"{}\" to \"{}\" without a common relay", paths,
                               r.out.nodes[from.index()].id, r.out.nodes[to.index()].id),
                   fmt::format("each of {} shares goes over a path of its own", demand.shares.n),
                   paths < demand.shares.k ? R"("via": "relay")"
                   : raw.shares            ? fmt::format("\"n\": {}", paths)
                                : fmt::format("\"shares\": {{ \"k\": {}, \"n\": {} }}", demand.shares.k, paths));
}

void resolve_cut(Resolution& r, RawDemand const& raw, DemandSpec& demand) {
    RawShareDelivery const cut = raw.shares.value_or(RawShareDelivery{});
    demand.shares = {static_cast<std::uint8_t>(cut.k), static_cast<std::uint8_t>(cut.n), {}};
    for (auto const& relay : cut.altered_at)
        if (auto const node = r.nodes.find(r.reader, relay)) demand.shares.altered_at.emplace_back(*node);
    if (cut.k > cut.n)
        return r.reader.error(place(place(*raw.node, "shares"), "k"), fmt::format("{} of {} shares", cut.k, cut.n),
                              "a key needs at most as many shares as are sent", fmt::format("\"k\": {}", cut.n));
    if (!cut.altered_at.empty() && (cut.k < 2 || cut.n + 1 < 2 * cut.k))
        r.reader.error(*cut.altered_at.front().node, fmt::format("altered shares, {} of {}", cut.k, cut.n),
                       "from k of 2 and n of 2 k - 1 on they are found out; else they would give a wrong key unseen",
                       R"("k": 2, "n": 3)");
    if (demand.key_bits != 256)
        r.reader.error(place(*raw.node, "key"), fmt::format("a key of {} bit via shares", demand.key_bits),
                       "shares are made of keys of 256 bit", R"("key": "256 bit")");
    if (demand.number > 128)
        r.reader.error(place(*raw.node, "number"), fmt::format("{} keys in a request", demand.number),
                       "at most 128 keys are shared at once", R"("number": 128)");
    check_paths(r, raw, demand);
}

void check_digital(Resolution& r, RawDemand const& raw, DemandSpec const& demand) {
    if (demand.key_bits < 64 || demand.key_bits > 4096)
        r.reader.error(place(*raw.node, "key"), fmt::format("a key of {} bit via pools", demand.key_bits),
                       "keys of 64 to 4096 bit are extracted", R"("key": "256 bit")");
    if (!r.raw.digital && r.root.find("digital") == nullptr)
        r.reader.error(place(*raw.node, "via"), "via pools that nobody has", "the scenario has no \"digital\"",
                       R"("via": "relay")");
}

} // namespace

void check_via(Resolution& r, RawDemand const& raw, DemandSpec& demand) {
    if (raw.shares && demand.via != DemandVia::shares)
        r.reader.error_at_key(*raw.node->find("shares"), "\"shares\" in a demand that is not via shares",
                              "it says how a key is cut for delivery via shares", R"("via": "shares")");
    if (demand.via == DemandVia::shares) resolve_cut(r, raw, demand);
    if (demand.via == DemandVia::digital) check_digital(r, raw, demand);
    if (demand.via == DemandVia::relay) return;
    if (demand.ready)
        r.reader.error_at_key(*raw.node->find("ready"), "\"ready\" in a demand that is not relayed",
                              "nodes keep keys ready that they relay", R"("via": "relay")");
    if (demand.require != RequiredClass::pqc)
        r.reader.error(place(*raw.node, "require"), "a class required of keys that are not relayed",
                       "the nodes' routing keeps it, and only theirs", R"("via": "relay")");
    if (demand.api == DemandApi::etsi_014)
        r.reader.error(place(*raw.node, "api"), "ETSI GS QKD 014 for keys that are not relayed",
                       "the nodes' interface hands out what they relay", R"("api": "direct")");
}

} // namespace qkdes
