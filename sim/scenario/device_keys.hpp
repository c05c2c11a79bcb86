// Keys that the devices of several families share.
#pragma once
#include "sim/scenario/scenario_table.hpp"

namespace qkdes {

/// `protocol`, `extends`, `restart`, `initial_secret`.
void add_common_keys(Table<RawDevice>& table, std::vector<std::pair<std::string, std::string>> const& protocols);

/// Post-processing of the families that correct binary keys.
void add_binary_post_keys(Table<RawDevice>& table);

Table<RawDevice> const& decoy_device_table();

} // namespace qkdes
