#include "sim/look/report/json.hpp"
#include "sim/look/report/sections.hpp"
#include "sim/look/table_rows.hpp"

#include <map>

namespace qkdes::look {

namespace {

/// Requests have numbers without gaps; beyond this a number is damage.
constexpr double kMostRequests = 2e8;

/// The demand of each request that was served; `none` for others.
MaybeError demands_of(RunContext& run, std::vector<std::uint32_t>& of, std::uint64_t& served) {
    auto rows = TableRows::open(run.reader, "/requests", {"index", "demand", "outcome"});
    if (!rows.ok()) return rows.error();
    of.reserve(rows->rows());
    return rows->each([&](TableRows::Block const& block) {
        for (std::size_t i = 0; i < block.rows(); ++i) {
            double const index = block.number(0, i);
            std::size_t demand = 0;
            if (block.number(2, i) != 0) continue;
            ++served;
            if (!(index >= 0 && index < kMostRequests) || !row_of(block.number(1, i), run.demands, demand)) continue;
            auto const at = static_cast<std::size_t>(index);
            if (at >= of.size()) of.resize(at + 1, UINT32_MAX);
            of[at] = static_cast<std::uint32_t>(demand);
        }
    });
}

} // namespace

MaybeError add_exposure(RunContext& run, nlohmann::ordered_json& out) {
    std::vector<std::uint32_t> demand_of;
    std::uint64_t served = 0;
    if (auto error = demands_of(run, demand_of, served)) return error;
    std::vector<std::uint64_t> as_end(run.nodes), as_relay(run.nodes);
    auto holders = TableRows::open(run.reader, "/holders", {"request", "node"});
    if (!holders.ok()) return holders.error();
    if (auto error = holders->each([&](TableRows::Block const& block) {
            for (std::size_t i = 0, node = 0, request = 0; i < block.rows(); ++i) {
                if (!row_of(block.number(1, i), run.nodes, node)) continue;
                bool end = false;
                if (row_of(block.number(0, i), demand_of.size(), request) && demand_of[request] != UINT32_MAX) {
                    auto const d = demand_of[request];
                    end = run.demand_from[d] == node || run.demand_to[d] == node;
                }
                ++(end ? as_end : as_relay)[node];
            }
        }))
        return error;

    struct Known {
        std::uint64_t requests = 0, keys = 0;
        double first = 0;
        bool operator==(Known const&) const = default;
    };
    std::map<std::pair<std::string, std::string>, Known> known;
    auto exposure = TableRows::open(run.reader, "/exposure", {"adversary", "means", "keys", "learned"});
    if (!exposure.ok()) return exposure.error();
    if (auto error = exposure->each([&](TableRows::Block const& block) {
            for (std::size_t i = 0; i < block.rows(); ++i) {
                auto& entry = known[{block.text(0, i), block.text(1, i)}];
                double const learned = block.number(3, i);
                entry.first = entry.requests == 0 ? learned : std::min(entry.first, learned);
                ++entry.requests;
                entry.keys += static_cast<std::uint64_t>(std::max(0.0, block.number(2, i)));
            }
        }))
        return error;
    Json adversaries = Json::array();
    for (auto const& [who, what] : known)
        adversaries.push_back({{"adversary", who.first},
                               {"means", who.second},
                               {"requests", what.requests},
                               {"keys", what.keys},
                               {"first", number(what.first / 1e9, 9)}});
    out["exposure"] = {{"served", served},
                       {"as_end", as_end},
                       {"as_relay", as_relay},
                       {"adversaries_present", exposure->present()},
                       {"adversaries", std::move(adversaries)}};
    return {};
}

} // namespace qkdes::look
