#include "tools/qkdes/help.hpp"

#include "tools/qkdes/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qkdes {

namespace {

constexpr std::size_t kIndent = 2, kLeastText = 30;

/// "label   text": the text beside the label where there is room for it, else below.
std::string entry(std::string const& label, std::string const& text, std::size_t column, std::size_t columns) {
    std::string out(kIndent, ' ');
    if (column + kLeastText > columns) { // where names are not beside each other they need no column either
        out += label.substr(std::min(label.find_first_not_of(' '), label.size()));
        return out + "\n" + wrapped(text, columns, 6) + "\n";
    }
    out += label;
    std::size_t const at = kIndent + display_width(label);
    if (at + 2 > column) return out + "\n" + wrapped(text, columns, column) + "\n";
    return out + wrapped(text, columns, column, at) + "\n";
}

std::string label_of(OptionModel const& option) {
    if (option.positional()) return option.value + (option.repeated ? "..." : "");
    std::string names = option.short_name.empty()  ? "    " + option.long_name
                        : option.long_name.empty() ? option.short_name
                                                   : option.short_name + ", " + option.long_name;
    return option.value.empty() ? names : names + " " + option.value;
}

/// Wide enough for most labels: long ones get a line of their own.
std::size_t column_for(std::vector<std::string> const& labels, std::size_t most) {
    std::size_t widest = 0;
    for (auto const& label : labels)
        if (display_width(label) + kIndent + 2 <= most) widest = std::max(widest, display_width(label));
    return widest + kIndent + 2;
}

std::string heading(std::string const& text) { return painted(Tone::heading, text) + "\n"; }

std::string entries(std::vector<OptionModel> const& options, bool positional, std::size_t columns) {
    std::vector<std::string> labels;
    for (auto const& option : options)
        labels.push_back(label_of(option));
    std::size_t const column = column_for(labels, 28);
    std::string out;
    for (std::size_t i = 0; i < options.size(); ++i)
        if (options[i].positional() == positional) out += entry(labels[i], options[i].text, column, columns);
    return out;
}

/// The first line begins at kIndent, the others further right.
std::string hanging(std::string const& text, std::size_t columns) {
    return std::string(kIndent, ' ') + wrapped(text, columns, kIndent + 4, kIndent + 4);
}

/// A command line; what is too long goes on in the next line as the shell takes it.
std::string example(std::string const& line, std::size_t columns) {
    std::string const whole = std::string(kIndent, ' ') + line;
    if (display_width(whole) <= columns) return whole + "\n";
    std::string out;
    for (char const c : hanging(line, columns - 2))
        out += c == '\n' ? " \\\n" : std::string(1, c);
    return out + "\n";
}

std::string examples(std::vector<std::string> const& lines, std::size_t columns) {
    std::string out;
    for (auto const& line : lines)
        out += example(line, columns);
    return out;
}

} // namespace

std::size_t help_columns() { return output().width ? std::min<std::size_t>(*output().width, 110) : 100; }

std::string help_text(CommandModel const& command, std::size_t columns) {
    std::string usage = "qkdes " + command.name + " [OPTION]...";
    bool any = false;
    for (auto const& option : command.options)
        if (option.positional()) {
            std::string const one = label_of(option);
            usage += option.required ? " " + one : " [" + one + "]";
            any = true;
        }
    std::string out = heading("Usage") + hanging(usage, columns) + "\n\n";
    out += wrapped(command.summary + ".", columns) + "\n\n";
    if (any) out += entries(command.options, true, columns) + "\n";
    out += heading("Options") + entries(command.options, false, columns);
    if (!command.notes.empty()) out += "\n" + wrapped(command.notes, columns) + "\n";
    if (!command.examples.empty()) out += "\n" + heading("Examples") + examples(command.examples, columns);
    return out;
}

std::string help_text(CliModel const& model, std::size_t columns) {
    std::string out = wrapped(model.app.summary + ".", columns) + "\n\n" + heading("Usage");
    out += std::string(kIndent, ' ') + "qkdes SUBCOMMAND [OPTION]... [FILE]...\n";
    std::vector<std::string> names;
    for (auto const& command : model.commands)
        names.push_back(command.name);
    std::size_t const column = column_for(names, 28);
    for (auto const& group : model.groups()) {
        out += "\n" + heading(group);
        for (auto const& command : model.commands)
            if (command.group == group) out += entry(command.name, command.summary, column, columns);
    }
    out += "\n" + heading("Options") + entries(model.app.options, false, columns);
    out += "\n" + heading("Examples") + examples(model.app.examples, columns);
    return out + "\n" + wrapped(model.app.notes, columns) + "\n";
}

} // namespace qkdes
