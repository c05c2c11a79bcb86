// Targets of faults: the id of something, or a choice among what the scenario has.
#pragma once
#include "sim/scenario/raw_target.hpp"
#include "sim/scenario/table.hpp"

namespace qkdes {

Table<RawPick> const& pick_table();

/// A string or a `pick` object into `target`, which stays as it is after a problem.
void read_target(Reader& reader, JsonNode const& value, RawTarget& target, std::string const& example);
/// What the schema and the reference say of such a key; `what`: "a link".
KeyDoc target_doc(std::string name, std::string const& what, std::string help, std::string example);

template <class T>
Key<T> target(std::string name, RawTarget T::*to, std::string const& what, std::string help, std::string example) {
    return {target_doc(std::move(name), what, std::move(help), example),
            [to, example](Reader& reader, JsonNode const& value, T& whole, KeyDoc const&) {
                read_target(reader, value, whole.*to, example);
            }};
}

/// A list of them, at most a thousand.
template <class T>
Key<T> targets(std::string name, std::vector<RawTarget> T::*to, std::string const& what, std::string help,
               std::string example) {
    KeyDoc doc = target_doc(std::move(name), what, std::move(help), example);
    doc.type = "a list of: " + doc.type;
    doc.schema = {{"type", "array"}, {"maxItems", 1000}, {"items", doc.schema}};
    return {doc, [to, example](Reader& reader, JsonNode const& value, T& whole, KeyDoc const&) {
                if (!reader.expect(value, JsonKind::array, example)) return;
                if (value.children.size() > 1000)
                    return reader.error(value, std::to_string(value.children.size()) + " entries", "at most 1000 fit",
                                        "");
                for (auto const* each : value.children)
                    read_target(reader, *each, (whole.*to).emplace_back(), R"("…")");
            }};
}

/// A time, or a share of the run: "40 min", "25 %".
template <class T, class F>
Key<T> moment(std::string name, At<T, F> to, Range range, std::string help) {
    Key<T> key = quantity(std::move(name), to, units::duration, range, std::move(help));
    key.doc.type = "a time or a share of the run";
    key.doc.schema = {
        {"anyOf", {key.doc.schema, {{"type", "string"}, {"pattern", R"(^\s*\+?(\d+\.?\d*|\.\d+)\s*%$)"}}}}};
    key.read = [to, range, absolute = key.read](Reader& reader, JsonNode const& value, T& whole, KeyDoc const& doc) {
        if (!value.is(JsonKind::string) || !value.text.ends_with('%')) return absolute(reader, value, whole, doc);
        using Value = typename detail::Inner<std::remove_reference_t<decltype(to.get(whole))>>::type;
        if (auto const t = reader.share_of_run(value, range.low_open)) to.get(whole) = detail::from_base<Value>(*t);
    };
    return key;
}

} // namespace qkdes
