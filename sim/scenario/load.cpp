#include "sim/scenario/load.hpp"

#include "sim/scenario/document.hpp"
#include "sim/scenario/fault_script.hpp"
#include "sim/scenario/file_text.hpp"
#include "sim/scenario/link_file.hpp"
#include "sim/scenario/overrides.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/resolve.hpp"
#include "sim/scenario/scenario_table.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <new>

namespace qkdes {
namespace {

template <class Result = LoadResult>
Result one_error(std::string_view name, LoadFailure failure, std::string what, std::string because,
                 std::string repair) {
    Result result;
    result.failure = failure;
    result.diagnostics.push_back(
        {Severity::error, std::string{name}, 0, 0, "", "", std::move(what), std::move(because), std::move(repair)});
    return result;
}

/// From a well-formed document to a scenario that counts only if the reader saw no error.
Scenario read_scenario(JsonNode const& root, Reader& reader, FaultScripts& scripts) {
    RawScenario raw;
    read_object(reader, root, scenario_table(), raw);
    scripts.read(reader, raw);
    Scenario out;
    if (!root.is(JsonKind::object)) return out;
    out.name = raw.name;
    out.seed = raw.seed;
    out.duration = raw.duration;
    out.fidelity = raw.fidelity;
    out.profile = raw.profile;
    out.kem = raw.kem;
    out.kem_strength = raw.kem_strength;
    out.routing = raw.routing;
    Resolution resolution{reader, root, raw, out};
    resolution.knows_duration = raw.duration.count() > 0;
    resolve_devices(resolution);
    resolve_links(resolution);
    resolve_demands(resolution);
    resolve_groups(resolution);
    resolve_faults(resolution);
    resolve_failures(resolution);
    resolve_shares(resolution);
    resolve_agents(resolution);
    resolve_adversaries(resolution);
    resolve_digital(resolution);
    check_stores(resolution);
    check_stated(resolution);
    resolve_published(resolution);
    check_routing(resolution);
    check_vendors(resolution);
    if (!reader.any_error()) warn_about_reach(resolution);
    return out;
}

/// From the text to what `read` makes of the document, which counts only if the reader saw no error.
template <class Result, class Read>
Result load_checked(std::string_view text, std::string_view name, TableDoc const& table,
                    std::span<std::string const> overrides, Read read) {
    if (text.size() > kMaxScenarioBytes)
        return one_error<Result>(name, LoadFailure::scenario, "the file is too large",
                                 fmt::format("a scenario has at most {} MiB", kMaxScenarioBytes >> 20), "");
    text = without_mark(text);
    Reader reader{text, name, overrides};
    Document document;
    SyntaxProblem problem;
    Result result;
    if (document.parse(text, kMaxScenarioDepth, problem)) {
        apply_overrides(document, table, overrides, reader);
        reader.report_duplicates(document);
        auto value = read(*document.root(), reader);
        if (!reader.any_error()) result.accept(std::move(value));
    } else {
        reader.error_at_offset(problem.offset, problem.what, problem.because, problem.repair);
    }
    result.diagnostics = reader.take_diagnostics();
    if (!result.ok()) result.failure = LoadFailure::scenario;
    return result;
}

LoadResult scenario_from(std::string_view text, std::string_view name, std::span<std::string const> overrides,
                         std::span<NamedText const> fault_files) {
    FaultScripts scripts{fault_files};
    return load_checked<LoadResult>(text, name, scenario_table().doc, overrides, [&](JsonNode& root, Reader& reader) {
        Scenario scenario = read_scenario(root, reader, scripts);
        if (reader.any_error()) return scenario;
        scripts.graft(root);
        scenario.text = canonical_json(root);
        return scenario;
    });
}

LinkLoadResult link_from(std::string_view text, std::string_view name, std::span<std::string const> overrides) {
    return load_checked<LinkLoadResult>(text, name, link_file_table().doc, overrides, read_link_file);
}

/// Whatever is thrown below (memory, a library) becomes a diagnostic.
template <class Result, class Load>
Result guarded(std::string_view name, Load load) {
    try {
        return load();
    } catch (std::bad_alloc const&) {
        return one_error<Result>(name, LoadFailure::scenario, "not enough memory to read this",
                                 "the scenario is too large for this machine", "");
    } catch (std::exception const& problem) {
        return one_error<Result>(name, LoadFailure::scenario, "cannot make sense of this file",
                                 printable(problem.what(), 200), "");
    }
}

template <class Result, class From>
Result from_file(std::filesystem::path const& file, std::span<std::string const> overrides, From from) {
    std::string const name = file.string();
    return guarded<Result>(name, [&] {
        auto const [text, because] = read_text(file);
        if (!text) return one_error<Result>(name, LoadFailure::unreadable, "cannot read this file", because, "");
        return from(*text, name, overrides);
    });
}

} // namespace

LoadResult load_scenario(std::filesystem::path const& file, std::span<std::string const> overrides,
                         std::span<std::string const> fault_files) {
    std::vector<NamedText> faults;
    for (auto const& each : fault_files) {
        auto [text, because] = read_text(each);
        if (!text)
            return one_error<LoadResult>(each, LoadFailure::unreadable, "cannot read this file of faults", because, "");
        faults.push_back({each, std::move(*text)});
    }
    return from_file<LoadResult>(
        file, overrides, [&](auto text, auto name, auto given) { return scenario_from(text, name, given, faults); });
}

LoadResult load_scenario_text(std::string_view text, std::string_view name, std::span<std::string const> overrides,
                              std::span<NamedText const> fault_files) {
    return guarded<LoadResult>(name, [&] { return scenario_from(text, name, overrides, fault_files); });
}

bool is_scenario(std::filesystem::path const& file) {
    auto const [text, because] = read_text(file);
    Document document;
    SyntaxProblem problem;
    return text && document.parse(*text, kMaxScenarioDepth, problem) && document.root()->find("links") != nullptr;
}

LinkLoadResult load_link(std::filesystem::path const& file, std::span<std::string const> overrides) {
    return from_file<LinkLoadResult>(file, overrides, link_from);
}

LinkLoadResult load_link_text(std::string_view text, std::string_view name, std::span<std::string const> overrides) {
    return guarded<LinkLoadResult>(name, [&] { return link_from(text, name, overrides); });
}

} // namespace qkdes
