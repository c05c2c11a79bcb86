// qkdes help, completion, man: what the command line can say, for people, shells and man.
#include "tools/qkdes/commands.hpp"
#include "tools/qkdes/completion.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/help.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

namespace qkdes {

void add_help(CLI::App& app, int& exit_code) {
    auto const about = std::make_shared<std::string>();
    auto* help = app.add_subcommand("help", "Say what a subcommand does, its options and examples");
    help->add_option("subcommand", *about, "Which one; default: an overview of all")->type_name("SUBCOMMAND");
    help->footer("Examples:\n  qkdes help run");
    help->callback([&app, about, &exit_code] {
        CliModel const model = cli_model_of(app);
        if (about->empty()) {
            fmt::print("{}", help_text(model, help_columns()));
        } else if (CommandModel const* command = model.find(*about)) {
            fmt::print("{}", help_text(*command, help_columns()));
        } else {
            fmt::print(stderr, "{}", unknown_command(model, *about));
            exit_code = kExitBadInput;
        }
    });

    auto const shell = std::make_shared<std::string>();
    auto* completion = app.add_subcommand("completion", "Print a script that completes qkdes in a shell");
    completion->add_option("shell", *shell, "bash or zsh")
        ->type_name("SHELL")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh"}));
    completion->footer("An installed qkdes has both where the shells look for them.\n"
                       "Examples:\n  source <(qkdes completion bash)\n"
                       "  qkdes completion zsh > ~/.zfunc/_qkdes");
    completion->callback([&app, shell] {
        CliModel const model = cli_model_of(app);
        std::fputs((*shell == "bash" ? bash_completion(model) : zsh_completion(model)).c_str(), stdout);
    });

    auto* man = app.add_subcommand("man", "Print the manual page qkdes(1)");
    man->footer("Examples:\n  qkdes man | man -l -");
    man->callback([&app] { std::fputs(man_page(cli_model_of(app), QKDES_VERSION).c_str(), stdout); });

    // A help subcommand completes the names of all others.
    std::vector<std::string> names;
    for (CLI::App const* command : app.get_subcommands([](CLI::App const*) { return true; }))
        names.push_back(command->get_name());
    complete_with(*help->get_option("subcommand"), names);
}

} // namespace qkdes
