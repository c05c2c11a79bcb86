#include "sim/import/import.hpp"

#include "sim/import/scenario_text.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

/// When demands begin: as asked for, or at the full minute after the slowest link's first block.
double start_of(ImportedNetwork const& network, ImportOptions const& options, SourceText const& source,
                std::vector<Diagnostic>& diagnostics) {
    if (options.start_s) return *options.start_s;
    double const first = std::ceil(network.slowest_block_s / 60) * 60;
    if (first < options.duration_s || network.demands.empty()) return first;
    diagnostics.push_back(
        source.at(0, fmt::format("demands begin at once, before all links have key"),
                  fmt::format("the slowest link needs {:.0f} min for its first block, longer than the run",
                              std::ceil(network.slowest_block_s / 60)),
                  fmt::format("--duration {:.0f}min", 4 * first / 60), Severity::warning));
    return 0;
}

} // namespace

ImportResult import_topology(SiteMap topology, std::string_view text, std::string_view name,
                             ImportOptions const& options) {
    SourceText const source{without_mark(text), name};
    ImportResult result;
    try {
        auto const network = build_network(std::move(topology), options, source, result.diagnostics);
        result.start_s = start_of(network, options, source, result.diagnostics);
        auto scenario = scenario_text(network, options, result.start_s);
        if (scenario.size() > kMaxScenarioBytes)
            source.refuse(0, "the scenario would be too large",
                          fmt::format("a scenario has at most {} MiB", kMaxScenarioBytes >> 20),
                          "fewer --pairs, or a longer --max-span");
        result.sites = network.sites;
        result.relays = network.nodes.size() - network.sites;
        result.links = network.links.size();
        result.qkd_links = static_cast<std::size_t>(std::ranges::count_if(network.links, &NetworkLink::qkd));
        result.demands = network.demands.size();
        result.span_km = network.span_km;
        result.least_rate = network.least_rate;
        result.scenario = std::move(scenario);
    } catch (Refused const& problem) {
        result.diagnostics.push_back(problem.diagnostic);
    }
    return result;
}

} // namespace qkdes
