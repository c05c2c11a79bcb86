// What the works of the nodes took of their hosts' time, for the summary.
#pragma once
#include "sim/world/figures.hpp"
#include "sim/world/host.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace qkdes {

/// A row per host whose works cost time; nothing when there is none.
std::optional<SummarySection> service_section(Scenario const& scenario, std::vector<std::unique_ptr<Host>> const& hosts,
                                              SimDuration simulated);

} // namespace qkdes
