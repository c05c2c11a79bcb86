// The keys of a sweep.
#include "sim/scenario/sweep_file.hpp"

#include <fmt/format.h>

namespace qkdes {
namespace {

constexpr std::size_t kMostPointers = 1000, kMostValues = 100'000;

Key<RawAxis> pointers() {
    KeyDoc doc{"at",
               "a JSON pointer, or a list of them",
               "Which values of the scenario; all are set to the same. A step `*` stands for every item of a list.",
               "",
               "",
               R"("/links/0/length")",
               true,
               {},
               {}};
    doc.schema = {{"type", {"string", "array"}}, {"items", {{"type", "string"}}}};
    return {doc, [](Reader& reader, JsonNode const& value, RawAxis& target, KeyDoc const& own) {
                std::vector<JsonNode const*> all{&value};
                if (value.is(JsonKind::array)) all.assign(value.children.begin(), value.children.end());
                if (all.empty() || all.size() > kMostPointers)
                    return reader.error(value, fmt::format("{} pointers", all.size()),
                                        fmt::format("an axis sets 1 to {} values", kMostPointers),
                                        repair_of(value, own.example));
                for (auto const* each : all) {
                    auto pointer = reader.text(*each, own.example);
                    if (!pointer) continue;
                    if (!pointer->starts_with('/') || pointer->size() < 2 || pointer->find('=') != std::string::npos)
                        reader.error(*each, fmt::format("{} is not a pointer to a value", reader.as_written(*each)),
                                     "a JSON pointer (RFC 6901) begins with '/'", own.example);
                    else
                        target.at.push_back({std::move(*pointer), each});
                }
            }};
}

Key<RawAxis> values() {
    KeyDoc doc{"values",
               "a list of values",
               "What it is set to, one after the other: quantities, names, objects.",
               "",
               "",
               R"(["20 km", "40 km", "80 km"])",
               false,
               {},
               {}};
    doc.schema = {{"type", "array"}, {"minItems", 1}, {"maxItems", kMostValues}};
    return {doc, [](Reader& reader, JsonNode const& value, RawAxis& target, KeyDoc const& own) {
                if (!reader.expect(value, JsonKind::array, own.example)) return;
                if (value.children.empty() || value.children.size() > kMostValues)
                    return reader.error(value, fmt::format("{} values", value.children.size()),
                                        fmt::format("an axis has 1 to {}", kMostValues), repair_of(value, own.example));
                target.values = &value;
            }};
}

Key<RawAxis> end_of(std::string name, JsonNode const* RawAxis::*to, std::string help, std::string example) {
    KeyDoc doc{std::move(name),
               "a number, with its unit if it has one",
               std::move(help),
               "",
               "",
               std::move(example),
               false,
               {},
               {}};
    doc.schema = {{"type", {"number", "string"}}};
    return {doc, [to](Reader& reader, JsonNode const& value, RawAxis& target, KeyDoc const& own) {
                if (value.is(JsonKind::number) || reader.expect(value, JsonKind::string, own.example))
                    target.*to = &value;
            }};
}

template <class T>
Key<T> optional_count(std::string name, std::optional<std::uint64_t> T::*to, std::uint64_t low, std::uint64_t high,
                      std::string help, std::string example) {
    KeyDoc doc{std::move(name),
               "a whole number",
               std::move(help),
               fmt::format("{} to {}", low, high),
               "",
               std::move(example),
               false,
               {},
               {}};
    doc.schema = {{"type", "integer"}, {"minimum", low}, {"maximum", high}};
    return {doc, [to, low, high](Reader& reader, JsonNode const& value, T& target, KeyDoc const& own) {
                target.*to = reader.count(value, low, high, own.example);
            }};
}

Table<RawAxis> const& axis_table() {
    static Table<RawAxis> const table{
        "axis",
        "What is varied: either `values`, or `from`, `to` and perhaps `steps`.",
        identifier("name", at(&RawAxis::name), "Of its column in results.", R"("length")")
            .unless_given("the pointer, with dots"),
        pointers(),
        values(),
        end_of("from", &RawAxis::first, "The first value.", R"("20 km")"),
        end_of("to", &RawAxis::last, "The last value, in the same unit.", R"("80 km")"),
        optional_count("steps", &RawAxis::steps, 2, kMostValues,
                       "So many values from the one to the other. Needed in a grid and in a list; elsewhere without it "
                       "anything between may come.",
                       "4"),
        choice("scale", at(&RawAxis::logarithmic),
               std::vector<Choice<bool>>{{"linear", false, "equal differences."}, {"log", true, "equal ratios."}},
               "How steps are spaced."),
    };
    return table;
}

} // namespace

Table<RawSweep> const& sweep_table() {
    using S = RawSweep;
    using D = SweepDesign;
    static Table<RawSweep> const table{
        "sweep",
        "Points of a space of scenarios (`qkdes sweep`): each is run as often as the study has replications.",
        choice(
            "design", at(&S::design),
            std::vector<Choice<D>>{
                {"grid", D::grid, "every value of each axis with every value of the others."},
                {"list", D::list, "the first values of all axes together, then the second ones, and so on."},
                {"latin-hypercube", D::latin_hypercube, "at random, one in each of `points` equal parts of each axis."},
                {"sobol", D::sobol, "the Sobol sequence, shifted by the study's seed: even for powers of two."}},
            "Which points."),
        optional_count("points", &S::points, 1, 10'000'000, "How many; of `latin-hypercube` and `sobol`.", "64"),
        list<S, decltype(at(&S::axes).get), RawAxis>("axes", at(&S::axes), axis_table(), "What is varied.")
            .must(R"([{ "at": "/links/0/length", "values": ["20 km", "40 km"] }])"),
    };
    return table;
}

} // namespace qkdes
