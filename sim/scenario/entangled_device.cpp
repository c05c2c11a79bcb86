// The keys of a device with a source of entangled pairs: BBM92 and E91.
#include "sim/scenario/device_keys.hpp"

namespace qkdes {
namespace {

Table<ArmParameters> const& arm_table() {
    using A = ArmParameters;
    static Table<ArmParameters> const table{
        "arm",
        "One end of a link with entangled pairs: a passive choice of setting, two threshold detectors for each.",
        quantity("receiver_loss", at(&A::loss), units::loss, from(0, 100), "Optics, without fibre and detectors."),
        number("efficiency", at(&A::efficiency), above(0, 1), "Of the detectors."),
        quantity("dark_counts", at(&A::dark_counts), units::frequency, from(0, 1e9), "Per detector."),
        quantity("dead_time", at(&A::dead_time), units::duration, from(0, 1e6),
                 "After a tag, of all detectors of the end."),
        quantity("jitter", at(&A::jitter_ps), units::picoseconds, from(0, 1e6),
                 "Of detector and time tagger, full width at half maximum."),
        number("basis_bias", at(&A::basis_bias), inside(0, 1), "BBM92: how often the key basis is taken."),
    };
    return table;
}

/// Both ends at once; `alice` and `bob` may differ from it.
Key<RawDevice> both_arms() {
    auto doc = detail::object_doc("arms", arm_table().doc, "Both ends.");
    return {doc, [](Reader& reader, JsonNode const& value, RawDevice& target, KeyDoc const&) {
                read_object(reader, value, arm_table(), target.entangled.alice);
                Reader nobody = Reader::silent();
                read_object(nobody, value, arm_table(), target.entangled.bob);
            }};
}

} // namespace

Table<RawDevice> const& entangled_device_table() {
    using D = RawDevice;
    using E = EntangledParameters;
    using S = PairSourceParameters;
    using T = TimingParameters;
    auto const source = [](auto member) { return at(&D::entangled, &E::source, member); };
    auto const timing = [](auto member) { return at(&D::entangled, &E::timing, member); };
    static Table<RawDevice> const table = [&] {
        Table<RawDevice> keys{
            "entangled-device",
            "A source of entangled pairs and a pair of receivers, named by its key in `devices`.",
            choice("emission", source(&S::emission),
                   std::vector<Choice<PairEmission>>{{"continuous", PairEmission::continuous, "at any time."},
                                                     {"pulsed", PairEmission::pulsed, "by the clock."}},
                   "When pairs are made."),
            quantity("pair_rate", source(&S::pair_rate), units::frequency, above(0, 1e11), "Pairs, continuous."),
            quantity("clock", source(&S::clock), units::frequency, above(0, 1e11), "Pulses, pulsed."),
            number("pairs_per_pulse", source(&S::pairs_per_pulse), above(0, 2), "Mean, pulsed."),
            choice("statistics", source(&S::statistics),
                   std::vector<Choice<PairStatistics>>{
                       {"poisson", PairStatistics::poisson, "many modes."},
                       {"thermal", PairStatistics::thermal, "one mode; pulsed sources only."}},
                   "Of the pairs in a pulse."),
            number("position", source(&S::position), from(0, 1), "Of the source: 0 at Alice, 1 at Bob."),
            number("misalignment", source(&S::misalignment), from(0, 0.5),
                   "Probability that the bits of a pair differ in equal bases."),
            both_arms(),
            object("alice", at(&D::entangled, &E::alice), arm_table(), "Where Alice's end differs from `arms`."),
            object("bob", at(&D::entangled, &E::bob), arm_table(), "Where Bob's end differs from `arms`."),
            quantity("window", timing(&T::window_ps), units::picoseconds, from(1, 1e5),
                     "Tags closer than half of it are a coincidence."),
            quantity("dispersion", timing(&T::dispersion), units::dispersion, from(-1e4, 1e4), "Of the fibre."),
            quantity("bandwidth", timing(&T::bandwidth_nm), units::wavelength, from(0, 1e3),
                     "Of a photon, full width at half maximum."),
            quantity("clock_offset", timing(&T::clock_offset), units::duration, from(-1e7, 1e7),
                     "Of Bob's clock when a block begins, within `offset_range`."),
            quantity("clock_drift", timing(&T::clock_drift_ppb), units::drift, from(-1000, 1000),
                     "Of Bob's clock, within `drift_range`."),
            quantity("offset_range", timing(&T::offset_range), units::duration, above(0, 1e7),
                     "How far either way the offset is searched."),
            quantity("drift_range", timing(&T::drift_range_ppb), units::drift, from(0, 1000),
                     "How far either way the drift is searched."),
            number("chsh_setting", at(&D::entangled, &E::chsh_setting), inside(0, 1),
                   "E91: how often an end takes the setting that only tests S."),
            number("chsh_threshold", at(&D::entangled, &E::chsh_threshold), from(2, 2.8284271247461903),
                   "E91: a block with S at or below it yields nothing."),
        };
        add_binary_post_keys(keys);
        add_common_keys(keys, {{"bbm92", "two bases, the other one bounds the phase error."},
                               {"e91", "three settings an end, CHSH's S measured."}});
        return keys;
    }();
    return table;
}

} // namespace qkdes
