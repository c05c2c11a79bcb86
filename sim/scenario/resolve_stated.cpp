// What only makes sense with a store, and what a link of which only the rate is known cannot tell.
#include "sim/scenario/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace qkdes {
namespace {

std::string as_data(double bits) { return print_quantity(bits, units::bits); }

void check_room(Resolution& r, RawLink const& raw, LinkSpec const& link) {
    double const initial = static_cast<double>(link.store.initial);
    double const half = initial * std::max(link.store.first_share, 1 - link.store.first_share);
    for (NodeId const end : {link.a, link.b}) {
        KmsSpec const& kms = r.out.nodes[end.index()].kms;
        double const room = static_cast<double>(kms.store_capacity) / 2;
        if (kms.vendor || half <= room) continue;
        r.reader.error(place(place(*raw.node, "store"), "initial"),
                       fmt::format("{} for one end to hand out, and room for {} at \"{}\"", as_data(half),
                                   as_data(room), r.out.nodes[end.index()].id),
                       "a node's \"store_capacity\" is for both ends of a link, half for each",
                       fmt::format("\"store_capacity\": \"{}\" in \"kms\"", as_data(2 * half)));
        return;
    }
}

} // namespace

void check_stores(Resolution& r) {
    for (std::size_t l = 0; l < r.raw.links.size(); ++l) {
        RawLink const& raw = r.raw.links[l];
        LinkSpec const& link = r.out.links[l];
        if (!r.reader.intact(raw.node) || raw.node->find("store") == nullptr) continue;
        if (!link.makes_key())
            r.reader.error_at_key(*raw.node->find("store"), "a store of a link without QKD",
                                  "what it holds is QKD key, and this link uses none", "leave it out");
        else if (link.a.valid() && link.b.valid())
            check_room(r, raw, link);
    }
}

void check_stated(Resolution& r) {
    std::unordered_set<std::string> stated;
    auto const is_stated = [&](LinkSpec const& link) {
        return link.device && std::holds_alternative<StatedParameters>(r.out.devices[*link.device].physics);
    };
    std::string const because = "nothing is known of it but its key rate";
    for (std::size_t l = 0; l < r.raw.links.size(); ++l) {
        RawLink const& raw = r.raw.links[l];
        if (!is_stated(r.out.links[l])) continue;
        stated.insert(raw.id);
        if (!r.reader.intact(raw.node)) continue;
        for (auto const* key : {"drift", "satellite", "coexistence", "filter", "stray_light"})
            if (auto const* written = raw.node->find(key))
                r.reader.error_at_key(*written, fmt::format("\"{}\" on a link with a stated rate", key), because,
                                      "leave it out");
    }
    if (stated.empty()) return;
    for (auto const& raw : r.raw.faults)
        for (auto const* target : {&raw.eavesdrop, &raw.attenuate, &raw.disturb, &raw.illuminate, &raw.impair})
            if (target->given() && stated.contains(target->id))
                r.reader.error(*target->node, fmt::format("the light of link \"{}\" under a fault", target->id),
                               because + ": what the fault does to that is not known", "");
    for (auto const& agent : r.raw.agents)
        if (agent.link.given() && stated.contains(agent.link.id))
            r.reader.error(*agent.link.node, fmt::format("an agent watches link \"{}\"", agent.link.id),
                           because + ", and agents watch the error rate", "");
}

} // namespace qkdes
