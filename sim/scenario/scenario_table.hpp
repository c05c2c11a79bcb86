// The table of all keys of a scenario.
#pragma once
#include "sim/scenario/raw_scenario.hpp"
#include "sim/scenario/table.hpp"

namespace qkdes {

Table<RawScenario> const& scenario_table();
Table<RawDetector> const& detector_table();

/// The tables in the order of the reference: each after the one that first refers to it.
std::vector<TableDoc const*> all_tables();

/// The keys of devices, one table a family; the family of one device in `devices`.
std::vector<TableDoc const*> device_docs();
TableDoc const& device_doc(JsonNode const& devices, JsonNode const& device);

/// `devices`: an object of devices by id, with `extends` followed. Problems go to the reader.
void read_devices(Reader& reader, JsonNode const& node, std::vector<RawDevice>& devices);

/// A range's end for times: a century.
constexpr double kCenturyNs = 3.15576e18;

} // namespace qkdes
