#include "sim/scenario/device_sheet.hpp"

#include "sim/scenario/load.hpp"
#include "sim/scenario/suggest.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace qkdes {
namespace {

constexpr std::string_view kForPeople = "datasheet.";

bool is_date(std::string_view text) {
    static constexpr std::string_view shape = "dddd-dd-dd";
    if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i]) return false;
    return true;
}

/// A member that is a text and not empty; says so otherwise.
std::string const* needed_text(Reader& reader, JsonNode const& object, std::string_view key, std::string const& why,
                               std::string const& example) {
    auto const* member = object.find(key);
    if (member == nullptr) {
        reader.error(object, fmt::format("\"{}\" is missing", key), why, fmt::format("\"{}\": {}", key, example));
        return nullptr;
    }
    if (!reader.expect(*member, JsonKind::string, example)) return nullptr;
    if (member->text.empty()) {
        reader.error(*member, fmt::format("\"{}\" is empty", key), why, repair_of(*member, example));
        return nullptr;
    }
    return &member->text;
}

bool has_provenance(Reader& reader, JsonNode const& value) {
    static std::array<std::string, 3> const statuses{"measured", "datasheet", "assumed"};
    std::string const why = "every value of a sheet says where it comes from";
    if (!reader.expect(value, JsonKind::object,
                       R"({ "value": "1 GHz", "source": "…", "date": "2023-05", "status": "datasheet" })"))
        return false;
    bool sound = needed_text(reader, value, "source", why, R"("vendor's data sheet, revision 3")") != nullptr;
    if (auto const* date = needed_text(reader, value, "date", why, R"("2023-05")")) {
        if (!is_date(*date)) {
            reader.error(*value.find("date"), fmt::format("\"{}\" is not a date", printable(*date, 40)),
                         "dates are a year, a month or a day, as in ISO 8601", R"("date": "2023-05")");
            sound = false;
        }
    } else {
        sound = false;
    }
    if (needed_text(reader, value, "status", why, R"("datasheet")") != nullptr)
        sound = reader.choice(*value.find("status"), statuses).has_value() && sound;
    else
        sound = false;
    if (value.find("value") == nullptr) {
        reader.error(value, "\"value\" is missing", "a sheet's entry has a value", R"("value": "1 GHz")");
        sound = false;
    }
    return sound;
}

/// `node` as member `key` of `object`; its place in the text stays what it is.
void put(JsonNode& object, std::string_view key, JsonNode* member) {
    member->key = std::string{key};
    object.children.push_back(member);
}

JsonNode* copy_of(Document& document, JsonNode const& node) {
    JsonNode* copy = document.make_container(node.kind, node.source);
    *copy = node;
    return copy;
}

/// Nested objects by the dots of a key: `detector.efficiency` goes into `detector`.
JsonNode& owner(Document& document, JsonNode& object, std::string_view& key, JsonNode const& where) {
    auto const dot = key.find('.');
    if (dot == std::string_view::npos) return object;
    auto const first = key.substr(0, dot);
    key.remove_prefix(dot + 1);
    JsonNode* nested = object.find(first);
    if (nested == nullptr) {
        nested = document.make_container(JsonKind::object, where.source);
        nested->parent = where.parent;
        nested->offset = where.offset;
        nested->key_offset = where.key_offset;
        put(object, first, nested);
    }
    return owner(document, *nested, key, where);
}

JsonNode const* assemble(Document& document, Reader& reader, JsonNode const& root, bool& detector) {
    static std::array<std::string, 2> const kinds{"device", "detector"};
    if (!reader.expect(root, JsonKind::object, R"({ "name": "…", "kind": "device", "values": { … } })")) return nullptr;
    std::string const why = "a sheet says what it describes";
    needed_text(reader, root, "name", why, R"("Example QKD, model 3")");
    needed_text(reader, root, "vendor", why, R"("Example Ltd")");
    if (needed_text(reader, root, "kind", why, R"("device")") != nullptr)
        if (auto const kind = reader.choice(*root.find("kind"), kinds)) detector = *kind == 1;
    auto const* values = root.find("values");
    if (values == nullptr) {
        reader.error(root, "\"values\" is missing", why, R"("values": { … })");
        return nullptr;
    }
    if (!reader.expect(*values, JsonKind::object, "{ … }")) return nullptr;
    JsonNode* object = document.make_container(JsonKind::object, 0);
    object->offset = values->offset;
    if (auto const* protocol = root.find("protocol")) put(*object, "protocol", copy_of(document, *protocol));
    for (auto const* entry : values->children) {
        if (!has_provenance(reader, *entry) || entry->key.starts_with(kForPeople)) continue;
        std::string_view key = entry->key;
        if (detector && key.starts_with("detector.")) key.remove_prefix(9);
        JsonNode& into = owner(document, *object, key, *entry);
        JsonNode* value = copy_of(document, *entry->find("value"));
        value->parent = const_cast<JsonNode*>(values); // the entry's pointer, with the entry's name
        value->key_offset = entry->key_offset;
        put(into, key, value);
    }
    return reader.any_error() ? nullptr : object;
}

} // namespace

std::unique_ptr<SheetObject> read_sheet(std::string text, std::string_view name) {
    auto sheet = std::make_unique<SheetObject>();
    sheet->text = std::move(text);
    Reader reader{sheet->text, name, {}};
    SyntaxProblem problem;
    if (sheet->document.parse(sheet->text, kMaxScenarioDepth, problem))
        sheet->object = assemble(sheet->document, reader, *sheet->document.root(), sheet->detector);
    else
        reader.error_at_offset(problem.offset, problem.what, problem.because, problem.repair);
    sheet->problems = reader.take_diagnostics();
    return sheet;
}

} // namespace qkdes
