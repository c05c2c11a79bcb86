// From a topology to a network of a scenario: fibres with lengths, spans that the devices can bridge, relays between
// them, demands.
//
// Length of a fibre: the file's, else great circle x detour, at least `min_length_km`, else `default_length_km`; a line
// of which none is known is refused. Fibres longer than a span (SpanRates::reach at `min_rate`, whole km down, or
// `max_span_km`) are divided evenly; relays stand on the great circle.
#pragma once
#include "sim/base/geography.hpp"
#include "sim/import/demand_model.hpp"
#include "sim/import/options.hpp"
#include "sim/import/source_text.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qkdes {

struct NetworkNode {
    std::string id, note;
    std::optional<Place> at;
};

struct NetworkLink {
    std::string id;
    std::size_t a = 0, b = 0; ///< nodes
    double km = 0;            ///< as it is written: to 0.1 km, without devices to 1 km from 100 km on
    bool qkd = true;
};

struct ImportedNetwork {
    std::string title, about;
    std::size_t sites = 0; ///< of the nodes: the first ones; the others are relays
    std::vector<NetworkNode> nodes;
    std::vector<NetworkLink> links;
    std::vector<PairRate> demands;
    DemandModel model = DemandModel::none;               ///< the one that was used
    double span_km = 0;                                  ///< the longest that was allowed
    double slowest_block_s = 0;                          ///< of its links with devices
    double least_rate = 0;                               ///< of its links with devices, bit/s
    std::size_t lines = 0;                               ///< after merging
    std::size_t of_file = 0, of_places = 0, assumed = 0; ///< where the lines' lengths come from
};

constexpr std::size_t kMaxNodes = 50'000; ///< with relays

/// Refuses (Refused) what cannot be one; what was changed goes to `diagnostics`.
ImportedNetwork build_network(SiteMap topology, ImportOptions const& options, SourceText const& source,
                              std::vector<Diagnostic>& diagnostics);

} // namespace qkdes
