// The keys of a device and of its detectors.
#include "sim/scenario/presets.hpp"
#include "sim/scenario/scenario_table.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

namespace qkdes {
namespace {

using nlohmann::ordered_json;

template <class Preset>
std::vector<std::string> preset_names(std::span<Preset const> presets) {
    std::vector<std::string> names;
    for (auto const& preset : presets)
        names.push_back(preset.name);
    return names;
}

template <class Preset>
std::string described(std::span<Preset const> presets) {
    std::string out;
    for (auto const& preset : presets)
        out += fmt::format(" `{}`: {}", preset.name, preset.help);
    return out;
}

void apply_detector_preset(Reader& reader, JsonNode const& value, RawDetector& target) {
    auto const names = preset_names(detector_presets());
    if (auto const index = reader.choice(value, names)) detector_presets()[*index].apply_to(target.receiver);
}

Key<RawDetector> detector_extends() {
    KeyDoc doc{"extends",
               "a preset",
               "The preset that the other keys change." + described(detector_presets()),
               "",
               R"("ingaas-apd")",
               R"("snspd")",
               false,
               {},
               {}};
    doc.schema = {{"enum", preset_names(detector_presets())}};
    return {doc, [](Reader& reader, JsonNode const& value, RawDetector& target, KeyDoc const&) {
                apply_detector_preset(reader, value, target);
            }};
}

/// A preset's name, or an object that changes one.
Key<RawDevice> detector() {
    KeyDoc doc{"detector",
               "a preset or an object",
               "Bob's detectors." + described(detector_presets()),
               "",
               R"("ingaas-apd")",
               R"("snspd")",
               false,
               {},
               {&detector_table().doc}};
    doc.schema = {{"anyOf", {{{"enum", preset_names(detector_presets())}}, {{"$ref", "#/$defs/detector"}}}}};
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
                Biases both{target.spec.source.basis_bias, target.detector.receiver.basis_bias};
                if (value.is(JsonKind::object))
                    read_object(reader, value, table, both);
                else if (auto const x = reader.number(value, inside(0, 1), "0.8"))
                    both = {*x, *x};
                target.spec.source.basis_bias = both.alice;
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
                if (numbers.size() == value.children.size()) target.spec.source.*member = std::move(numbers);
            }};
}

Key<RawDevice> extends() {
    KeyDoc doc{"extends",
               "a preset or another device",
               "Where the values left out come from." + described(device_presets()),
               "",
               "",
               R"("decoy-bb84-snspd")",
               false,
               {},
               {}};
    doc.schema = {{"type", "string"}};
    return {doc, [](Reader&, JsonNode const&, RawDevice&, KeyDoc const&) {}}; // read_devices has followed it
}

Key<RawDevice> protocol() {
    KeyDoc doc = detail::choice_doc("protocol", {{"bb84", "decoy-state BB84 with weak coherent pulses."}},
                                    "The protocol.", R"("bb84")");
    return {doc, [](Reader& reader, JsonNode const& value, RawDevice&, KeyDoc const&) {
                std::string const names[] = {"bb84"};
                reader.choice(value, names);
            }};
}

class DeviceReader {
  public:
    DeviceReader(Reader& reader, JsonNode const& devices) : reader_{reader}, devices_{devices} {}

    /// The device with everything it extends; `path` are the devices on the way here.
    RawDevice read(JsonNode const& member, std::vector<JsonNode const*> path = {}) {
        RawDevice device;
        path.push_back(&member);
        if (auto const* extends = member.find("extends")) follow(*extends, path, device);
        device.node = &member;
        device.spec.id = member.key;
        if (path.size() == 1)
            read_object(reader_, member, device_table(), device);
        else
            read_silently(member, device);
        return device;
    }

  private:
    void follow(JsonNode const& extends, std::vector<JsonNode const*> const& path, RawDevice& device) {
        bool const first = path.size() == 1; // each mistake is told at the device that makes it
        if (!extends.is(JsonKind::string)) {
            if (first) reader_.expect(extends, JsonKind::string, R"("decoy-bb84-ingaas")");
        } else if (auto const* base = devices_.find(extends.text)) {
            if (std::ranges::find(path, base) == path.end())
                device = read(*base, path);
            else if (first || base == path.front())
                reader_.error(*path.front()->find("extends"),
                              fmt::format("\"{}\" extends itself", printable(path.front()->key, 40)),
                              "a device takes what it leaves out from another one", "");
        } else if (auto const* preset = find_device_preset(extends.text)) {
            device = preset->device;
        } else if (first) {
            auto known = preset_names(device_presets());
            for (auto const* each : devices_.children)
                if (each != path.front()) known.push_back(each->key);
            auto const near = nearest(extends.text, known);
            reader_.error(extends, fmt::format("unknown device {}", reader_.as_written(extends)),
                          "there are " + quoted_list(known, "and"), near ? repair_of(extends, json_string(*near)) : "");
        }
    }
    /// A base was or will be reported where it stands; here only its values count.
    static void read_silently(JsonNode const& member, RawDevice& device) {
        Reader nobody = Reader::silent();
        read_object(nobody, member, device_table(), device);
    }
    Reader& reader_;
    JsonNode const& devices_;
};

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

