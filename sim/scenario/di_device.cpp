// The keys of a device-independent device.
#include "sim/scenario/device_keys.hpp"

namespace qkdes {

Table<RawDevice> const& di_device_table() {
    using D = RawDevice;
    using I = DiParameters;
    using S = DiSourceParameters;
    using B = DiBoxParameters;
    using P = DiProtocolParameters;
    auto const source = [](auto member) { return at(&D::di, &I::source, member); };
    auto const boxes = [](auto member) { return at(&D::di, &I::boxes, member); };
    auto const protocol = [](auto member) { return at(&D::di, &I::protocol, member); };
    static Table<RawDevice> const table = [&] {
        Table<RawDevice> keys{
            "di-device",
            "Two boxes with heralded entanglement for device-independent QKD, named by its key in `devices`.",
            quantity("attempts", source(&S::attempts), units::frequency, above(0, 1e11),
                     "Without fibre; light's way to the station and back is added to each."),
            number("herald_probability", source(&S::herald_probability), from(0, 1),
                   "Per attempt, where measured; 0: from the next four and the fibre."),
            number("collection", source(&S::collection), above(0, 1), "A node's photon enters its fibre."),
            number("station_efficiency", source(&S::station_efficiency), above(0, 1),
                   "A photon that reaches the station is detected."),
            number("bell_measurement", source(&S::bell_measurement), above(0, 1),
                   "Photon pairs that the station can tell apart."),
            number("station_dark", source(&S::station_dark), from(0, 0.1), "Dark counts per detector and attempt."),
            number("interference", source(&S::interference), from(0, 1), "How alike the photons are."),
            number("correlation_key", boxes(&B::correlation_key), from(0, 1), "⟨ZZ⟩ of a true herald's state."),
            number("correlation_conjugate", boxes(&B::correlation_conjugate), from(0, 1), "⟨XX⟩ of it."),
            number("angle", boxes(&B::angle), inside(0, 1.5707963267948966), "Of Bob's test settings, radian."),
            number("efficiency_alice", boxes(&B::efficiency_alice), above(0, 1), "A round's outcome is seen."),
            number("efficiency_bob", boxes(&B::efficiency_bob), above(0, 1), "The same at the other end."),
            number("readout_error_alice", boxes(&B::readout_error_alice), from(0, 0.5), "A seen outcome is wrong."),
            number("readout_error_bob", boxes(&B::readout_error_bob), from(0, 0.5), "The same at the other end."),
            quantity("window", boxes(&B::window_ns), units::duration, above(0, 1e9), "Heralds count inside it."),
            quantity("jitter", boxes(&B::jitter_ns), units::duration, above(0, 1e9), "Of a herald's time of arrival."),
            count("rounds", protocol(&P::rounds), 10'000, 10'000'000'000, "That make a block."),
            number("test_probability", protocol(&P::test_probability), inside(0, 1), "A round plays the Bell game."),
            number("expected_chsh", protocol(&P::expected_chsh), inside(2, 2.8284271247461903),
                   "S that the link is planned for; decides the gate."),
            number("tolerance", protocol(&P::tolerance), from(0, 10),
                   "Standard deviations of lost games that the gate forgives."),
            number("expected_qber", protocol(&P::expected_qber), from_below(0, 0.5),
                   "What error correction is set up for."),
            number("abort_qber", protocol(&P::abort_qber), from(0, 0.5), "A block above it yields nothing."),
            number("noise", protocol(&P::noise), from_below(0, 0.5),
                   "Alice flips her key outcomes with it before correction (Ho et al. 2020)."),
            number("eps_sound", protocol(&P::eps_sound), inside(1e-16, 1e-2), "Soundness of a block."),
            number("rng_alarm", protocol(&P::rng_alarm), from_below(0, 1),
                   "A block whose setting bits are less likely than this is thrown away."),
            correction_method(protocol(&P::correction)),
            quantity("cascade_frame", protocol(&P::cascade_frame), units::bits, from(1e3, 1e6),
                     "Bits that are corrected together."),
            number("eps_cor", protocol(&P::eps_cor), above(0, 1e-3), "Of the verification hash."),
            quantity("throughput", protocol(&P::throughput), units::bit_rate, above(0, 1e12),
                     "Rounds that the device post-processes per second."),
            quantity("longest_gathering", protocol(&P::longest_gathering), units::duration, above(0, kCenturyNs),
                     "A block is closed then, full or not."),
        };
        add_common_keys(keys, {{"di-qkd", "device-independent, heralded CHSH rounds."}});
        return keys;
    }();
    return table;
}

} // namespace qkdes
