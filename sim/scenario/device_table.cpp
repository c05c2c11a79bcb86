// What all devices have in common, and how one is read: what it extends first, then its own keys by its protocol.
#include "sim/scenario/device_keys.hpp"
#include "sim/scenario/device_sheet.hpp"
#include "sim/scenario/file_text.hpp"
#include "sim/scenario/presets.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace qkdes {
namespace {

struct Family {
    std::string protocol;
    Protocol value;
    Table<RawDevice> const& table;
};
std::vector<Family> const& families() {
    static std::vector<Family> const all{
        {"bb84", Protocol::bb84, decoy_device_table()},   {"bbm92", Protocol::bbm92, entangled_device_table()},
        {"e91", Protocol::e91, entangled_device_table()}, {"cv-qkd", Protocol::cv_qkd, cv_device_table()},
        {"di-qkd", Protocol::di_qkd, di_device_table()},  {"stated", Protocol::stated, stated_device_table()},
    };
    return all;
}

Family const& family_of(Protocol protocol) { return *std::ranges::find(families(), protocol, &Family::value); }

std::vector<std::string> protocol_names() {
    std::vector<std::string> names;
    for (auto const& family : families())
        names.push_back(family.protocol);
    return names;
}

/// The protocol that a device itself names, if it does and there is such a protocol.
std::optional<Protocol> own_protocol(JsonNode const& device) {
    auto const* written = device.find("protocol");
    if (written == nullptr || !written->is(JsonKind::string)) return {};
    auto const found = std::ranges::find(families(), written->text, &Family::protocol);
    return found == families().end() ? std::optional<Protocol>{} : found->value;
}

std::vector<std::string> known_names() {
    auto names = preset_names(device_presets());
    for (auto const& sheet : shipped_sheets())
        names.emplace_back(sheet.name);
    return names;
}

/// What a sheet describes. Its problems go to `reader` if anybody is to be told.
std::optional<RawDevice> device_from(SheetObject const& sheet, std::string_view name, Reader& reader,
                                     JsonNode const& where, bool tell) {
    std::vector<Diagnostic> problems = sheet.problems;
    RawDevice device;
    if (sheet.object != nullptr && !sheet.detector) {
        Reader inside{sheet.text, name, {}};
        if (auto const protocol = own_protocol(*sheet.object)) device.protocol = *protocol;
        read_object(inside, *sheet.object, family_of(device.protocol).table, device);
        problems = inside.take_diagnostics();
        if (!inside.any_error()) return device;
    }
    if (tell) {
        reader.error(where, fmt::format("data sheet {} does not load", reader.as_written(where)),
                     sheet.detector ? "it describes a detector, and a device extends devices"
                                    : "its problems are listed beside this one",
                     "");
        reader.adopt(problems);
    }
    return {};
}

/// A preset, a shipped sheet, or a sheet of one's own beside the scenario. Nothing when there is none of that name.
std::optional<RawDevice> named_device(Reader& reader, JsonNode const& name, bool tell) {
    if (auto const* preset = find_device_preset(name.text)) return preset->device;
    auto const shipped = std::ranges::find(shipped_sheets(), name.text, &ShippedText::name);
    if (shipped != shipped_sheets().end())
        return device_from(*read_sheet(std::string{shipped->text}, shipped->name), shipped->name, reader, name, tell);
    if (!name.text.ends_with(".json")) return {};
    auto const file = std::filesystem::path{reader.file()}.parent_path() / name.text;
    auto const [text, because] = read_text(file);
    if (!text) {
        if (tell) reader.error(name, fmt::format("cannot read data sheet {}", file.string()), because, "");
        return {};
    }
    return device_from(*read_sheet(*text, file.string()), file.string(), reader, name, tell);
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
        if (auto const protocol = own_protocol(member)) device.protocol = *protocol;
        if (path.size() == 1)
            read_object(reader_, member, family_of(device.protocol).table, device);
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
        } else if (auto named = named_device(reader_, extends, first)) {
            device = std::move(*named);
        } else if (first && reader_.intact(&extends)) {
            auto known = known_names();
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
        read_object(nobody, member, family_of(device.protocol).table, device);
    }
    Reader& reader_;
    JsonNode const& devices_;
};

std::string quoted_sheets() {
    std::string out;
    for (auto const& sheet : shipped_sheets())
        out += fmt::format("{}`{}`", out.empty() ? "" : ", ", sheet.name);
    return out;
}

} // namespace

