#include "sim/scenario/load.hpp"

#include "sim/scenario/fault_script.hpp"
#include "sim/scenario/file_text.hpp"
#include "sim/scenario/link_file.hpp"
#include "sim/scenario/load_checked.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/resolve.hpp"
#include "sim/scenario/scenario_table.hpp"

namespace qkdes {
namespace {

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
