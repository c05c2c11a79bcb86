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

/// One device: an object, or the name of a preset or sheet.
std::optional<RawDevice> read_device(Reader& reader, JsonNode const& node);

/// A range's end for times: a century.
constexpr double kCenturyNs = 3.15576e18;

/// The keys of what lies between the ends. `to(members...)` leads to a member of a RawLink.
template <class T, class To>
void add_medium_keys(Table<T>& table, To to) {
    using L = RawLink;
    table.add(quantity("length", to(&L::length), units::length, from(0, 1e5), "Of the fibre; needed with a device.")
                  .such_as(R"("25 km")"));
    table.add(quantity("attenuation", to(&L::fibre, &FibreParameters::attenuation), units::attenuation, from(0, 100),
                       "Of the fibre, at the quantum channel's wavelength."));
    table.add(quantity("components_loss", to(&L::fibre, &FibreParameters::components), units::loss, from(0, 100),
                       "Connectors, splices, multiplexers."));
    table.add(number("group_index", to(&L::fibre, &FibreParameters::group_index), from(1, 10),
                     "Light takes length × index / c."));
    table.add(
        choice("fidelity", to(&L::fidelity),
               std::vector<Choice<Fidelity>>{
                   {"block", Fidelity::block, "a block's counts and duration are drawn from their distributions."},
                   {"photon", Fidelity::photon, "every detection is simulated, and its bits really post-processed."}},
               "How blocks of key are made.")
            .unless_given("the scenario's"));
}

} // namespace qkdes
