#include "tools/qkdes/completion.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qkdes {

namespace {

std::string in_single_quotes(std::string const& text) {
    std::string out = "'";
    for (char const c : text)
        out += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
    return out + "'";
}

/// What to do where the option's value stands.
std::string value_action(OptionModel const& option) {
    std::vector<std::string> words = option.choices;
    words.insert(words.end(), option.names.begin(), option.names.end());
    if (!option.choices.empty())
        return fmt::format("_qkdes_words {}", in_single_quotes(fmt::format("{}", fmt::join(words, " "))));
    std::string out;
    if (!words.empty())
        out = fmt::format("_qkdes_words {}", in_single_quotes(fmt::format("{}", fmt::join(words, " "))));
    if (auto const kind = shipped_kind(option); !kind.empty())
        out += fmt::format("{}_qkdes_shipped {}", out.empty() ? "" : "; ", kind);
    if (option.value == "FOLDER") return out + (out.empty() ? "" : "; ") + "_qkdes_folders";
    if (auto const pattern = file_pattern(option); !pattern.empty())
        out += fmt::format("{}_qkdes_files {}", out.empty() ? "" : "; ", in_single_quotes(pattern));
    return out.empty() ? ":" : out; // a number, a time: nothing can be offered
}

std::string names_of(OptionModel const& option, char const* joint) {
    if (option.short_name.empty()) return option.long_name;
    if (option.long_name.empty()) return option.short_name;
    return option.short_name + joint + option.long_name;
}

std::string cases_of(CommandModel const& command) {
    std::string names, values, places;
    std::size_t place = 0;
    for (auto const& option : command.options) {
        if (option.positional()) {
            // The last one stands for all that follow when it may be repeated.
            places += fmt::format("            {}) {} ;;\n", option.repeated ? "*" : std::to_string(place),
                                  value_action(option));
            ++place;
            continue;
        }
        names += " " + names_of(option, " ");
        if (!option.value.empty())
            values += fmt::format("            {}) {}; return ;;\n", names_of(option, "|"), value_action(option));
    }
    return fmt::format("        {})\n            case $option in\n{}            esac\n"
                       "            if [[ $current == -* ]]; then _qkdes_words '{}'; return; fi\n"
                       "            case $place in\n{}            esac ;;\n",
                       command.name, values, names.substr(std::min<std::size_t>(1, names.size())), places);
}

/// Options after which the next word is their value.
std::string with_value(CliModel const& model) {
    std::vector<std::string> out;
    auto const add = [&](CommandModel const& command) {
        for (auto const& option : command.options)
            if (!option.positional() && !option.value.empty()) {
                auto const name = names_of(option, "|");
                if (std::ranges::find(out, name) == out.end()) out.push_back(name);
            }
    };
    add(model.app);
    for (auto const& command : model.commands)
        add(command);
    return fmt::format("{}", fmt::join(out, "|"));
}

} // namespace

std::string file_pattern(OptionModel const& option) {
    std::string const& value = option.value;
    if (value == "SCENARIO" || value == "STUDY" || value == "LINK" || value == "FAULTS") return "*.json";
    if (value == "FILE" || value == "FILE...") return "*";
    if (value == "SCENARIO_OR_RESULTS") return "*.@(json|h5)";
    auto const dot = value.find("FILE.");
    if (dot != 0) return "";
    return "*." + value.substr(5);
}

std::string shipped_kind(OptionModel const& option) {
    if (option.value == "SCENARIO" || option.value == "SCENARIO_OR_RESULTS") return "scenarios";
    if (option.value == "STUDY") return "studies";
    if (option.value == "LINK") return "links";
    return option.value == "FAULTS" ? "faults" : "";
}

std::string bash_completion(CliModel const& model) {
    std::string commands, cases;
    for (auto const& command : model.commands) {
        commands += (commands.empty() ? "" : " ") + command.name;
        cases += cases_of(command);
    }
    std::string options;
    for (auto const& option : model.app.options)
        if (!option.positional()) options += " " + names_of(option, " ");
    std::string out = R"script(# bash completion for qkdes, as printed by `qkdes completion bash`.

_qkdes_words() { COMPREPLY+=($(compgen -W "$1" -- "$current")); }
_qkdes_folders() {
    compopt -o filenames 2>/dev/null
    local file
    while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -d -- "$current")
}
_qkdes_files() {
    local file
    compopt -o filenames 2>/dev/null
    while IFS= read -r file; do
        if [[ -d $file || $file == $1 ]]; then COMPREPLY+=("$file"); fi
    done < <(compgen -f -- "$current")
}
_qkdes_shipped() { _qkdes_words "$("${COMP_WORDS[0]/#\~/$HOME}" scenarios --names "$1" 2>/dev/null)"; }

_qkdes() {
    local current=${COMP_WORDS[COMP_CWORD]} option= command= place=0 i word
    COMPREPLY=()
    # bash splits --option=value at the sign
    local before=${COMP_WORDS[COMP_CWORD-1]}
    if [[ $current == = ]]; then
        current= option=$before
    elif [[ $before == = ]]; then
        option=${COMP_WORDS[COMP_CWORD-2]}
    elif [[ $before == -* ]]; then
        option=$before
    fi
    for ((i = 1; i < COMP_CWORD; ++i)); do
        word=${COMP_WORDS[i]}
        case $word in
        @WITH_VALUE@) [[ ${COMP_WORDS[i+1]} == = ]] && ((++i)); ((++i)) ;;
        -*) ;;
        *) if [[ -z $command ]]; then command=$word; else ((++place)); fi ;;
        esac
    done
    case $command in
        '')
            case $option in
            @APP_VALUES@
            esac
            if [[ $current == -* ]]; then _qkdes_words '@APP_OPTIONS@'; else _qkdes_words '@COMMANDS@'; fi ;;
@CASES@    esac
}
complete -F _qkdes qkdes
)script";
    std::string app_values;
    for (auto const& option : model.app.options)
        if (!option.positional() && !option.value.empty())
            app_values += fmt::format("{}) {}; return ;;", names_of(option, "|"), value_action(option));
    auto const replace = [&](std::string const& mark, std::string const& by) {
        auto const at = out.find(mark);
        out.replace(at, mark.size(), by);
    };
    replace("@WITH_VALUE@", with_value(model));
    replace("@APP_VALUES@", app_values);
    replace("@APP_OPTIONS@", options.substr(std::min<std::size_t>(1, options.size())));
    replace("@COMMANDS@", commands);
    replace("@CASES@", cases);
    return out;
}

} // namespace qkdes
