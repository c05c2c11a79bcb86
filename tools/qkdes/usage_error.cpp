#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/help.hpp"

#include "sim/scenario/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qkdes {

namespace {

std::string message(std::string const& who, std::string const& what, std::string const& because,
                    std::string const& repair) {
    return fmt::format("{}: error: {}\n  because {}\n  try: {}\n", who, what, because, repair);
}

/// The subcommand that was being read, or the program.
CLI::App const& reading(CLI::App const& app) {
    auto const parsed = app.get_subcommands();
    return parsed.empty() ? app : *parsed.back();
}

std::string unknown_option(CLI::App const& command, std::string const& who, std::string const& word) {
    std::string const written = word.substr(0, word.find('='));
    std::vector<std::string> known;
    for (CLI::Option const* option : command.get_options()) {
        for (auto const& name : option->get_lnames())
            known.push_back("--" + name);
        for (auto const& name : option->get_snames())
            known.push_back("-" + name);
    }
    auto const near = nearest(written, known);
    return message(who, fmt::format("there is no option {}", written),
                   near ? "it has one that is written nearly so"
                        : fmt::format("its options are {}", fmt::join(known, ", ")),
                   near ? *near + word.substr(std::min(word.find('='), word.size())) : who + " --help");
}

/// The option that a message of the parser begins with, "--jobs: Value 0 not in range 1 to 1024".
CLI::Option const* option_in(CLI::App const& command, std::string const& text) {
    for (CLI::Option const* option : command.get_options())
        if (text.starts_with(option->get_name() + ":") || text.starts_with(option->get_name() + " ") ||
            text.find(": " + option->get_name() + " =") != std::string::npos)
            return option;
    return nullptr;
}

OptionModel const* model_of(CommandModel const& command, CLI::Option const& option) {
    auto const here = std::ranges::find_if(command.options, [&](OptionModel const& one) {
        if (!option.get_lnames().empty()) return one.long_name == "--" + option.get_lnames().front();
        if (!option.get_snames().empty()) return one.short_name == "-" + option.get_snames().front();
        return one.positional() && option.get_type_name().substr(0, option.get_type_name().find(':')) == one.value;
    });
    return here == command.options.end() ? nullptr : &*here;
}

/// What it takes, as a part of a sentence.
std::string taken(OptionModel const& option) {
    if (!option.choices.empty()) return fmt::format("one of {}", fmt::join(option.choices, ", "));
    return option.range.empty() ? fmt::format("{}: {}", option.value, option.text)
                                : fmt::format("{}, {}", option.value, option.range);
}

std::string value_error(CommandModel const& model, CLI::App const& command, std::string const& who,
                        std::string const& text) {
    CLI::Option const* option = option_in(command, text);
    OptionModel const* about = option == nullptr ? nullptr : model_of(model, *option);
    if (about == nullptr) return message(who, text, "the command line cannot be read so", who + " --help");
    auto const& given = option->results();
    bool const none = given.empty() || given.back().empty();
    std::string repair = who + " --help";
    if (!about->choices.empty()) {
        auto const near = none ? std::nullopt : nearest(given.back(), about->choices);
        repair = (about->positional() ? who : about->name()) + " " + near.value_or(about->choices.front());
    }
    return message(who,
                   none ? fmt::format("{} without a value", about->name())
                        : fmt::format("{} cannot be \"{}\"", about->name(), given.back()),
                   "it takes " + taken(*about), repair);
}

} // namespace

std::string unknown_command(CliModel const& model, std::string const& word) {
    std::vector<std::string> known;
    for (auto const& command : model.commands)
        known.push_back(command.name);
    auto const near = nearest(word, known);
    return message("qkdes", fmt::format("unknown subcommand \"{}\"", word),
                   fmt::format("there are: {}", fmt::join(known, ", ")), near ? "qkdes " + *near : "qkdes --help");
}

std::string usage_error(CLI::App const& app, CLI::ParseError const& error) {
    CLI::App const& command = reading(app);
    std::string const who = &command == &app ? "qkdes" : "qkdes " + command.get_name();
    // A slip in an option's name often makes something else missing; the slip is what to tell.
    for (auto const& word : command.remaining())
        if (word.size() > 1 && word.front() == '-') return unknown_option(command, who, word);
    std::string const kind = error.get_name();
    if (kind == "RequiredError") {
        if (&command == &app)
            return message(who, "no subcommand", "it is a subcommand that does something", "qkdes --help");
        for (CLI::Option const* option : command.get_options())
            if (option->get_required() && option->count() == 0) {
                std::string const name = option->get_positional() ? option->get_type_name() : option->get_name();
                std::string const word = name.substr(0, name.find(':'));
                return message(who, fmt::format("{} is missing", word),
                               fmt::format("it needs one: {}", option->get_description()), who + " --help");
            }
    }
    if (auto const extra = app.remaining(true); kind == "ExtrasError" && !extra.empty())
        return message(who, fmt::format("nothing is known to do with \"{}\"", extra.front()),
                       "it takes no further word", who + " --help");
    CliModel const model = cli_model_of(app);
    CommandModel const* own = &command == &app ? &model.app : model.find(command.get_name());
    return value_error(own != nullptr ? *own : model.app, command, who, error.what());
}

} // namespace qkdes
