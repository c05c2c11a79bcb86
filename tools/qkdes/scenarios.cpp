// qkdes scenarios: what is shipped, a line each.
#include "tools/qkdes/commands.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/shipped.hpp"
#include "tools/qkdes/terminal.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>

namespace qkdes {

namespace {

struct Group {
    ShippedKind kind;
    char const *word, *title;
};
constexpr Group kGroups[] = {
    {ShippedKind::scenario, "scenarios", "Scenarios: qkdes run NAME"},
    {ShippedKind::study, "studies", "Studies: qkdes plan NAME, qkdes sweep NAME"},
    {ShippedKind::faults, "faults", "Files of faults: qkdes run SCENARIO --faults NAME"},
    {ShippedKind::link, "links", "Single links: qkdes link NAME"},
};

constexpr std::size_t kShortest = 45; ///< of a sentence: "After Y. Zhang et al., Phys. " is none

/// The first sentence of what the file says of itself.
std::string about(std::filesystem::path const& file) {
    std::ifstream in{file};
    auto const json = nlohmann::json::parse(in, nullptr, false, true);
    if (!json.is_object()) return "";
    for (auto const* key : {"description", "note", "name", "id"})
        if (auto const text = json.find(key); text != json.end() && text->is_string()) {
            std::string sentence = text->get<std::string>();
            if (auto const end = sentence.find(". ", kShortest); end != std::string::npos) sentence.resize(end + 1);
            return sentence;
        }
    return "";
}

int list(std::string const& what, bool names) {
    auto const files = shipped_files();
    if (files.empty()) {
        fmt::print(stderr, "qkdes scenarios: error: nothing is shipped with this program\n  because there is neither "
                           "share/qkdes beside its folder nor a source tree around it\n  try: QKDES_DATA=FOLDER, which "
                           "has the folder scenarios\n");
        return kExitIo;
    }
    bool first = true;
    for (auto const& group : kGroups) {
        if (!what.empty() && what != group.word) continue;
        if (!names) fmt::print("{}{}\n", first ? "" : "\n", painted(Tone::heading, group.title));
        first = false;
        std::size_t widest = 0;
        for (auto const& file : files)
            if (file.kind == group.kind) widest = std::max(widest, file.name.size());
        for (auto const& file : files) {
            if (file.kind != group.kind) continue;
            if (names)
                fmt::print("{}\n", file.name);
            else {
                std::string const line = fmt::format("  {:<{}}  {}", file.name, widest, about(file.file));
                fmt::print("{}\n", output().width ? shortened(line, *output().width) : line);
            }
        }
    }
    return kExitOk;
}

} // namespace

void add_scenarios(CLI::App& app, int& exit_code) {
    auto const what = std::make_shared<std::string>();
    auto const names = std::make_shared<bool>(false);
    auto* command = app.add_subcommand("scenarios", "List scenarios, studies, faults and links that come with qkdes");
    command->add_option("what", *what, "scenarios, studies, faults or links; default: all")
        ->type_name("WHAT")
        ->check(CLI::IsMember({"scenarios", "studies", "faults", "links"}));
    command->add_flag("--names", *names, "Only the names, for scripts");
    command->footer("A name stands for the file wherever one is read, unless there is a file of that name.\n"
                    "Examples:\n  qkdes scenarios\n  qkdes run two-islands --faults single-cuts\n"
                    "  qkdes scenarios studies --names");
    command->callback([what, names, &exit_code] { exit_code = list(*what, *names); });
}

} // namespace qkdes
