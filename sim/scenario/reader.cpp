#include "sim/scenario/reader.hpp"

#include "sim/scenario/load.hpp"
#include "sim/scenario/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace qkdes {

std::string json_string(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string repair_of(JsonNode const& value, std::string const& json) {
    if (json.empty() || value.parent == nullptr || value.parent->kind != JsonKind::object) return json;
    return json_string(value.key) + ": " + json;
}

Reader::Text::Text(std::string_view whole, std::string_view called) : text{whole}, name{called}, line_starts{0} {
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '\n') line_starts.push_back(i + 1);
}

Reader::Reader(std::string_view text, std::string_view name, std::span<std::string const> overrides)
    : main_{text, name}, overrides_{overrides} {}

std::size_t Reader::add_file(std::string_view text, std::string_view name) {
    more_.emplace_back(text, name);
    return overrides_.size() + more_.size();
}

Reader::Text const& Reader::file_of(std::size_t source) const {
    return source == 0 ? main_ : more_[source - overrides_.size() - 1];
}

Reader Reader::silent() {
    Reader reader{"", "", {}};
    reader.silent_ = true;
    return reader;
}

Reader::Place Reader::place_in_file(Text const& file, std::size_t offset) const {
    if (silent_) return {};
    std::string_view const text = file.text;
    offset = std::min(offset, text.size());
    auto const next = std::ranges::upper_bound(file.line_starts, offset);
    auto const index = static_cast<std::size_t>(next - file.line_starts.begin()) - 1;
    std::size_t const start = file.line_starts[index];
    std::size_t end = next == file.line_starts.end() ? text.size() : *next - 1;
    if (end > start && text[end - 1] == '\r') --end;
    // A line may be as long as the file: keep what a window around the caret can show.
    constexpr std::size_t kKept = 2000;
    std::string_view const line = text.substr(start, end - start);
    std::size_t const at = std::min(offset - start, line.size());
    Place place{index + 1, printable_code_points(line.substr(0, at)).size() + 1,
                std::string{line.substr(0, at + kKept)}, file.name};
    return place;
}

Reader::Place Reader::place_of(JsonNode const& value, bool at_key) const {
    if (silent_) return {};
    if (!in_override(value))
        return place_in_file(file_of(value.source),
                             at_key && value.key_offset != JsonNode::kNowhere ? value.key_offset : value.offset);
    std::string const& given = overrides_[value.source - 1];
    std::size_t const equals = given.find('=');
    std::size_t const offset =
        at_key && value.key_offset == JsonNode::kNowhere ? 0 : equals + 1 + (at_key ? value.key_offset : value.offset);
    return {0, printable_code_points(std::string_view{given}.substr(0, offset)).size() + 1, given,
            "--set " + given.substr(0, equals)};
}

void Reader::report(Severity severity, JsonNode const* node, Place const& place, std::string what, std::string because,
                    std::string repair, std::size_t source) {
    if (severity == Severity::error) {
        ++errors_;
        for (auto const* at = node; at != nullptr; at = at->parent)
            broken_.insert(at);
    }
    if (silent_) return;
    std::size_t told = main_.diagnostics.size();
    for (auto const& file : more_)
        told += file.diagnostics.size();
    if (told >= kMaxDiagnostics) {
        ++dropped_;
        return;
    }
    Text& file = source > overrides_.size() ? more_[source - overrides_.size() - 1] : main_;
    file.diagnostics.push_back({severity, place.file, place.line, place.column, place.source,
                                node ? node->pointer() : "", std::move(what), std::move(because), std::move(repair)});
}

void Reader::error(JsonNode const& value, std::string what, std::string because, std::string repair) {
    report(Severity::error, &value, place_of(value, false), std::move(what), std::move(because), std::move(repair),
           value.source);
}

void Reader::error_at_key(JsonNode const& member, std::string what, std::string because, std::string repair) {
    report(Severity::error, &member, place_of(member, true), std::move(what), std::move(because), std::move(repair),
           member.source);
}

void Reader::report_duplicates(Document const& document) {
    for (auto const* member : document.duplicates())
        error_at_key(*member, "duplicate key \"" + printable(member->key, 40) + "\"", "an object has each key once",
                     "leave one out");
}

void Reader::error_at_offset(std::size_t offset, std::string what, std::string because, std::string repair,
                             std::size_t source) {
    report(Severity::error, nullptr, place_in_file(file_of(source), offset), std::move(what), std::move(because),
           std::move(repair), source);
}

void Reader::error_in_override(std::size_t source, std::string what, std::string because, std::string repair) {
    std::string const& given = overrides_[source - 1];
    report(Severity::error, nullptr, {0, 1, given, "--set " + given.substr(0, given.find('='))}, std::move(what),
           std::move(because), std::move(repair), source);
}

void Reader::warning(JsonNode const& value, std::string what, std::string because, std::string repair) {
    report(Severity::warning, &value, place_of(value, false), std::move(what), std::move(because), std::move(repair),
           value.source);
}

std::string Reader::as_written(JsonNode const& value) const {
    switch (value.kind) {
    case JsonKind::object:
        return "{…}";
    case JsonKind::array:
        return "[…]";
    case JsonKind::string:
        return "\"" + printable(value.text, 40) + "\"";
    default:
        return printable(value.text, 40);
    }
}

void Reader::adopt(std::span<Diagnostic const> problems) {
    if (!silent_) adopted_.insert(adopted_.end(), problems.begin(), problems.end());
}

std::vector<Diagnostic> Reader::take_diagnostics() {
    std::vector<Diagnostic> all;
    sort_diagnostics(main_.diagnostics);
    all = std::move(main_.diagnostics);
    for (auto& file : more_) {
        sort_diagnostics(file.diagnostics);
        all.insert(all.end(), file.diagnostics.begin(), file.diagnostics.end());
    }
    if (dropped_ > 0)
        all.push_back({Severity::error, main_.name, 0, 0, "", "",
                       std::to_string(dropped_) + " more problems are not shown",
                       "the list ends after " + std::to_string(kMaxDiagnostics), ""});
    all.insert(all.end(), adopted_.begin(), adopted_.end());
    return all;
}

} // namespace qkdes
