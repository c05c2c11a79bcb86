// All demands via shares of a world: each asked in turn.
#include "sim/world/share_delivery.hpp"

namespace qkdes {

ShareDeliveries::ShareDeliveries(WorldParts const& parts) : books_{parts.recorder, parts.scenario} {
    for (std::size_t d = 0; d < parts.scenario.demands.size(); ++d)
        if (parts.scenario.demands[d].via == DemandVia::shares)
            deliveries_.emplace(DemandId{d}, std::make_unique<ShareDelivery>(parts, DemandId{d}, books_));
}

void ShareDeliveries::request(RequestRecord const& record, std::vector<NodeId> const&) {
    auto const found = deliveries_.find(record.demand);
    if (found == deliveries_.end()) return;
    for (KeyId const& id : record.ids)
        found->second->over(id);
}

void ShareDeliveries::hop(NodeId, LinkId, KeyId key, SecurityClass, std::uint32_t units) {
    for (auto const& [demand, delivery] : deliveries_)
        delivery->hop(key, units);
}

std::optional<KeyInShares> ShareDeliveries::make_up(DemandId demand, KeyId key) const {
    auto const found = deliveries_.find(demand);
    return found == deliveries_.end() ? std::nullopt : found->second->make_up(key);
}

void ShareDeliveries::keys_in_memory(NodeId node, std::function<void(KeyId, SecretBytes const&)> const& visit) const {
    for (auto const& [demand, delivery] : deliveries_)
        delivery->keys_in_memory(node, visit);
}

SecretBytes const* ShareDeliveries::key_in_memory(NodeId node, KeyId key) const {
    for (auto const& [demand, delivery] : deliveries_)
        if (auto const* bits = delivery->key_in_memory(node, key)) return bits;
    return nullptr;
}

std::vector<SummarySection> ShareDeliveries::finish() {
    for (auto const& [demand, delivery] : deliveries_)
        delivery->finish();
    std::vector<SummarySection> out;
    out.push_back(books_.section());
    return out;
}

} // namespace qkdes
