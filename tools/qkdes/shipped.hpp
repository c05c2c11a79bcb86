// Scenarios, studies and files of faults that come with the program, found beside it wherever it was put: an installed
// bin/qkdes has ../share/qkdes, one in a build folder the source that it was built from. QKDES_DATA names another
// folder. No path is compiled in.
//
// A name is a file's path below `scenarios` without ".json" ("networks/tokyo-2011"), or its last part where that says
// which; `scenarios/` before and ".json" behind do no harm. What the user has as a file of that name comes first;
// "qkdes:NAME" means the shipped one.
//
// Checked: tests/tools/shipped_cli_test.cpp, tests/tools/install_test.cpp
#pragma once
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace qkdes {

enum class ShippedKind : std::uint8_t { scenario, study, faults, link };

struct ShippedFile {
    std::string name; ///< "networks/tokyo-2011"
    std::filesystem::path file;
    ShippedKind kind;
};

/// The folder that has `scenarios`; empty when there is none.
std::filesystem::path data_folder();
/// Sorted by kind and name.
std::vector<ShippedFile> shipped_files();
/// The shipped file of that name and one of these kinds.
std::optional<ShippedFile> find_shipped(std::string_view name, std::span<ShippedKind const> kinds);

/// What to read for what was given: a file that is there, else what is shipped under that name, which is said on stderr
/// unless `quiet`. Else nothing, after a message with names that are near, and kExitIo in `code`.
std::optional<std::string> find_input(std::string const& given, std::vector<ShippedKind> const& kinds, bool quiet,
                                      int& code);
/// The same for each of a list.
bool find_inputs(std::vector<std::string>& given, std::vector<ShippedKind> const& kinds, bool quiet, int& code);

/// "tokyo-2011.h5" for "qkdes:networks/tokyo-2011" and for "my/tokyo-2011.json".
std::string results_name(std::string const& given);

} // namespace qkdes
