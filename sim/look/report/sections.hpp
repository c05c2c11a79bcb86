// The sections of a run's document, one function for each; the page's scripts (tools/report/src) read what they write.
// Times are in seconds, rates in bit/s, amounts of key in bits. Row numbers are those of /nodes, /links, /demands.
#pragma once
#include "sim/look/report/run_context.hpp"

#include <nlohmann/json_fwd.hpp>

namespace qkdes::look {

/// `network`: nodes and links with their places, and how they are laid out (geographic or drawn).
MaybeError add_network(RunContext& run, nlohmann::ordered_json& out);
/// `link_series`, `flow`, and of `replay`: made and used key by link and frame; `link_totals`.
MaybeError add_links(RunContext& run, nlohmann::ordered_json& out);
/// `pools` and of `replay`: key held by link, end and frame.
MaybeError add_pools(RunContext& run, nlohmann::ordered_json& out);
/// `requests`: outcomes by demand and frame, latencies, the first that were not served.
MaybeError add_requests(RunContext& run, nlohmann::ordered_json& out);
/// `exposure`: which nodes held keys in clear, what adversaries know.
MaybeError add_exposure(RunContext& run, nlohmann::ordered_json& out);
/// `faults`: with the links and nodes that they hit.
MaybeError add_faults(RunContext& run, nlohmann::ordered_json& out);

} // namespace qkdes::look
