#include "tools/qkdes/completion.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qkdes {

namespace {

/// Within single quotes and within the brackets and colons of _arguments.
std::string safe(std::string const& text) {
    std::string out;
    for (char const c : text) {
        if (c == '\n') {
            out += ' ';
            continue;
        }
        if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
        out += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
    }
    return out;
}

std::string value_action(OptionModel const& option) {
    if (!option.choices.empty()) return fmt::format("({})", fmt::join(option.choices, " "));
    std::vector<std::string> ways;
    if (!option.names.empty()) ways.push_back(fmt::format("\"names:name:({})\"", fmt::join(option.names, " ")));
    if (auto const kind = shipped_kind(option); !kind.empty())
        ways.push_back(fmt::format("\"shipped:shipped:_qkdes_shipped {}\"", kind));
    if (option.value == "FOLDER")
        ways.emplace_back("\"folders:folder:_files -/\"");
    else if (auto const pattern = file_pattern(option); pattern == "*.@(json|h5)")
        ways.emplace_back("\"files:file:_files -g '\\''*.(json|h5)'\\''\"");
    else if (!pattern.empty())
        ways.push_back(pattern == "*" ? "\"files:file:_files\""
                                      : fmt::format("\"files:file:_files -g '\\''{}'\\''\"", pattern));
    if (ways.empty()) return " ";
    return fmt::format("_alternative {}", fmt::join(ways, " "));
}

std::string spec(OptionModel const& option, std::string const& name, std::string const& others) {
    std::string out = option.repeated ? "*" : others.empty() ? "" : fmt::format("({})", others);
    out += name + (option.value.empty() ? "" : name.starts_with("--") ? "=" : "+") + "[" + safe(option.text) + "]";
    if (!option.value.empty()) out += ":" + safe(option.value) + ":" + value_action(option);
    return fmt::format("                '{}'", out);
}

std::vector<std::string> specs_of(CommandModel const& command) {
    std::vector<std::string> out;
    std::size_t place = 0;
    for (auto const& option : command.options) {
        if (option.positional()) {
            ++place;
            out.push_back(fmt::format("                '{}:{}:{}'",
                                      option.repeated ? "*" : std::to_string(place) + (option.required ? "" : ":"),
                                      safe(option.value), value_action(option)));
            continue;
        }
        std::string const both =
            option.short_name.empty() || option.long_name.empty() ? "" : option.short_name + " " + option.long_name;
        for (auto const& name : {option.short_name, option.long_name})
            if (!name.empty()) out.push_back(spec(option, name, both));
    }
    return out;
}

} // namespace

std::string zsh_completion(CliModel const& model) {
    std::string out = "#compdef qkdes\n# zsh completion for qkdes, as printed by `qkdes completion zsh`.\n\n"
                      "_qkdes_shipped() {\n    local -a names\n"
                      "    names=(${(f)\"$(_call_program names $service scenarios --names $1 2>/dev/null)\"})\n"
                      "    compadd -- $names\n}\n\n"
                      "_qkdes() {\n    local curcontext=$curcontext state line\n    typeset -A opt_args\n"
                      "    local -a commands\n    commands=(\n";
    for (auto const& command : model.commands)
        out += fmt::format("        '{}:{}'\n", command.name, safe(command.summary));
    auto const app = specs_of(model.app);
    out += fmt::format(
        "    )\n    _arguments -C \\\n{} \\\n                '1:subcommand:->command' '*::argument:->argument'\n",
        fmt::join(app, " \\\n"));
    out +=
        "    case $state in\n    command) _describe subcommand commands ;;\n    argument)\n        case $line[1] in\n";
    for (auto const& command : model.commands)
        out += fmt::format("        {})\n            _arguments \\\n{} ;;\n", command.name,
                           fmt::join(specs_of(command), " \\\n"));
    return out + "        esac ;;\n    esac\n}\n\n"
                 "# Sourced, it registers itself; found by compinit through $fpath, it completes at once.\n"
                 "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _qkdes \"$@\"; else compdef _qkdes qkdes; fi\n";
}

} // namespace qkdes
