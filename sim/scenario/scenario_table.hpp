// The table of all keys of a scenario.
#pragma once
#include "sim/scenario/raw_scenario.hpp"
#include "sim/scenario/table.hpp"

namespace qkdes {

Table<RawScenario> const& scenario_table();
Table<RawDetector> const& detector_table();
Table<VendorSpec> const& vendor_table();

Table<ClassicalChannel> const& coexistence_table();
Table<QuantumFilter> const& filter_table();
Table<DriftParameters> const& drift_table();
Table<RawSwitch> const& switch_table();
Table<RawSatellite> const& satellite_table();
Table<StoreSpec> const& store_table();
Table<ServiceSpec> const& service_table();
Table<RawAdversary> const& adversary_table();

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
    table.add(count("splices", to(&L::fibre, &FibreParameters::splices), 0, 100'000, "In the fibre."));
    table.add(quantity("splice_loss", to(&L::fibre, &FibreParameters::splice_loss), units::loss, from(0, 10),
                       "Of each splice."));
    table.add(count("connectors", to(&L::fibre, &FibreParameters::connectors), 0, 1000, "In the fibre."));
    table.add(quantity("connector_loss", to(&L::fibre, &FibreParameters::connector_loss), units::loss, from(0, 10),
                       "Of each connector."));
    table.add(quantity("stray_light", to(&L::fibre, &FibreParameters::stray_light), units::frequency, from(0, 1e12),
                       "Photons per second at the receiver's input that nobody sent."));
    table.add(list<T, decltype(to(&L::coexistence).get), ClassicalChannel>(
        "coexistence", to(&L::coexistence), coexistence_table(), "Classical channels in the same fibre."));
    table.add(object("filter", to(&L::filter), filter_table(), "The receiver's filter, for `coexistence`."));
    table.add(object("drift", to(&L::drift), drift_table(), "Polarisation or phase that wanders."));
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
