// What the command line can say, read off the parser: the one source of help, completion and the man page.
//
// Conventions for whoever adds an option: `->type_name(…)` says what to write, in capitals, and decides how it is
// completed: SCENARIO and STUDY are JSON files or shipped names, FAULTS JSON files or shipped files of faults,
// FILE.json, FILE.h5, FILE.csv and the like files of that kind, FOLDER a folder, FILE any file. IsMember gives the
// values; complete_with() names values that are known but not all. The description says unit and default. The footer
// is sentences, then "Examples:" and a command line a line, indented by two blanks.
#pragma once
#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace qkdes {

struct OptionModel {
    std::string short_name, long_name; ///< "-o", "--output"; empty for what is found by its place
    std::string value;                 ///< what stands for its value: "FILE.h5"; empty: takes none
    std::string text;                  ///< with the values and the range that are accepted
    std::string range;                 ///< "1 to 1024" where it accepts no other number
    std::vector<std::string> choices;  ///< all values it accepts, if they can be listed
    std::vector<std::string> names;    ///< values worth offering besides
    bool required = false, repeated = false;
    bool positional() const { return long_name.empty() && short_name.empty(); }
    std::string name() const { return long_name.empty() ? (short_name.empty() ? value : short_name) : long_name; }
};

struct CommandModel {
    std::string name, summary, group;
    std::string notes;                 ///< sentences
    std::vector<std::string> examples; ///< command lines
    std::vector<OptionModel> options;  ///< also those found by place, which come first
};

struct CliModel {
    CommandModel app; ///< its own options and examples
    std::vector<CommandModel> commands;
    CommandModel const* find(std::string_view name) const;
    /// Groups in the order of their first command.
    std::vector<std::string> groups() const;
};

CliModel cli_model_of(CLI::App const& app);

/// Values for completion that are not all that the option accepts.
void complete_with(CLI::Option& option, std::vector<std::string> names);

} // namespace qkdes
