// A link by itself, for `qkdes link`: a scenario's link object whose device stands in it.
//
//   { "device": { "extends": "bb84-metro", "block": "1e7 bits" }, "length": "25 km" }
#pragma once
#include "sim/scenario/load.hpp"
#include "sim/scenario/scenario_table.hpp"

namespace qkdes {

struct RawLinkFile {
    std::optional<RawDevice> device;
    RawLink link;
};
Table<RawLinkFile> const& link_file_table();

/// Problems go to the reader; the value counts only if there were none.
LinkSetup read_link_file(JsonNode const& root, Reader& reader);

} // namespace qkdes