std::optional<RawDevice> read_device(Reader& reader, JsonNode const& node) {
    if (node.is(JsonKind::object)) return DeviceReader{reader, JsonNode{}}.read(node);
    if (!node.is(JsonKind::string)) {
        reader.expect(node, JsonKind::object, R"({ "extends": "bb84-metro" })");
        return {};
    }
    auto device = named_device(reader, node, true);
    if (!device && reader.intact(&node)) {
        auto const known = known_names();
        auto const near = nearest(node.text, known);
        reader.error(node, fmt::format("unknown device {}", reader.as_written(node)),
                     "there are " + quoted_list(known, "and"), near ? repair_of(node, json_string(*near)) : "");
    }
    if (device) {
        device->node = &node;
        device->spec.id = "device";
    }
    return device;
}

void add_common_keys(Table<RawDevice>& table, std::vector<std::pair<std::string, std::string>> const& protocols) {
    using D = RawDevice;
    using S = DeviceSpec;
    KeyDoc protocol = detail::choice_doc("protocol", protocols, "The protocol.",
                                         protocols.front().first == "bb84" ? R"("bb84")" : "what it extends");
    table.add({protocol, [](Reader& reader, JsonNode const& value, D&, KeyDoc const&) {
                   reader.choice(value, protocol_names()); // DeviceReader has chosen the table by it
               }});
    KeyDoc extends{"extends",
                   "a preset, a data sheet or another device",
                   "Where the values left out come from." + described(device_presets()) +
                       " Data sheets that are shipped: " + quoted_sheets() +
                       "; a path that ends in `.json` names one of your own.",
                   "",
                   "",
                   R"("decoy-bb84-snspd")",
                   false,
                   {},
                   {}};
    extends.schema = {{"type", "string"}};
    table.add({extends, [](Reader&, JsonNode const&, D&, KeyDoc const&) {}}); // DeviceReader has followed it
    table.add(quantity("restart", at(&D::spec, &S::restart), units::duration, from(0, kCenturyNs),
                       "From light back on the fibre to the first pulse that counts."));
    table.add(quantity("longest_pause", at(&D::spec, &S::longest_pause), units::duration, from(0, kCenturyNs),
                       "After the second block in a row without key the devices pause for a second, then twice as long "
                       "each time, up to this: tags of hopeless blocks would drain the reserve."));
    table.add(quantity("initial_secret", at(&D::spec, &S::initial_secret), units::bits, from(0, 1e9),
                       "Pre-shared secret for the first authentication tags."));
}

void add_binary_post_keys(Table<RawDevice>& table) {
    using D = RawDevice;
    using P = PostProcessingParameters;
    for (auto& key : std::vector<Key<D>>{
             quantity("block", at(&D::post, &P::block), units::bits, from(1e4, 1e9),
                      "Sifted bits in the key basis that are post-processed together."),
             choice(
                 "estimation", at(&D::post, &P::estimation),
                 std::vector<Choice<EstimationMethod>>{
                     {"other-basis", EstimationMethod::other_basis, "from the other basis alone; every Z bit is key."},
                     {"sampling", EstimationMethod::sampling, "a sample of the Z bits is revealed."}},
                 "How errors are estimated."),
             number("sample_fraction", at(&D::post, &P::sample_fraction), above(0, 0.5),
                    "Share of the Z bits that `sampling` reveals."),
             correction_method(at(&D::post, &P::correction)),
             quantity("cascade_frame", at(&D::post, &P::cascade_frame), units::bits, from(1e3, 1e6),
                      "Bits that are corrected together."),
             number("eps_sec", at(&D::post, &P::eps_sec), above(0, 1e-3), "Secrecy of a block."),
             number("eps_cor", at(&D::post, &P::eps_cor), above(0, 1e-3), "Correctness of a block."),
             quantity("throughput", at(&D::post, &P::throughput), units::bit_rate, above(0, 1e12),
                      "Sifted bits that the device post-processes per second."),
             quantity("longest_gathering", at(&D::post, &P::longest_gathering), units::duration, above(0, kCenturyNs),
                      "A block is closed then, full or not."),
             number("abort_qber", at(&D::post, &P::abort_qber), above(0, 0.5),
                    "A block with a higher error rate yields nothing."),
         })
        table.add(std::move(key));
}

std::vector<TableDoc const*> device_docs() {
    std::vector<TableDoc const*> docs;
    for (auto const& family : families())
        if (std::ranges::find(docs, &family.table.doc) == docs.end()) docs.push_back(&family.table.doc);
    return docs;
}

TableDoc const& device_doc(JsonNode const& devices, JsonNode const& device) {
    JsonNode const* at = &device;
    for (std::size_t i = 0; at != nullptr && i <= devices.children.size(); ++i) { // at most once round a circle
        if (auto const protocol = own_protocol(*at)) return family_of(*protocol).table.doc;
        auto const* extends = at->find("extends");
        if (extends == nullptr) break;
        if (auto const* preset = find_device_preset(extends->text)) return family_of(preset->device.protocol).table.doc;
        at = devices.find(extends->text);
    }
    return family_of(RawDevice{}.protocol).table.doc;
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
