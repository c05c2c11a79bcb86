#include "sim/world/architectures.hpp"

#include "sim/base/quantile.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qkdes {

namespace {

/// Keys of requests that failed are never asked about again; an hour is beyond every application's patience.
constexpr SimDuration kRemember = std::chrono::hours{1};

std::string_view name_of(DemandSpec const& demand) {
    switch (demand.via) {
    case DemandVia::relay:
        return demand.ready ? "relay, ready" : "relay";
    case DemandVia::shares:
        return "shares";
    case DemandVia::digital:
        return "pools";
    }
    return "";
}

Figure ratio(std::uint64_t part, std::uint64_t whole) {
    if (whole == 0) return "-";
    double const value = static_cast<double>(part) / static_cast<double>(whole);
    return {fmt::format("{:.3g}", value), value};
}

std::string classes_of(std::map<SecurityClass, std::uint64_t> const& classes) {
    constexpr char const* names[] = {"its", "hybrid", "qkd-aes", "pqc"};
    std::string out;
    for (auto const& [security, count] : classes) {
        out += out.empty() ? "" : ", ";
        out += classes.size() == 1 ? names[static_cast<std::size_t>(security)]
                                   : fmt::format("{} {}", count, names[static_cast<std::size_t>(security)]);
    }
    return out.empty() ? "-" : out;
}

} // namespace

bool Architectures::wanted(Scenario const& scenario) {
    return std::ranges::any_of(scenario.demands, [&](DemandSpec const& demand) {
        return name_of(demand) != name_of(scenario.demands.front());
    });
}

void Architectures::hop(NodeId, LinkId, KeyId key, SecurityClass, std::uint32_t units) {
    forget_old();
    auto const [place, fresh] = spent_.emplace(key, Spent{});
    if (fresh) begun_.emplace_back(parts_.engine.now(), key);
    place->second.units += units;
    ++place->second.hops;
}

void Architectures::forget_old() {
    for (; !begun_.empty() && parts_.engine.now() - begun_.front().first > kRemember; begun_.pop_front())
        spent_.erase(begun_.front().second);
}

void Architectures::request(RequestRecord const& record, std::vector<NodeId> const& holders) {
    DemandSpec const& spec = parts_.scenario.demands[record.demand.index()];
    Tally& tally = tallies_[record.demand];
    ++tally.requests;
    std::uint64_t hops = 0;
    for (KeyId const& id : record.ids)
        if (auto const found = spent_.find(id); found != spent_.end()) {
            tally.units += found->second.units;
            hops = std::max(hops, found->second.hops); // a message carries all keys of a request
            spent_.erase(found);
        }
    if (record.outcome != RequestOutcome::served) return;
    ++tally.served;
    tally.keys += record.keys;
    tally.hops += hops;
    ++tally.classes[record.security];
    tally.latency.push_back(record.complete);
    auto const end = [&](NodeId node) {
        auto const& applications = parts_.scenario.applications;
        return node == applications[spec.from.index()].node || node == applications[spec.to.index()].node;
    };
    auto const between =
        static_cast<std::size_t>(std::ranges::count_if(holders, [&](NodeId node) { return !end(node); }));
    tally.clear += between;
    tally.most_clear = std::max(tally.most_clear, between);
}

Figure Architectures::to_hold(DemandId id, Tally const& tally) const {
    DemandSpec const& spec = parts_.scenario.demands[id.index()];
    switch (spec.via) {
    case DemandVia::relay:
        break;
    case DemandVia::shares: {
        auto const relays = shares_->relays_to_hold(id);
        return relays ? Figure{fmt::format("{} relays", *relays), static_cast<double>(*relays)} : Figure{"-"};
    }
    case DemandVia::digital: {
        auto const servers = parts_.scenario.digital->servers.size();
        return {fmt::format("{} servers, seed", servers), static_cast<double>(servers)};
    }
    }
    if (tally.served == 0) return "-";
    return tally.most_clear > 0 ? Figure{"1 relay", 1} : Figure{"-"};
}

std::vector<Figure> Architectures::row(DemandId id, Tally const& tally) const {
    DemandSpec const& spec = parts_.scenario.demands[id.index()];
    bool const shares = spec.via == DemandVia::shares && shares_ != nullptr;
    bool const any = !tally.latency.empty();
    std::uint64_t const bits = tally.keys * spec.key_bits;
    auto const spent = shares ? shares_->spent(id) : ShareDeliveries::Spent{tally.units, tally.hops};
    double const served =
        tally.requests == 0 ? 0 : static_cast<double>(tally.served) / static_cast<double>(tally.requests);
    auto const& applications = parts_.scenario.applications;
    return {applications[spec.from.index()].id + " > " + applications[spec.to.index()].id,
            std::string{name_of(spec)},
            classes_of(tally.classes),
            tally.requests,
            Figure{fmt::format("{:.2f} %", 100 * served), served},
            any ? Figure{quantile_of(tally.latency, .5)} : Figure{"-"},
            any ? Figure{quantile_of(tally.latency, .99)} : Figure{"-"},
            ratio(256 * spent.units, bits),
            ratio(spent.hops, tally.served),
            ratio(tally.clear, tally.served),
            to_hold(id, tally)};
}

std::vector<SummarySection> Architectures::finish() {
    SummarySection section{
        "architectures",
        {"keys of", "way", "class", "requests", "served", "p50", "p99", "link key", "hops", "in clear", "to hold"},
        {},
        {}};
    for (auto const& [id, tally] : tallies_)
        section.rows.push_back(row(id, tally));
    section.notes.push_back(
        "link key: QKD key bits spent per key bit delivered; hops: messages between nodes that "
        "the keys of a request were in; in clear: relays that held a key; to hold: fewest nodes that give keys away");
    std::vector<SummarySection> out;
    out.push_back(std::move(section));
    return out;
}

} // namespace qkdes
