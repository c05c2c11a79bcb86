#include "sim/world/delivery_books.hpp"

#include "sim/base/quantile.hpp"
#include "sim/kme/shares/availability.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qkdes {

namespace {

using C = Column;

Table& add_deliveries(Recorder& recorder) {
    return recorder.add(
        {"/share_deliveries",
         "One row per request whose keys went as shares, in the order in which their last share came to an end.",
         {C::time("at", "when it was asked for"), C::u32("demand", "index", "row of /demands"),
          C::enumeration("outcome", {"delivered", "too few", "spoilt", "unclaimed"}, "how it ended"),
          C::u32("paths", "1", "shares sent of each key"), C::u32("arrived", "1", "of them, at the far node"),
          C::text("accused", "nodes after which a share came that others do not vouch for"),
          C::duration("enough", "until k were acknowledged; 0: never"), C::u32("keys", "1", "in the request"),
          C::u32("units", "1", "256-bit units of QKD key that the shares took, on all hops"),
          C::u32("hops", "1", "messages that carried them from node to node")}});
}

} // namespace

DeliveryBooks::DeliveryBooks(Recorder& recorder, Scenario const& scenario)
    : scenario_{scenario}, table_{add_deliveries(recorder)} {}

void DeliveryBooks::delivery(DeliveryRow const& row) {
    std::string accused;
    Tally& tally = tallies_[row.demand];
    for (NodeId node : row.accused) {
        accused += (accused.empty() ? "" : " ") + scenario_.nodes[node.index()].id;
        ++tally.accused[node];
    }
    table_.append(row.at, row.demand, row.outcome, row.paths, row.arrived, accused, row.enough.value_or(SimDuration{0}),
                  row.keys, row.units, row.hops);
    ++tally.requests;
    tally.sent += row.paths;
    tally.arrived += row.arrived;
    tally.units += row.units;
    tally.hops += row.hops;
    tally.spoilt += row.outcome == DeliveryOutcome::spoilt;
    if (row.enough) tally.enough.push_back(*row.enough);
    if (row.outcome != DeliveryOutcome::delivered) return;
    ++tally.delivered;
    tally.keys += row.keys;
}

void DeliveryBooks::paths(DemandId demand, std::vector<std::vector<NodeId>> relays) {
    tallies_[demand].relays = std::move(relays);
}

DeliveryBooks::Spent DeliveryBooks::spent(DemandId demand) const {
    auto const found = tallies_.find(demand);
    return found == tallies_.end() ? Spent{} : Spent{found->second.units, found->second.hops};
}

std::optional<std::size_t> DeliveryBooks::relays_to_hold(DemandId demand) const {
    auto const found = tallies_.find(demand);
    if (found == tallies_.end()) return std::nullopt;
    std::vector<std::vector<unsigned>> holders;
    for (auto const& path : found->second.relays) {
        auto& seen = holders.emplace_back();
        for (NodeId relay : path)
            seen.push_back(relay.value);
    }
    auto const cost = nodes_to_capture(holders, scenario_.demands[demand.index()].shares.k);
    return cost.possible ? std::optional{cost.nodes} : std::nullopt;
}

SummarySection DeliveryBooks::section() const {
    SummarySection section{"share_deliveries",
                           {"keys as shares", "k of n", "hops", "requests", "delivered", "shares arrived", "k-th p50",
                            "k-th p99", "link key per key bit", "relays to hold"},
                           {},
                           {}};
    for (auto const& [id, tally] : tallies_) {
        DemandSpec const& spec = scenario_.demands[id.index()];
        std::string const name =
            scenario_.applications[spec.from.index()].id + " > " + scenario_.applications[spec.to.index()].id;
        std::string hops;
        for (auto const& path : tally.relays)
            hops += (hops.empty() ? "" : ", ") + std::to_string(path.size() + 1);
        auto const relays = relays_to_hold(id);
        bool const any = !tally.enough.empty();
        double const per_bit = tally.keys == 0 ? 0 : static_cast<double>(tally.units) / static_cast<double>(tally.keys);
        section.rows.push_back(
            {name, fmt::format("{} of {}", spec.shares.k, spec.shares.n), hops, tally.requests, tally.delivered,
             Figure{fmt::format("{} of {}", tally.arrived, tally.sent), static_cast<double>(tally.arrived)},
             any ? Figure{quantile_of(tally.enough, .5)} : Figure{"-"},
             any ? Figure{quantile_of(tally.enough, .99)} : Figure{"-"},
             tally.keys == 0 ? Figure{"-"} : Figure{fmt::format("{:.3g}", per_bit), per_bit},
             relays ? Figure{*relays} : Figure{"not by relays"}});
        for (auto const& [node, times] : tally.accused)
            section.notes.push_back(fmt::format("{}: false shares in {} requests, over the path that begins with {}",
                                                name, times, scenario_.nodes[node.index()].id));
        if (tally.spoilt > 0)
            section.notes.push_back(fmt::format("{}: {} requests with too many false shares", name, tally.spoilt));
    }
    section.notes.push_back("k-th: time until k shares are acknowledged; relays to hold: fewest that see k shares");
    return section;
}

} // namespace qkdes
