// The keys of a study's file.
#include "sim/scenario/figure_catalogue.hpp"
#include "sim/scenario/reference_key.hpp"
#include "sim/scenario/scenario_table.hpp"
#include "sim/scenario/study_file.hpp"

namespace qkdes {
namespace {

Key<RawStudy> scenario() {
    KeyDoc doc{"scenario",
               "a file name",
               "The scenario that is run, named from the study's folder.",
               "",
               "",
               R"("../two-islands.json")",
               true,
               {},
               {}};
    doc.schema = {{"type", "string"}};
    return {doc, [](Reader& reader, JsonNode const& value, RawStudy& target, KeyDoc const& own) {
                if (auto name = reader.text(value, own.example)) target.scenario = {std::move(*name), &value};
            }};
}

Key<RawStudy> faults() {
    KeyDoc doc{"faults",
               "names of files",
               "Files of faults on top of the scenario's, in every run.",
               "at most 100",
               "",
               R"(["../faults/single-cuts.json"])",
               false,
               {},
               {}};
    doc.schema = {{"type", "array"}, {"maxItems", 100}, {"items", {{"type", "string"}}}};
    return {doc, [](Reader& reader, JsonNode const& value, RawStudy& target, KeyDoc const& own) {
                if (!reader.expect(value, JsonKind::array, own.example)) return;
                if (value.children.size() > 100)
                    return reader.error(value, fmt::format("{} files", value.children.size()), "at most 100 fit", "");
                for (auto const* each : value.children)
                    if (auto name = reader.text(*each, R"("../faults/single-cuts.json")"))
                        target.faults.push_back({std::move(*name), each});
            }};
}

Key<RawStudy> set() {
    KeyDoc doc{"set",
               "an object of values by JSON pointer",
               "What is set in the scenario for every run, as with `--set`, in this order; `-` appends to a list.",
               "",
               "",
               R"({ "/duration": "30 min" })",
               false,
               {},
               {}};
    doc.schema = {{"type", "object"}, {"propertyNames", {{"pattern", "^/"}}}};
    return {doc, [](Reader& reader, JsonNode const& value, RawStudy& target, KeyDoc const& own) {
                if (!reader.expect(value, JsonKind::object, own.example)) return;
                for (auto const* each : value.children) {
                    if (each->key.starts_with('/') && each->key.find('=') == std::string::npos)
                        target.set.push_back({each->key + "=" + one_line_json(*each), each});
                    else
                        reader.error_at_key(*each,
                                            fmt::format("{} is not a pointer to a value", json_string(each->key)),
                                            "a JSON pointer (RFC 6901) begins with '/'",
                                            each->key.find('=') == std::string::npos ? json_string("/" + each->key)
                                                                                     : R"("/links/0/length": "40 km")");
                }
            }};
}

Key<RawStudy> seed() {
    KeyDoc doc{"seed",
               "a whole number",
               "Of replication 0; the same replication has the same seed everywhere in the study.",
               "",
               "the scenario's",
               "7",
               false,
               {},
               {}};
    doc.schema = {{"type", "integer"}, {"minimum", 0}};
    return {doc, [](Reader& reader, JsonNode const& value, RawStudy& target, KeyDoc const& own) {
                target.seed = reader.count(value, 0, std::numeric_limits<std::uint64_t>::max(), own.example);
            }};
}

Table<RawStudyFigure> const& figure_table() {
    using F = RawStudyFigure;
    using S = StudyFigure;
    static Table<RawStudyFigure> const table{
        "study-figure",
        "A figure of a run, by the names that `published-figure` explains.",
        text("of", at(&F::figure, &S::of), "Whose: `network`, `link ID` or `demand FROM > TO`, by its applications.")
            .must(R"("link metro")"),
        text("figure", at(&F::figure, &S::figure), "Which.").must(R"("skr")"),
    };
    return table;
}

Table<StudyLimits> const& limits_table() {
    using L = StudyLimits;
    static Table<StudyLimits> const table{
        "study-limit",
        "What one run may take. A run beyond is ended and counts as failed; the study goes on.",
        quantity("time", at(&L::wall), units::duration, above(0, kCenturyNs),
                 "Of the machine, so that whether a run keeps within it depends on the machine. For runs that hang.")
            .such_as(R"("10 min")")
            .unless_given("no limit"),
        count("events", at(&L::events), 1, 1'000'000'000'000'000, "Events of the simulation: the same everywhere.")
            .such_as("1000000000")
            .unless_given("no limit"),
    };
    return table;
}

} // namespace

Table<RawStudy> const& study_table() {
    using S = RawStudy;
    static Table<RawStudy> const table{
        "study",
        "Many runs of one scenario (`qkdes sweep`, `qkdes plan`).",
        text("$schema", at(&S::schema), "For editors; not read."),
        text("name", at(&S::name), "A title.").unless_given("the file's name"),
        text("description", at(&S::description), "What the study asks."),
        scenario(),
        faults(),
        set(),
        count("replications", at(&S::replications), 1, 1'000'000,
              "Runs of each variant on other random numbers; all variants have the same."),
        seed(),
        list<S, decltype(at(&S::figures).get), RawStudyFigure>(
            "figures", at(&S::figures), figure_table(),
            "What is measured beside the network's figures, which always are."),
        object("limits", at(&S::limits), limits_table(), "What one run may take; left out: anything."),
        object("sweep", at(&S::sweep), sweep_table(), "What is varied, for `qkdes sweep`.")
            .such_as(R"({ "axes": [{ "at": "/links/0/length", "values": ["20 km", "40 km"] }] })"),
        object("plan", at(&S::plan), plan_table(), "What `qkdes plan` looks for."),
    };
    return table;
}

} // namespace qkdes
