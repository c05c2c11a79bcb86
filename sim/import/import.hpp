// A file of a topology -> the text of a scenario that loads without a warning, one node, link and demand a line, with a
// note of its source and of everything that was assumed.
#pragma once
#include "sim/import/options.hpp"
#include "sim/import/topology.hpp"

namespace qkdes {

struct ImportResult {
    std::optional<std::string> scenario; ///< JSON with its final line break
    std::vector<Diagnostic> diagnostics; ///< without a scenario: one error is among them
    std::size_t sites = 0, relays = 0, links = 0, qkd_links = 0, demands = 0;
    double span_km = 0;    ///< the longest that was allowed
    double least_rate = 0; ///< of its links with devices, bit/s
    double start_s = 0;    ///< of the demands
};

/// `text` and `name` are the file that `topology` was read from, for the places of problems.
ImportResult import_topology(SiteMap topology, std::string_view text, std::string_view name,
                             ImportOptions const& options);

} // namespace qkdes
