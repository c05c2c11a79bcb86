// Kinds of keys that hold names: of things defined elsewhere in the file, lists of them, lists of words and of times.
#pragma once
#include "sim/scenario/raw_reference.hpp"
#include "sim/scenario/table.hpp"

#include <fmt/format.h>

namespace qkdes {

/// The id of something defined elsewhere in the file.
template <class T>
Key<T> reference(std::string name, Reference T::*to, std::string what, std::string help, std::string example) {
    KeyDoc doc{std::move(name), "the id of " + what, std::move(help), "", "", example, false, {}, {}};
    doc.schema = {{"type", "string"}};
    return {doc, [to, example](Reader& reader, JsonNode const& value, T& target, KeyDoc const&) {
                if (auto id = reader.text(value, example)) target.*to = {std::move(*id), &value};
            }};
}

/// At most `most` ids.
template <class T>
Key<T> references(std::string name, std::vector<Reference> T::*to, std::string what, std::string help,
                  std::string example, std::size_t most) {
    KeyDoc doc{std::move(name), "ids of " + what, std::move(help), "", "", example, false, {}, {}};
    doc.schema = {{"type", "array"}, {"maxItems", most}, {"items", {{"type", "string"}}}};
    return {doc, [to, example, most](Reader& reader, JsonNode const& value, T& target, KeyDoc const&) {
                if (!reader.expect(value, JsonKind::array, example)) return;
                if (value.children.size() > most)
                    return reader.error(value, fmt::format("{} ids", value.children.size()),
                                        fmt::format("at most {} fit", most), "");
                for (auto const* each : value.children)
                    if (auto id = reader.text(*each, "\"…\"")) (target.*to).push_back({std::move(*id), each});
            }};
}

/// Names that the file makes up as it goes.
template <class T, class F>
Key<T> words(std::string name, At<T, F> to, std::string help, std::string example) {
    KeyDoc doc{std::move(name), "names", std::move(help), "at most 32", "", example, false, {}, {}};
    doc.schema = {{"type", "array"}, {"maxItems", 32}, {"items", {{"type", "string"}}}};
    return {doc, [to, example](Reader& reader, JsonNode const& value, T& target, KeyDoc const&) {
                if (!reader.expect(value, JsonKind::array, example)) return;
                if (value.children.size() > 32)
                    return reader.error(value, fmt::format("{} names", value.children.size()), "at most 32 fit", "");
                for (auto const* each : value.children)
                    if (auto word = reader.identifier(*each, "\"…\"")) to.get(target).push_back(std::move(*word));
            }};
}

/// Times since the start of the run, at most a thousand.
template <class T, class F>
Key<T> times(std::string name, At<T, F> to, Range range, std::string help, std::string example) {
    KeyDoc doc{
        std::move(name), "times", std::move(help), describe(range, &units::duration), "", example, false, {}, {}};
    doc.schema = {{"type", "array"},
                  {"maxItems", 1000},
                  {"items", {{"type", "string"}, {"pattern", quantity_pattern(units::duration)}}}};
    return {doc, [to, range, example](Reader& reader, JsonNode const& value, T& target, KeyDoc const&) {
                if (!reader.expect(value, JsonKind::array, example)) return;
                if (value.children.size() > 1000)
                    return reader.error(value, fmt::format("{} times", value.children.size()), "at most 1000 fit", "");
                for (auto const* each : value.children)
                    if (auto const t =
                            reader.quantity(*each, units::duration, range, Storage::nanoseconds, "\"5 min\""))
                        to.get(target).push_back(detail::from_base<SimTime>(*t));
            }};
}

/// true or false.
template <class T, class F>
Key<T> yes_or_no(std::string name, At<T, F> to, std::string help) {
    T fresh{};
    KeyDoc doc{std::move(name),
               "true or false",
               std::move(help),
               "",
               to.get(fresh) ? "true" : "false",
               "",
               false,
               {{"type", "boolean"}},
               {}};
    return {doc, [to](Reader& reader, JsonNode const& value, T& target, KeyDoc const&) {
                if (reader.expect(value, JsonKind::boolean, "true")) to.get(target) = value.text == "true";
            }};
}

} // namespace qkdes
