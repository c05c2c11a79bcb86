#include "sim/import/simple_graph.hpp"

#include "sim/scenario/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>

namespace qkdes {
namespace {

constexpr std::size_t kNamed = 12; ///< in one message

void warn(SourceText const& source, std::vector<Diagnostic>& diagnostics, std::size_t offset, std::string what,
          std::string because) {
    diagnostics.push_back(source.at(offset, std::move(what), std::move(because), "", Severity::warning));
}

void drop_loops(SiteMap& topology, std::vector<std::string> const& ids, SourceText const& source,
                std::vector<Diagnostic>& diagnostics) {
    std::vector<std::string> names;
    std::size_t first = 0;
    for (auto const& line : topology.lines) {
        if (line.a != line.b) continue;
        if (names.empty()) first = line.offset;
        names.push_back(ids[line.a]);
    }
    if (names.empty()) return;
    std::erase_if(topology.lines, [](Line const& line) { return line.a == line.b; });
    warn(source, diagnostics, first,
         fmt::format("{} from a site to itself left out: at {}", many(names.size(), "line", "lines"),
                     quoted_list(names, "and", kNamed)),
         "a link is between two different nodes");
}

void merge_parallels(SiteMap& topology, std::vector<std::string> const& ids, SourceText const& source,
                     std::vector<Diagnostic>& diagnostics) {
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> index;
    std::vector<Line> kept;
    std::vector<std::string> names;
    std::size_t merged = 0, first = 0;
    for (auto const& line : topology.lines) {
        auto const [entry, fresh] =
            index.try_emplace({std::min(line.a, line.b), std::max(line.a, line.b)}, kept.size());
        if (fresh) {
            kept.push_back(line);
            continue;
        }
        if (merged++ == 0) first = line.offset;
        auto const name = ids[line.a] + "." + ids[line.b];
        if (names.size() <= kNamed && std::ranges::find(names, name) == names.end()) names.push_back(name);
        auto& other = kept[entry->second];
        if (line.length_km && (!other.length_km || *line.length_km < *other.length_km))
            other.length_km = line.length_km;
    }
    topology.lines = std::move(kept);
    if (merged > 0)
        warn(source, diagnostics, first,
             fmt::format("{} with another between the same sites: {}",
                         many(merged, "line is merged", "lines are merged"), quoted_list(names, "and", kNamed)),
             "a node keeps one pool of key per peer, so that a scenario has one link between two nodes");
}

} // namespace

std::vector<std::size_t> parts_of(SiteMap const& topology) {
    std::vector<std::size_t> root(topology.sites.size());
    std::iota(root.begin(), root.end(), std::size_t{0});
    auto const find = [&root](std::size_t i) {
        while (root[i] != i)
            i = root[i] = root[root[i]];
        return i;
    };
    for (auto const& line : topology.lines) {
        auto const a = find(line.a), b = find(line.b);
        root[std::max(a, b)] = std::min(a, b);
    }
    for (std::size_t i = 0; i < root.size(); ++i)
        root[i] = find(i);
    return root;
}

void simplify(SiteMap& topology, std::vector<std::string> const& ids, SourceText const& source,
              std::vector<Diagnostic>& diagnostics) {
    if (topology.directed)
        warn(source, diagnostics, 0, "the graph is directed, and its lines are taken both ways",
             "a link carries key and messages both ways");
    drop_loops(topology, ids, source, diagnostics);
    merge_parallels(topology, ids, source, diagnostics);
    auto const parts = parts_of(topology);
    std::map<std::size_t, std::size_t> sizes;
    for (auto const part : parts)
        ++sizes[part];
    std::vector<std::string> alone;
    std::size_t first = 0;
    for (std::size_t i = 0; i < parts.size(); ++i)
        if (sizes[parts[i]] == 1 && parts.size() > 1) {
            if (alone.empty()) first = topology.sites[i].offset;
            alone.push_back(ids[i]);
        }
    if (!alone.empty())
        warn(source, diagnostics, first,
             fmt::format("{} without a line: {}", many(alone.size(), "site", "sites"),
                         quoted_list(alone, "and", kNamed)),
             "such a node is in the scenario, and no demand is its own");
    if (auto const pieces = sizes.size() - alone.size(); pieces > 1)
        warn(source, diagnostics, 0, fmt::format("the network is in {} parts that no line joins", pieces),
             "demands are between sites of one part only");
}

} // namespace qkdes
