#include "sim/world/hop_books.hpp"

#include "sim/kme/protection/exposure.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qkdes {

namespace {

constexpr char const* kClasses[] = {"its", "hybrid", "qkd-aes", "pqc"}; ///< by SecurityClass
constexpr std::string_view kVendor = "vendor.";
/// What nodes count, and the columns it goes to.
constexpr std::pair<std::string_view, char const*> kColumns[] = {{"vendor.served", "served"},
                                                                 {"vendor.parked", "parked"},
                                                                 {"vendor.refused.empty", "buffer empty"},
                                                                 {"vendor.refused.busy", "queue full"},
                                                                 {"vendor.refused.not_found", "not found"},
                                                                 {"vendor.too_late", "too late"}};

} // namespace

bool HopBooks::wanted(Scenario const& scenario) {
    auto const vendor = [](NodeSpec const& node) { return node.kms.vendor.has_value(); };
    auto const special = [](LinkSpec const& link) {
        return link.protection == Protection::otp || link.protection == Protection::qkd;
    };
    auto const asks = [](DemandSpec const& demand) { return demand.require != RequiredClass::pqc; };
    return std::ranges::any_of(scenario.nodes, vendor) || std::ranges::any_of(scenario.links, special) ||
           std::ranges::any_of(scenario.demands, asks);
}

void HopBooks::request(RequestRecord const& record, std::vector<NodeId> const& holders) {
    if (record.outcome != RequestOutcome::served) return;
    Kind& kind = kinds_[{record.demand, record.exposure.encoded()}];
    ++kind.requests;
    kind.keys += record.keys;
    for (NodeId const node : holders)
        ++kind.holders[node];
}

void HopBooks::count(NodeId node, std::string_view what) {
    if (!what.starts_with(kVendor)) return;
    auto& counts = vendors_[node];
    auto const found = counts.find(what);
    if (found == counts.end())
        counts.emplace(what, 1);
    else
        ++found->second;
}

std::vector<SummarySection> HopBooks::finish() {
    std::vector<SummarySection> out;
    if (!kinds_.empty()) {
        SummarySection& section = out.emplace_back();
        section.name = "key_exposure";
        section.head = {"keys of", "class", "exposed by a break of", "keys", "held in clear by"};
        for (auto const& [place, kind] : kinds_) {
            DemandSpec const& spec = scenario_.demands[place.first.index()];
            Exposure const exposure = Exposure::decode(place.second).value();
            std::string holders;
            for (auto const& [node, requests] : kind.holders)
                holders +=
                    fmt::format("{}{}{}", holders.empty() ? "" : ", ", scenario_.nodes[node.index()].id,
                                requests == kind.requests ? "" : fmt::format(" ({} of {})", requests, kind.requests));
            section.rows.push_back(
                {scenario_.applications[spec.from.index()].id + " > " + scenario_.applications[spec.to.index()].id,
                 kClasses[static_cast<std::size_t>(security_class(exposure))], to_string(exposure), kind.keys,
                 holders});
        }
    }
    if (!vendors_.empty()) {
        SummarySection& section = out.emplace_back();
        section.name = "vendor_servers";
        section.head = {"vendor's server at"};
        for (auto const& [what, column] : kColumns)
            section.head.emplace_back(column);
        for (auto const& [node, counts] : vendors_) {
            std::vector<Figure> row{scenario_.nodes[node.index()].id};
            for (auto const& [what, column] : kColumns) {
                auto const found = counts.find(what);
                row.emplace_back(found == counts.end() ? std::uint64_t{0} : found->second);
            }
            section.rows.push_back(std::move(row));
        }
    }
    return out;
}

} // namespace qkdes
