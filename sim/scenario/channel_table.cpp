// The keys of what lies between two devices: fibre, other light in it, drift, switches, satellites.
#include "sim/scenario/scenario_table.hpp"

namespace qkdes {

Table<ClassicalChannel> const& coexistence_table() {
    using C = ClassicalChannel;
    static Table<ClassicalChannel> const table{
        "coexistence",
        "A classical channel in the same fibre, whose light scatters into the quantum channel.",
        quantity("power", at(&C::launch_dbm), units::power, from(-60, 30), "Launched at its own end."),
        choice("direction", at(&C::direction),
               std::vector<Choice<Propagation>>{{"with", Propagation::with_quantum, "as the quantum signals go."},
                                                {"against", Propagation::against_quantum, "from Bob's end."}},
               "Which way it goes."),
        number("scattering", at(&C::scattering), from(0, 1e-6),
               "Raman scattering per km and nm; 1e-9 to 3e-9 around 1550 nm."),
    };
    return table;
}

Table<QuantumFilter> const& filter_table() {
    using F = QuantumFilter;
    static Table<QuantumFilter> const table{
        "filter",
        "What the receiver lets through beside its own wavelength.",
        quantity("wavelength", at(&F::wavelength_nm), units::wavelength, from(100, 1e4), "Of the quantum channel."),
        quantity("width", at(&F::width_nm), units::wavelength, above(0, 1e3), "Of the filter."),
        quantity("insertion_loss", at(&F::insertion_loss), units::loss, from(0, 100),
                 "For the scattered light; the signals' is part of `receiver_loss`."),
    };
    return table;
}

Table<DriftParameters> const& drift_table() {
    using D = DriftParameters;
    static Table<DriftParameters> const table{
        "drift",
        "Polarisation or phase that wanders off between corrections: errors come and go.",
        choice("kind", at(&D::kind),
               std::vector<Choice<DriftKind>>{{"polarisation", DriftKind::polarisation, ""},
                                              {"phase", DriftKind::phase, "of an interferometer."}},
               "What wanders."),
        quantity("time_constant", at(&D::time_constant), units::duration, above(0, kCenturyNs),
                 "After which it is elsewhere; at least 20 steps of the feedback interval."),
        quantity("feedback", at(&D::feedback), units::duration, above(0, kCenturyNs), "How often it is put back."),
        number("residual", at(&D::residual), from(0, 0.5), "Error right after that."),
        count("steps", at(&D::steps), 1, 1000, "Of the walk, per feedback interval."),
    };
    return table;
}

Table<RawSwitch> const& switch_table() {
    using S = RawSwitch;
    static Table<RawSwitch> const table{
        "switch",
        "An optical switch that lends the device to this fibre for a while, again and again.",
        quantity("insertion_loss", at(&S::device, &OpticalSwitch::insertion_loss), units::loss, from(0, 100),
                 "Always."),
        quantity("switching_time", at(&S::device, &OpticalSwitch::switching_time), units::duration, from(0, 1e12),
                 "No light for so long at the beginning of each turn."),
        quantity("isolation", at(&S::device, &OpticalSwitch::isolation), units::loss, from(0, 200),
                 "Of one port from another."),
        quantity("neighbours", at(&S::neighbours), units::frequency, from(0, 1e15),
                 "Photons per second that arrive at the other ports."),
        quantity("first", at(&S::first), units::duration, from(0, kCenturyNs), "When its first turn begins."),
        quantity("every", at(&S::every), units::duration, above(0, kCenturyNs), "From turn to turn."),
        quantity("for", at(&S::turn), units::duration, above(0, kCenturyNs), "Length of a turn."),
    };
    return table;
}

Table<RawSatellite> const& satellite_table() {
    using S = RawSatellite;
    using P = SatellitePass;
    static Table<RawSatellite> const table{
        "satellite",
        "A satellite on a circular orbit in place of the fibre: key while it passes.",
        quantity("height", at(&S::pass, &P::height), units::length, from(100, 4e4), "Of the orbit."),
        quantity("highest_elevation", at(&S::pass, &P::highest_elevation_deg), units::elevation, above(5, 90),
                 "Of the pass."),
        quantity("lowest_elevation", at(&S::pass, &P::lowest_elevation_deg), units::elevation, from_below(5, 90),
                 "Where the link begins and ends."),
        quantity("divergence", at(&S::pass, &P::divergence_urad), units::beam, above(0, 1e6), "Of the beam, in full."),
        quantity("pointing", at(&S::pass, &P::pointing_urad), units::beam, from(0, 1e6), "Jitter per axis."),
        quantity("telescope", at(&S::pass, &P::telescope_m), units::metres, above(0, 100), "Diameter on the ground."),
        number("zenith_transmittance", at(&S::pass, &P::zenith_transmittance), above(0, 1), "Of the air."),
        quantity("station_loss", at(&S::pass, &P::station), units::loss, from(0, 100),
                 "Optics on the ground, without the receiver's own."),
        quantity("first", at(&S::first), units::duration, from(0, kCenturyNs), "When its first pass begins."),
        quantity("every", at(&S::every), units::duration, above(0, kCenturyNs), "From pass to pass."),
        count("passes", at(&S::passes), 1, 100'000, "How many."),
        quantity("step", at(&S::step), units::duration, above(0, 1e12), "How finely the loss follows the pass."),
    };
    return table;
}

} // namespace qkdes
