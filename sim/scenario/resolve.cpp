#include "sim/scenario/resolve.hpp"

#include "sim/scenario/suggest.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace qkdes {

JsonNode const& place(JsonNode const& object, std::string_view key) {
    auto const* member = object.find(key);
    return member ? *member : object;
}

void Names::add(Reader& reader, std::string const& id, JsonNode const* node) {
    auto const [entry, fresh] = index_.try_emplace(id, ids_.size());
    if (id.empty()) {
        complete_ = false;
    } else if (!fresh) {
        auto const& here = place(*node, "id");
        reader.error(here, fmt::format("duplicate {} id \"{}\"", kind_, printable(id, 64)),
                     fmt::format("{} has it already", nodes_[entry->second]->pointer()),
                     repair_of(here, json_string(id + "-2")));
    }
    ids_.push_back(id);
    nodes_.push_back(node);
}

std::optional<std::size_t> Names::find(Reader& reader, Reference const& reference) const {
    if (!reference.given()) return {};
    if (auto const found = index_.find(reference.id); found != index_.end() && !reference.id.empty())
        return found->second;
    if (!complete_) return {};
    auto const near = nearest(reference.id, ids_);
    reader.error(*reference.node, fmt::format("unknown {} \"{}\"", kind_, printable(reference.id, 64)),
                 ids_.empty() ? fmt::format("the scenario defines no {}", kind_)
                              : fmt::format("the scenario defines {}", quoted_list(ids_, "and", 12)),
                 near ? repair_of(*reference.node, json_string(*near)) : "");
    return {};
}

bool unreadable_list(Resolution const& r, std::string_view key, JsonKind kind) {
    auto const* list = r.root.find(key);
    return list != nullptr && !list->is(kind);
}

namespace {

void resolve_ends(Resolution& r, RawLink const& raw, LinkSpec& link) {
    if (raw.between.size() != 2) return;
    auto const a = r.nodes.find(r.reader, raw.between[0]), b = r.nodes.find(r.reader, raw.between[1]);
    if (!a || !b) return;
    link.a = NodeId{*a};
    link.b = NodeId{*b};
    if (*a == *b)
        r.reader.error(place(*raw.node, "between"), fmt::format("link from node \"{}\" to itself", raw.between[0].id),
                       "a link is between two different nodes", "");
}

void resolve_medium(Resolution& r, RawLink const& raw, LinkSpec& link) {
    bool const qkd = raw.device.given();
    link.fibre = fibre_of(raw);
    link.drift = raw.drift;
    link.classical = raw.classical.spec;
    link.classical.latency = raw.classical.latency.value_or(flight_time(link.fibre));
    if (raw.classical.contact && r.reader.intact(raw.node)) {
        auto const& classical = place(*raw.node, "classical");
        link.classical.contact = contact_of(r, classical, *raw.classical.contact);
        if (raw.classical.contact->profile == ContactProfile::low_rate && !classical.find("rate"))
            link.classical.rate = BitsPerSecond{2400};
    }
    link.store = raw.store;
    link.fidelity = raw.fidelity.value_or(r.raw.fidelity);
    link.protection = raw.protect.value_or(qkd ? Protection::hybrid : Protection::pqc);
    if (!r.reader.intact(raw.node)) return;
    link.windows = windows_of(r, raw);
    if (raw.drift) check_drift(r.reader, *raw.node, *raw.drift);
    if (qkd && !raw.length && !raw.satellite)
        r.reader.error(*raw.node, "a QKD link without a length", "the fibre's loss follows from its length",
                       R"("length": "25 km")");
    if (!qkd && !raw.length && !raw.classical.latency)
        r.reader.error(*raw.node, "a link without a device, a length or a latency",
                       "a classical channel needs its latency, or a length that gives it",
                       R"("classical": { "latency": "5 ms" })");
    if (!qkd && link.protection != Protection::pqc) {
        bool const hybrid = link.protection == Protection::hybrid;
        r.reader.error(place(*raw.node, "protect"),
                       fmt::format("{} protection on a link without a device", hybrid ? "hybrid"
                                                                               : link.protection == Protection::otp
                                                                                   ? "one-time pad"
                                                                                   : "QKD"),
                       hybrid ? "a hybrid hop key is made of QKD key and the ML-KEM secret"
                              : "what it protects with is QKD key, and this link makes none",
                       R"("protect": "pqc")");
    }
    if (!qkd && raw.fidelity)
        r.reader.warning(place(*raw.node, "fidelity"), "fidelity of a link without a device",
                         "only QKD links make blocks of key", "leave it out");
    if (r.raw.routing.weight == RoutingWeight::length && link.fibre.length.value <= 0)
        r.reader.error(*raw.node, "a link without a length under routing by length",
                       "the weight of a link must be positive", R"("length": "25 km")");
    if (r.raw.routing.weight == RoutingWeight::latency && link.classical.latency.count() <= 0)
        r.reader.error(*raw.node, "a link without latency under routing by latency",
                       "the weight of a link must be positive", R"("classical": { "latency": "5 ms" })");
}

} // namespace

void resolve_links(Resolution& r) {
    for (auto const& raw : r.raw.nodes) {
        r.nodes.add(r.reader, raw.spec.id, raw.node);
        r.out.nodes.push_back(raw.spec);
    }
    if (r.raw.nodes.empty()) r.nodes.incomplete(); // said where the list is, or is not
    if (r.root.find("links") == nullptr || unreadable_list(r, "links", JsonKind::array)) r.links.incomplete();
    if (auto const* nodes = r.root.find("nodes");
        nodes != nullptr && nodes->is(JsonKind::array) && nodes->children.empty())
        r.reader.error(*nodes, "no nodes", "a network has at least one", R"("nodes": [{ "id": "basel" }])");
    std::map<std::pair<NodeId, NodeId>, RawLink const*> pairs;
    for (auto const& raw : r.raw.links) {
        LinkSpec link;
        link.id = raw.id;
        r.links.add(r.reader, raw.id, raw.node);
        resolve_ends(r, raw, link);
        if (auto const device = r.devices.find(r.reader, raw.device)) link.device = *device;
        resolve_medium(r, raw, link);
        if (link.device && link.fidelity == Fidelity::photon && r.reader.intact(raw.node))
            check_memory(r.reader, place(*raw.node, "device"), r.out.devices[*link.device].physics,
                         memory_of_this_machine());
        if (link.a.valid() && link.b.valid() && link.a != link.b) {
            auto const [other, fresh] = pairs.try_emplace(std::minmax(link.a, link.b), &raw);
            if (!fresh)
                r.reader.error(
                    place(*raw.node, "between"),
                    fmt::format("a second link between \"{}\" and \"{}\"", raw.between[0].id, raw.between[1].id),
                    fmt::format("{} joins them already, and a node keeps one pool of key per peer",
                                other->second->node->pointer()),
                    "");
        }
        r.out.links.push_back(std::move(link));
    }
}

} // namespace qkdes
