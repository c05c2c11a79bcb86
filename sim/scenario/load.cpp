#include "sim/scenario/load.hpp"

#include "sim/scenario/document.hpp"
#include "sim/scenario/overrides.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/resolve.hpp"
#include "sim/scenario/scenario_table.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <new>

namespace qkdes {
namespace {

LoadResult one_error(std::string_view name, LoadFailure failure, std::string what, std::string because,
                     std::string repair) {
    LoadResult result;
    result.failure = failure;
    result.diagnostics.push_back(
        {Severity::error, std::string{name}, 0, 0, "", "", std::move(what), std::move(because), std::move(repair)});
    return result;
}

LoadResult too_large(std::string_view name) {
    return one_error(name, LoadFailure::scenario, "the file is too large",
                     fmt::format("a scenario has at most {} MiB", kMaxScenarioBytes >> 20), "");
}

/// From a well-formed document to a scenario that counts only if the reader saw no error.
Scenario read_scenario(JsonNode const& root, Reader& reader) {
    RawScenario raw;
    read_object(reader, root, scenario_table(), raw);
    Scenario out;
    if (!root.is(JsonKind::object)) return out;
    out.name = raw.name;
    out.seed = raw.seed;
    out.duration = raw.duration;
    out.fidelity = raw.fidelity;
    out.profile = raw.profile;
    out.kem = raw.kem;
    out.routing = raw.routing;
    Resolution resolution{reader, root, raw, out};
    resolution.knows_duration = raw.duration.count() > 0;
    resolve_devices(resolution);
    resolve_links(resolution);
    resolve_demands(resolution);
    resolve_faults(resolution);
    if (!reader.any_error()) warn_about_reach(resolution);
    return out;
}

LoadResult load_checked(std::string_view text, std::string_view name, std::span<std::string const> overrides) {
    if (text.size() > kMaxScenarioBytes) return too_large(name);
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3); // a byte order mark
    Reader reader{text, name, overrides};
    Document document;
    SyntaxProblem problem;
    LoadResult result;
    if (document.parse(text, kMaxScenarioDepth, problem)) {
        apply_overrides(document, overrides, reader);
        for (auto const* member : document.duplicates())
            reader.error_at_key(*member, fmt::format("duplicate key \"{}\"", printable(member->key, 40)),
                                "an object has each key once", "leave one out");
        Scenario scenario = read_scenario(*document.root(), reader);
        if (!reader.any_error()) {
            scenario.text = canonical_json(*document.root());
            result.scenario = std::move(scenario);
        }
    } else {
        reader.error_at_offset(problem.offset, problem.what, problem.because, problem.repair);
    }
    result.diagnostics = reader.take_diagnostics();
    if (!result.scenario) result.failure = LoadFailure::scenario;
    return result;
}

LoadResult unreadable(std::string const& name, std::string because) {
    return one_error(name, LoadFailure::unreadable, "cannot read this file", std::move(because), "");
}

LoadResult load_file(std::filesystem::path const& file, std::span<std::string const> overrides) {
    std::string const name = file.string();
    std::error_code failure;
    if (std::filesystem::is_directory(file, failure)) return unreadable(name, "it is a directory");
    errno = 0;
    std::ifstream in{file, std::ios::binary};
    if (!in) return unreadable(name, errno != 0 ? std::strerror(errno) : "it cannot be opened");
    std::string text;
    char chunk[65536];
    do {
        in.read(chunk, sizeof chunk);
        text.append(chunk, static_cast<std::size_t>(in.gcount()));
        if (text.size() > kMaxScenarioBytes) return too_large(name);
    } while (in);
    if (in.bad()) return unreadable(name, errno != 0 ? std::strerror(errno) : "reading it failed");
    return load_checked(text, name, overrides);
}

/// Whatever is thrown below (memory, a library) becomes a diagnostic.
template <class Load>
LoadResult guarded(std::string_view name, Load load) {
    try {
        return load();
    } catch (std::bad_alloc const&) {
        return one_error(name, LoadFailure::scenario, "not enough memory to read this",
                         "the scenario is too large for this machine", "");
    } catch (std::exception const& problem) {
        return one_error(name, LoadFailure::scenario, "cannot make sense of this file", printable(problem.what(), 200),
                         "");
    }
}

} // namespace

LoadResult load_scenario(std::filesystem::path const& file, std::span<std::string const> overrides) {
    return guarded(file.native(), [&] { return load_file(file, overrides); });
}

LoadResult load_scenario_text(std::string_view text, std::string_view name, std::span<std::string const> overrides) {
    return guarded(name, [&] { return load_checked(text, name, overrides); });
}

} // namespace qkdes
