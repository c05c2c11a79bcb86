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
    std::string const kind = shipped_kind(option);
    std::string pattern = option.value == "FOLDER" ? "/" : file_pattern(option);
    if (pattern == "*.@(json|h5)") pattern = "*.(json|h5)";
    if (kind.empty() && pattern.empty() && option.names.empty()) return " "; // a number, a time: nothing can be offered
    std::string out = fmt::format(" _qkdes_values {} \"{}\"", kind.empty() ? "-" : kind, pattern);
    for (auto const& name : option.names)
        out += " " + name;
    return out;
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
                      "# Shipped names of a kind (-: of none), files of a pattern (/: folders), and words.\n"
                      "_qkdes_values() {\n    local kind=$1 pattern=$2 found=1\n    local -a names\n    shift 2\n"
                      "    [[ $kind != - ]] && names=(${(f)\"$(_call_program names $service scenarios --names $kind "
                      "2>/dev/null)\"})\n"
                      "    names+=($@)\n    (( $#names )) && compadd -- $names && found=0\n"
                      "    case $pattern in\n    '') ;;\n    /) _files -/ && found=0 ;;\n"
                      "    *) _files -g $pattern && found=0 ;;\n    esac\n    return found\n}\n\n"
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
