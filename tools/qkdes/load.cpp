#include "tools/qkdes/load.hpp"

#include "tools/qkdes/exit_codes.hpp"

#include <cstdio>

namespace qkdes {

std::optional<Scenario> load_for(std::string const& path, std::vector<std::string> const& overrides, bool quiet,
                                 int& code, std::vector<std::string> const& faults) {
    LoadResult loaded = load_scenario(path, overrides, faults);
    if (!quiet || !loaded.ok()) std::fputs(format_diagnostics(loaded.diagnostics).c_str(), stderr);
    if (!loaded.ok()) code = loaded.failure == LoadFailure::unreadable ? kExitIo : kExitBadInput;
    return std::move(loaded.scenario);
}

} // namespace qkdes
