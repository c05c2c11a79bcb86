#include "tools/qkdes/cli_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace qkdes {

namespace {

/// By option: the parser has no place for it.
std::map<CLI::Option const*, std::vector<std::string>>& offered() {
    static std::map<CLI::Option const*, std::vector<std::string>> names;
    return names;
}

/// "text, json" from what IsMember says of itself, "TEXT:{text,json}".
std::vector<std::string> listed(std::string const& type) {
    std::vector<std::string> out;
    auto const open = type.find('{'), close = type.find('}', open);
    if (open == std::string::npos || close == std::string::npos) return out;
    std::istringstream words{type.substr(open + 1, close - open - 1)};
    for (std::string word; std::getline(words, word, ',');)
        out.push_back(word);
    return out;
}

/// "1 to 1024" from what Range says of itself, "UINT in [1 - 1024]".
std::string range(std::string const& type) {
    auto const open = type.find(" in ["), close = type.find(']', open), dash = type.find(" - ", open);
    if (open == std::string::npos || close == std::string::npos || dash == std::string::npos) return "";
    // As the parser wrote them, but 1000000 for 1e+06.
    auto const plain = [](std::string const& number) { return fmt::format("{:.10g}", std::stod(number)); };
    return plain(type.substr(open + 5, dash - open - 5)) + " to " + plain(type.substr(dash + 3, close - dash - 3));
}

OptionModel model_of(CLI::Option const& option) {
    OptionModel out;
    if (!option.get_snames().empty()) out.short_name = "-" + option.get_snames().front();
    if (!option.get_lnames().empty()) out.long_name = "--" + option.get_lnames().front();
    std::string const type = option.get_type_name();
    bool const flag = option.get_items_expected_max() == 0;
    if (!flag) out.value = type.substr(0, type.find(':'));
    if (out.positional() && (out.value.empty() || out.value == "TEXT")) {
        out.value = option.get_name(true);
        std::ranges::transform(out.value, out.value.begin(), [](char c) { return std::toupper(c); });
    }
    out.text = option.get_description();
    if (!flag) {
        out.choices = listed(type);
        if (out.choices.empty()) out.range = range(type);
        // Most texts name the values themselves, with what they mean.
        bool const told =
            std::ranges::all_of(out.choices, [&](auto const& c) { return out.text.find(c) != std::string::npos; });
        if (!told) out.text += fmt::format(" [{}]", fmt::join(out.choices, ", "));
        if (!out.range.empty()) out.text += fmt::format(" [{}]", out.range);
    }
    out.required = option.get_required();
    out.repeated = option.get_items_expected_max() > 1;
    if (auto const names = offered().find(&option); names != offered().end()) out.names = names->second;
    return out;
}

void read_footer(std::string const& footer, CommandModel& out) {
    std::istringstream lines{footer};
    for (std::string line; std::getline(lines, line);) {
        if (line == "Example:" || line == "Examples:") continue;
        if (line.starts_with("  "))
            out.examples.push_back(line.substr(2));
        else if (!line.empty())
            out.notes += (out.notes.empty() ? "" : "\n") + line;
    }
}

CommandModel model_of(CLI::App const& app) {
    CommandModel out;
    out.name = app.get_name();
    out.summary = app.get_description();
    out.group = app.get_group();
    read_footer(app.get_footer(), out);
    auto const all = app.get_options([](CLI::Option const* o) { return !o->get_group().empty(); });
    for (bool const positional : {true, false})
        for (CLI::Option const* option : all)
            if (option->get_positional() == positional) out.options.push_back(model_of(*option));
    // Help is the last thing that somebody looks for in a list of options.
    std::ranges::stable_partition(out.options, [](auto const& o) { return o.long_name != "--help"; });
    return out;
}

} // namespace

CommandModel const* CliModel::find(std::string_view name) const {
    auto const found = std::ranges::find(commands, name, &CommandModel::name);
    return found == commands.end() ? nullptr : &*found;
}

std::vector<std::string> CliModel::groups() const {
    std::vector<std::string> out;
    for (auto const& command : commands)
        if (std::ranges::find(out, command.group) == out.end()) out.push_back(command.group);
    return out;
}

CliModel cli_model_of(CLI::App const& app) {
    CliModel out;
    out.app = model_of(app);
    for (CLI::App const* command : app.get_subcommands([](CLI::App const* c) { return !c->get_group().empty(); }))
        out.commands.push_back(model_of(*command));
    return out;
}

void complete_with(CLI::Option& option, std::vector<std::string> names) { offered()[&option] = std::move(names); }

} // namespace qkdes
