// A network as a scenario can hold it: lines between two different sites, at most one for each two.
#pragma once
#include "sim/import/source_text.hpp"

#include <vector>

namespace qkdes {

/// Takes out lines from a site to itself, and of several between the same sites all but one (the shortest of those with
/// a length, else the first); says which as warnings, also of sites without lines and of parts without connection.
/// Directed lines count as undirected: a fibre's devices and channels serve both ways.
void simplify(SiteMap& topology, std::vector<std::string> const& ids, SourceText const& source,
              std::vector<Diagnostic>& diagnostics);

/// A number for each site, the same for those that lines join: the least index among them.
std::vector<std::size_t> parts_of(SiteMap const& topology);

} // namespace qkdes