Table<RawDevice> const& device_table() {
    using D = RawDevice;
    using S = DeviceSpec;
    using R = ReceiverParameters;
    using P = PostProcessingParameters;
    static Table<RawDevice> const table{
        "device",
        "A pair of QKD devices, named by its key in `devices`.",
        protocol(),
        extends(),
        quantity("clock", at(&D::spec, &S::source, &SourceParameters::clock), units::frequency, above(0, 1e11),
                 "Pulses per second."),
        per_intensity("intensities", &SourceParameters::intensities, from(0, 2),
                      "Mean photons per pulse: signal first, then 1 or 2 decoys, descending.", "[0.5, 0.1]"),
        per_intensity("probabilities", &SourceParameters::probabilities, inside(0, 1),
                      "How often each intensity is sent; their sum is 1.", "[0.5, 0.5]"),
        basis_bias(),
        detector(),
        choice("basis_choice", at(&D::detector, &RawDetector::receiver, &R::basis_choice),
               std::vector<Choice<BasisChoice>>{{"active", BasisChoice::active, "a modulator before two detectors."},
                                                {"passive", BasisChoice::passive, "a beam splitter before four."}},
               "How Bob chooses his basis."),
        quantity("receiver_loss", at(&D::detector, &RawDetector::receiver, &R::loss), units::loss, from(0, 100),
                 "Bob's optics, without the detectors."),
        number("misalignment", at(&D::detector, &RawDetector::receiver, &R::misalignment), from(0, 0.5),
               "Probability that a photon goes to the wrong detector."),
        quantity("block", at(&D::spec, &S::post, &P::block), units::bits, from(1e4, 1e9),
                 "Sifted bits in the key basis that are post-processed together."),
        choice("estimation", at(&D::spec, &S::post, &P::estimation),
               std::vector<Choice<EstimationMethod>>{
                   {"other-basis", EstimationMethod::other_basis, "from the other basis alone; every Z bit is key."},
                   {"sampling", EstimationMethod::sampling, "a sample of the Z bits is revealed."}},
               "How errors are estimated."),
        number("sample_fraction", at(&D::spec, &S::post, &P::sample_fraction), above(0, 0.5),
               "Share of the Z bits that `sampling` reveals."),
        quantity("cascade_frame", at(&D::spec, &S::post, &P::cascade_frame), units::bits, from(1e3, 1e6),
                 "Bits that Cascade corrects together."),
        number("eps_sec", at(&D::spec, &S::post, &P::eps_sec), above(0, 1e-3), "Secrecy of a block."),
        number("eps_cor", at(&D::spec, &S::post, &P::eps_cor), above(0, 1e-3), "Correctness of a block."),
        quantity("throughput", at(&D::spec, &S::post, &P::throughput), units::bit_rate, above(0, 1e12),
                 "Sifted bits that the device post-processes per second."),
        quantity("longest_gathering", at(&D::spec, &S::post, &P::longest_gathering), units::duration,
                 above(0, kCenturyNs), "A block is closed then, full or not."),
        number("abort_qber", at(&D::spec, &S::post, &P::abort_qber), above(0, 0.5),
               "A block with a higher error rate yields nothing."),
        quantity("restart", at(&D::spec, &S::restart), units::duration, from(0, kCenturyNs),
                 "From light back on the fibre to the first pulse that counts."),
        quantity("initial_secret", at(&D::spec, &S::initial_secret), units::bits, from(0, 1e9),
                 "Pre-shared secret for the first authentication tags."),
    };
    return table;
}

void read_devices(Reader& reader, JsonNode const& node, std::vector<RawDevice>& devices) {
    if (!reader.expect(node, JsonKind::object, R"({ "metro": { "protocol": "bb84" } })")) return;
    for (auto const* member : node.children) {
        if (!is_identifier(member->key))
            reader.error_at_key(*member, fmt::format("\"{}\" cannot be an id", printable(member->key, 40)),
                                kIdentifierRule, R"("metro")");
        devices.push_back(DeviceReader{reader, node}.read(*member));
    }
}

} // namespace qkdes
