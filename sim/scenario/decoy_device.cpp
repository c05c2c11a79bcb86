// The keys of a decoy-BB84 device and of its detectors.
#include "sim/base/contracts.hpp"
#include "sim/scenario/device_keys.hpp"
#include "sim/scenario/device_sheet.hpp"
#include "sim/scenario/presets.hpp"

#include <fmt/format.h>

namespace qkdes {
namespace {

using nlohmann::ordered_json;

/// A detector's data sheet on top of what is there. Shipped sheets are sound: a test loads them all.
void apply_sheet(ShippedText const& shipped, RawDetector& target) {
    auto const sheet = read_sheet(std::string{shipped.text}, shipped.name);
    QKDES_ENSURES(sheet->object != nullptr);
    Reader reader{sheet->text, shipped.name, {}};
    RawDetector read = target;
    read_object(reader, *sheet->object, detector_table(), read);
    QKDES_ENSURES(!reader.any_error());
    read.receiver.gate_ps = read.gate_ps.value_or(read.receiver.gate_ps); // like a preset's: at most a clock period
    read.gate_ps = target.gate_ps;
    target = read;
}

std::vector<ShippedText> const& detector_sheets() {
    static std::vector<ShippedText> const sheets = [] {
        std::vector<ShippedText> found;
        for (auto const& each : shipped_sheets())
            if (read_sheet(std::string{each.text}, each.name)->detector) found.push_back(each);
        return found;
    }();
    return sheets;
}

std::vector<std::string> detector_names() {
    auto names = preset_names(detector_presets());
    for (auto const& sheet : detector_sheets())
        names.emplace_back(sheet.name);
    return names;
}

std::string detectors_described() {
    auto out = described(detector_presets()) + " Data sheets:";
    for (auto const& sheet : detector_sheets())
        out += fmt::format("{} `{}`", &sheet == &detector_sheets().front() ? "" : ",", sheet.name);
    return out + ".";
}

void apply_detector_preset(Reader& reader, JsonNode const& value, RawDetector& target) {
    auto const names = detector_names();
    auto const index = reader.choice(value, names);
    if (!index) return;
    if (*index < detector_presets().size())
        detector_presets()[*index].apply_to(target.receiver);
    else
        apply_sheet(detector_sheets()[*index - detector_presets().size()], target);
}

Key<RawDetector> detector_extends() {
    KeyDoc doc{"extends",
               "a preset or data sheet",
               "What the other keys change." + detectors_described(),
               "",
               R"("ingaas-apd")",
               R"("snspd")",
               false,
               {},
               {}};
    doc.schema = {{"enum", detector_names()}};
    return {doc, [](Reader& reader, JsonNode const& value, RawDetector& target, KeyDoc const&) {
                apply_detector_preset(reader, value, target);
            }};
}

/// A preset's name, or an object that changes one.
Key<RawDevice> detector() {
    KeyDoc doc{"detector",
               "a preset, a data sheet or an object",
               "Bob's detectors." + detectors_described(),
               "",
               R"("ingaas-apd")",
               R"("snspd")",
               false,
               {},
               {&detector_table().doc}};
    doc.schema = {{"anyOf", {{{"enum", detector_names()}}, {{"$ref", "#/$defs/detector"}}}}};
    return {doc, [](Reader& reader, JsonNode const& value, RawDevice& target, KeyDoc const&) {
                if (value.is(JsonKind::object))
                    read_object(reader, value, detector_table(), target.detector);
                else
                    apply_detector_preset(reader, value, target.detector);
            }};
}

/// One number for both ends, or an object with one for each.
Key<RawDevice> basis_bias() {
    struct Biases {
        double alice = 0.8, bob = 0.8;
    };
    static Table<Biases> const table{
        "basis_bias", "How often each end chooses the key basis.",
        number("alice", at(&Biases::alice), inside(0, 1), "The transmitter."),
        number("bob", at(&Biases::bob), inside(0, 1), "The receiver; with passive choice the splitter's ratio.")};
    auto doc =
        detail::number_doc("basis_bias", inside(0, 1),
                           "How often both ends choose the key basis Z, or an object with one number for each.", 0.8);
    doc.type = "a number or an object";
    doc.schema["anyOf"].push_back({{"$ref", "#/$defs/basis_bias"}});
    doc.nested = {&table.doc};
    return {doc, [](Reader& reader, JsonNode const& value, RawDevice& target, KeyDoc const&) {
                Biases both{target.source.basis_bias, target.detector.receiver.basis_bias};
                if (value.is(JsonKind::object))
                    read_object(reader, value, table, both);
                else if (auto const x = reader.number(value, inside(0, 1), "0.8"))
                    both = {*x, *x};
                target.source.basis_bias = both.alice;
                target.detector.receiver.basis_bias = both.bob;
            }};
}

/// Two or three numbers, one for each intensity.
Key<RawDevice> per_intensity(std::string name, std::vector<double> SourceParameters::*member, Range range,
                             std::string help, std::string fallback) {
    KeyDoc doc{std::move(name),
               "a list of 2 or 3 numbers",
               std::move(help),
               describe(range, nullptr),
               fallback,
               fallback,
               false,
               {},
               {}};
    doc.schema = {
        {"type", "array"}, {"minItems", 2}, {"maxItems", 3}, {"items", detail::number_doc("", range, "", {}).schema}};
    return {doc, [=](Reader& reader, JsonNode const& value, RawDevice& target, KeyDoc const&) {
                if (!reader.expect(value, JsonKind::array, fallback)) return;
                if (value.children.size() < 2 || value.children.size() > 3) {
                    reader.error(value, fmt::format("{} numbers", value.children.size()),
                                 "decoy-state BB84 has a signal and 1 or 2 decoys", repair_of(value, fallback));
                    return;
                }
                std::vector<double> numbers;
                for (auto const* element : value.children)
                    if (auto const x = reader.number(*element, range, "0.1")) numbers.push_back(*x);
                if (numbers.size() == value.children.size()) target.source.*member = std::move(numbers);
            }};
}

} // namespace

Table<RawDetector> const& detector_table() {
    using D = RawDetector;
    using R = ReceiverParameters;
    static Table<RawDetector> const table{
        "detector",
        "Threshold detectors, all alike.",
        detector_extends(),
        number("efficiency", at(&D::receiver, &R::efficiency), above(0, 1),
               "Probability that a photon at the detector makes it click."),
        quantity("dark_counts", at(&D::receiver, &R::dark_counts), units::frequency, from(0, 1e9),
                 "Clicks without light, per detector and time of open gate."),
        quantity("gate", at(&D::gate_ps), units::picoseconds, above(0, 1e9),
                 "How long the gate is open for a pulse, at most a clock period.")
            .unless_given("1 ns, or the clock period if that is shorter"),
        quantity("dead_time", at(&D::receiver, &R::dead_time), units::duration, from(0, 1e9),
                 "Hold-off after a click."),
        choice("dead_time_mode", at(&D::receiver, &R::dead_time_mode),
               std::vector<Choice<DeadTimeMode>>{
                   {"all", DeadTimeMode::all, "a click blanks every detector."},
                   {"each", DeadTimeMode::each,
                    "only the one that clicked; sifting drops what falls into another's dead time."}},
               "What a click blanks."),
        number("afterpulse_probability", at(&D::receiver, &R::afterpulse_probability), from(0, 0.5),
               "A click leaves a carrier that fires again."),
        quantity("afterpulse_decay", at(&D::receiver, &R::afterpulse_decay), units::duration, above(0, 1e9),
                 "Mean release time of that carrier."),
    };
    return table;
}

Table<RawDevice> const& decoy_device_table() {
    using D = RawDevice;
    using R = ReceiverParameters;
    static Table<RawDevice> const table = [] {
        Table<RawDevice> keys{
            "bb84-device",
            "A pair of decoy-state BB84 devices, named by its key in `devices`.",
            quantity("clock", at(&D::source, &SourceParameters::clock), units::frequency, above(0, 1e11),
                     "Pulses per second."),
            per_intensity("intensities", &SourceParameters::intensities, from(0, 2),
                          "Mean photons per pulse: signal first, then 1 or 2 decoys, descending.", "[0.5, 0.1]"),
            per_intensity("probabilities", &SourceParameters::probabilities, inside(0, 1),
                          "How often each intensity is sent; their sum is 1.", "[0.5, 0.5]"),
            basis_bias(),
            detector(),
            choice(
                "basis_choice", at(&D::detector, &RawDetector::receiver, &R::basis_choice),
                std::vector<Choice<BasisChoice>>{{"active", BasisChoice::active, "a modulator before two detectors."},
                                                 {"passive", BasisChoice::passive, "a beam splitter before four."}},
                "How Bob chooses his basis."),
            quantity("receiver_loss", at(&D::detector, &RawDetector::receiver, &R::loss), units::loss, from(0, 100),
                     "Bob's optics, without the detectors."),
            choice("encoding", at(&D::source, &SourceParameters::encoding),
                   std::vector<Choice<Encoding>>{
                       {"four-state", Encoding::polarisation_four_state, "two states in each basis."},
                       {"three-state", Encoding::time_bin_three_state,
                        "two time bins and one superposition; needs passive choice and two intensities."}},
                   "Which states are sent."),
            choice("analysis", at(&D::source, &SourceParameters::analysis),
                   std::vector<Choice<DecoyAnalysis>>{
                       {"standard", DecoyAnalysis::standard, "Lim 2014 and Rusca 2018, Hoeffding's bound."},
                       {"refined", DecoyAnalysis::refined, "Chernoff's bound of each count, for rare decoys."}},
                   "How the counts of a block bound its key."),
            choice("blinding_monitor", at(&D::detector, &RawDetector::receiver, &R::blinding_monitor),
                   std::vector<Choice<bool>>{{"off", false, ""}, {"on", true, "bright light aborts the block."}},
                   "A monitor of the light that reaches the detectors."),
            number(
                "efficiency_mismatch", at(&D::detector, &RawDetector::receiver, &R::efficiency_mismatch), from(0, 1),
                "What a detector loses where the other of its basis is at its best; a time-shift attack lives on it."),
            number("misalignment", at(&D::detector, &RawDetector::receiver, &R::misalignment), from(0, 0.5),
                   "Probability that a photon goes to the wrong detector.")};
        add_binary_post_keys(keys);
        add_common_keys(keys, {{"bb84", "decoy-state BB84 with weak coherent pulses."}});
        return keys;
    }();
    return table;
}

} // namespace qkdes
