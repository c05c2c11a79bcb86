// qkdes compare A.h5 B.h5: do two results files say the same?
#include "sim/record/compare.hpp"
#include "tools/qkdes/commands.hpp"
#include "tools/qkdes/exit_codes.hpp"

#include <fmt/format.h>

#include <memory>

namespace qkdes {

namespace {

int compare(std::string const& a, std::string const& b) {
    auto const differences = compare_results(a, b);
    if (!differences) {
        fmt::print(stderr, "{}\n", to_string(differences.error()));
        return kExitIo;
    }
    if (differences.value().empty()) {
        fmt::print("equal: {} and {} say the same in every table, column and value\n", a, b);
        return kExitOk;
    }
    constexpr std::size_t kShown = 20;
    for (std::size_t i = 0; i < std::min(kShown, differences.value().size()); ++i) {
        fmt::print("{}\n", to_string(differences.value()[i]));
    }
    fmt::print("{} differences between {} and {}\n", differences.value().size(), a, b);
    return kExitFellShort;
}

} // namespace

void add_compare(CLI::App& app, int& exit_code) {
    auto const files = std::make_shared<std::pair<std::string, std::string>>();
    auto* command = app.add_subcommand("compare", "Say whether two results files hold the same, and where they differ");
    command->add_option("base", files->first, "Results file")->required();
    command->add_option("candidate", files->second, "Results file")->required();
    command->footer("Exit code 0 when equal, 1 when they differ.");
    command->callback([files, &exit_code] { exit_code = compare(files->first, files->second); });
}

} // namespace qkdes
