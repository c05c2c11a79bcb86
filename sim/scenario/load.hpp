// scenario.json -> checked plain data, or everything that is wrong with it. No exception escapes; whatever is in the
// file, the outcome is a Scenario or at least one error.
#pragma once
#include "sim/scenario/diagnostics.hpp"
#include "sim/scenario/scenario.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qkdes {

enum class LoadFailure : std::uint8_t {
    none,       ///< `scenario` is there; `diagnostics` may still hold warnings
    scenario,   ///< the user's mistake, in the file or in an override: exit code 2
    unreadable, ///< the file cannot be opened or read: exit code 4
};

struct LoadResult {
    std::optional<Scenario> scenario;
    std::vector<Diagnostic> diagnostics; ///< sorted by position; errors and warnings
    LoadFailure failure = LoadFailure::none;
    bool ok() const { return scenario.has_value(); }
    void accept(Scenario value) { scenario = std::move(value); }
};

/// A link by itself: devices on a fibre.
struct LinkSetup {
    LinkParameters parameters;
    std::optional<DriftParameters> drift;
    Fidelity fidelity = Fidelity::block;
};
struct LinkLoadResult {
    std::optional<LinkSetup> link;
    std::vector<Diagnostic> diagnostics;
    LoadFailure failure = LoadFailure::none;
    bool ok() const { return link.has_value(); }
    void accept(LinkSetup value) { link = std::move(value); }
};

/// Larger files, deeper nesting and longer lists of problems than these are refused or cut.
constexpr std::size_t kMaxScenarioBytes = 16u << 20;
constexpr std::size_t kMaxScenarioDepth = 64;
constexpr std::size_t kMaxDiagnostics = 1000;

/// Each override is `/pointer=value` as given to --set: the value is JSON if it parses as such, else a string. A
/// pointer may name a key the file leaves out if the scenario knows it, and `-` appends to a list. Later overrides see
/// earlier ones. Files of faults (the table `fault-script`) come on top of the scenario's own faults; overrides do not
/// reach into them.
LoadResult load_scenario(std::filesystem::path const& file, std::span<std::string const> overrides = {},
                         std::span<std::string const> fault_files = {});

/// The same from texts; `name` stands for the file in diagnostics.
struct NamedText {
    std::string name, text;
};
LoadResult load_scenario_text(std::string_view text, std::string_view name, std::span<std::string const> overrides = {},
                              std::span<NamedText const> fault_files = {});

/// Whether the file is JSON whose top level has `links`; false for what cannot be read.
bool is_scenario(std::filesystem::path const& file);

/// The same for a file that holds one link object, its device written out in it or named by a preset or sheet.
LinkLoadResult load_link(std::filesystem::path const& file, std::span<std::string const> overrides = {});
LinkLoadResult load_link_text(std::string_view text, std::string_view name,
                              std::span<std::string const> overrides = {});

} // namespace qkdes
