#include "sim/scenario/study_file.hpp"

#include "sim/scenario/figure_catalogue.hpp"
#include "sim/scenario/load_checked.hpp"

#include <algorithm>

namespace qkdes {
namespace {

std::filesystem::path beside(Reader const& reader, std::string const& name) {
    return std::filesystem::path{reader.file()}.parent_path() / name;
}

/// The text of a file that the study names.
std::optional<NamedText> named_file(Reader& reader, Reference const& reference) {
    auto const path = beside(reader, reference.id).lexically_normal();
    auto [text, because] = read_text(path);
    if (!text) {
        reader.error(*reference.node, fmt::format("cannot read {}", json_string(printable(path.string(), 200))),
                     because, "");
        return {};
    }
    return NamedText{path.string(), std::move(*text)};
}

/// What is wrong with a value of `set` is said at the study's place; the rest is the scenario's.
void tell(Reader& reader, RawStudy const& raw, LoadResult const& loaded) {
    std::vector<Diagnostic> scenarios_own;
    for (auto const& problem : loaded.diagnostics) {
        auto const set = std::ranges::find(raw.set, problem.source, &RawStudySet::given);
        if (set != raw.set.end() && problem.file.starts_with("--set") && problem.severity == Severity::error)
            reader.error(*set->node, problem.what, problem.because, problem.repair);
        else
            scenarios_own.push_back(problem);
    }
    if (!loaded.ok() && std::ranges::any_of(scenarios_own, [](auto const& d) { return d.severity == Severity::error; }))
        reader.error(*raw.scenario.node, "the scenario has errors", "they are listed below", "");
    reader.adopt(scenarios_own);
}

void resolve_figures(Reader& reader, RawStudy const& raw, StudySpec& out) {
    auto const owners = figure_owners(out.base);
    for (auto const& [node, wanted] : raw.figures) {
        if (!reader.intact(node)) continue;
        if (std::ranges::find(owners, wanted.of) == owners.end()) {
            auto const near = nearest(wanted.of, owners);
            auto const& at = *node->find("of");
            reader.error(at, fmt::format("nothing has figures under {}", json_string(printable(wanted.of, 80))),
                         fmt::format("a run of the scenario has figures of {}", quoted_list(owners, "and", 12)),
                         near ? repair_of(at, json_string(*near)) : "");
            continue;
        }
        auto const known = figures_of(wanted.of);
        auto const found = std::ranges::find(known, wanted.figure, &CatalogueFigure::name);
        if (found == known.end()) {
            std::vector<std::string> names;
            for (auto const& each : known)
                names.emplace_back(each.name);
            auto const near = nearest(wanted.figure, names);
            auto const& at = *node->find("figure");
            reader.error(at,
                         fmt::format("unknown figure {} of {}", json_string(printable(wanted.figure, 80)),
                                     json_string(wanted.of)),
                         fmt::format("there are {}", quoted_list(names, "and")),
                         near ? repair_of(at, json_string(*near)) : "");
            continue;
        }
        if (wanted.of == "network") {
            reader.error(*node, "a figure of the network", "they are always measured", "leave it out");
            continue;
        }
        if (std::ranges::any_of(out.figures,
                                [&](auto const& f) { return f.of == wanted.of && f.figure == wanted.figure; })) {
            reader.error(*node, "the same figure twice", "one column of the results holds it", "leave one out");
            continue;
        }
        out.figures.push_back({wanted.of, wanted.figure, std::string{found->unit}});
    }
}

StudySpec read_study(JsonNode const& root, Reader& reader, std::span<std::string const> overrides) {
    RawStudy raw;
    read_object(reader, root, study_table(), raw);
    StudySpec out;
    if (!raw.scenario.given() || !root.is(JsonKind::object)) return out;
    out.name = raw.name.empty() ? std::filesystem::path{reader.file()}.stem().string() : raw.name;
    out.description = raw.description;
    out.replications = raw.replications;
    out.limits = raw.limits;
    out.text = canonical_json(root);
    auto const scenario = named_file(reader, raw.scenario);
    std::vector<NamedText> faults;
    for (auto const& each : raw.faults)
        if (auto file = named_file(reader, each)) faults.push_back(std::move(*file));
    if (!scenario || faults.size() != raw.faults.size()) return out;
    std::vector<std::string> all;
    for (auto const& each : raw.set)
        all.push_back(each.given);
    all.insert(all.end(), overrides.begin(), overrides.end());
    auto loaded = load_scenario_text(scenario->text, scenario->name, all, faults);
    tell(reader, raw, loaded);
    if (!loaded.ok()) return out;
    out.scenario_file = scenario->name;
    out.base = std::move(*loaded.scenario);
    out.seed = raw.seed.value_or(out.base.seed);
    resolve_figures(reader, raw, out);
    if (auto const* node = root.find("sweep"); raw.sweep && node->is(JsonKind::object)) {
        raw.sweep->node = node;
        out.sweep = resolve_sweep(reader, *raw.sweep, out.base, out.scenario_file);
    }
    if (raw.plan) out.plan = resolve_plan(reader, *root.find("plan"), *raw.plan, out);
    return out;
}

StudyLoadResult study_from(std::string_view text, std::string_view name, std::span<std::string const> overrides) {
    return load_checked<StudyLoadResult>(text, name, study_table().doc, {}, [&](JsonNode const& root, Reader& reader) {
        return read_study(root, reader, overrides);
    });
}

} // namespace

StudyLoadResult load_study(std::filesystem::path const& file, std::span<std::string const> overrides) {
    return from_file<StudyLoadResult>(file, overrides, study_from);
}

StudyLoadResult load_study_text(std::string_view text, std::string_view name, std::span<std::string const> overrides) {
    return guarded<StudyLoadResult>(name, [&] { return study_from(text, name, overrides); });
}

bool is_study(std::filesystem::path const& file) {
    auto const [text, because] = read_text(file);
    Document document;
    SyntaxProblem problem;
    return text && document.parse(without_mark(*text), kMaxScenarioDepth, problem) &&
           document.root()->find("scenario") != nullptr;
}

std::string one_line_json(JsonNode const& node) {
    std::string out;
    if (node.is(JsonKind::string)) return json_string(node.text);
    if (!node.is(JsonKind::object) && !node.is(JsonKind::array)) return node.text;
    bool const object = node.is(JsonKind::object);
    for (auto const* each : node.children) {
        if (!out.empty()) out += ", ";
        if (object) out += json_string(each->key) + ": ";
        out += one_line_json(*each);
    }
    return object ? (out.empty() ? "{}" : "{ " + out + " }") : "[" + out + "]";
}

} // namespace qkdes
