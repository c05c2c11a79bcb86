// qkdes: one file per subcommand; this one only picks.
#include "sim/base/large_pages.hpp"
#include "tools/qkdes/commands.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/help.hpp"
#include "tools/qkdes/next_step.hpp"
#include "tools/qkdes/terminal.hpp"
#include "tools/qkdes/version.hpp"

#include <cstdio>
#include <exception>
#include <string>

namespace qkdes {

namespace {

void add_commands(CLI::App& app, int& exit_code) {
    auto const under = [&](char const* group, std::initializer_list<void (*)(CLI::App&, int&)> adders) {
        for (auto const add : adders) {
            auto const known = app.get_subcommands([](CLI::App const*) { return true; }).size();
            add(app, exit_code);
            auto const all = app.get_subcommands([](CLI::App const*) { return true; });
            for (std::size_t i = known; i < all.size(); ++i)
                all[i]->group(group);
        }
    };
    under("Simulate", {add_run, add_check, add_scenarios, add_link});
    under("Many runs", {add_sweep, add_plan, add_compare, add_reproduce});
    under("Results", {add_report, add_export});
    under("Make scenarios", {add_import, add_calibrate, add_schema});
    under("Help", {add_help});
    std::vector<std::string> names;
    for (CLI::App const* command : app.get_subcommands([](CLI::App const*) { return true; }))
        names.push_back(command->get_name());
    set_known_commands(std::move(names));
}

/// Every subcommand takes it, wherever it stands.
void add_color(CLI::App& app) {
    auto const choose = [](std::string const& when) {
        set_output(look_at_stdout(when == "always"  ? ColourWhen::always
                                  : when == "never" ? ColourWhen::never
                                                    : ColourWhen::automatic));
    };
    auto const all = app.get_subcommands([](CLI::App const*) { return true; });
    std::vector<CLI::App*> takers{all.begin(), all.end()};
    takers.push_back(&app);
    for (CLI::App* taker : takers)
        taker
            ->add_option_function<std::string>(
                "--color", choose, "Colour of tables: auto (default: on a terminal, see NO_COLOR), always or never")
            ->type_name("WHEN")
            ->check(CLI::IsMember({"auto", "always", "never"}))
            ->trigger_on_parse();
}

int run_command(CLI::App& app, int argc, char** argv) {
    CliModel const model = cli_model_of(app);
    auto const picked = [&]() -> CommandModel const* {
        auto const parsed = app.get_subcommands();
        return parsed.empty() ? nullptr : model.find(parsed.back()->get_name());
    };
    if (argc == 1) { // nothing was asked: what could be
        std::fputs(help_text(model, help_columns()).c_str(), stderr);
        return kExitBadInput;
    }
    if (argv[1][0] != '-' && model.find(argv[1]) == nullptr) {
        std::fputs(unknown_command(model, argv[1]).c_str(), stderr);
        return kExitBadInput;
    }
    try {
        app.parse(argc, argv);
    } catch (CLI::CallForHelp const&) {
        auto const* command = picked();
        std::fputs(
            (command != nullptr ? help_text(*command, help_columns()) : help_text(model, help_columns())).c_str(),
            stdout);
    } catch (CLI::CallForVersion const&) {
        std::fputs(version_text().c_str(), stdout);
    } catch (CLI::ParseError const& error) {
        std::fputs(usage_error(app, error).c_str(), stderr);
        return kExitBadInput;
    }
    return kExitOk;
}

} // namespace

} // namespace qkdes

int main(int argc, char** argv) {
    using namespace qkdes;
    prefer_large_pages();
    CLI::App app{"Discrete-event simulator of QKD and hybrid QKD + post-quantum networks", "qkdes"};
    app.set_version_flag("--version", "", "Version, results format, and what it was built with");
    app.set_help_flag("-h,--help", "This help; qkdes SUBCOMMAND --help says more");
    app.require_subcommand(1);
    app.footer("qkdes SUBCOMMAND --help says more. Exit codes: 0 fine, 1 a comparison fell short, 2 your input, "
               "3 the auditor found a fault of ours, 4 input/output, 130 interrupted.\n"
               "Examples:\n  qkdes run two-islands\n"
               "  qkdes link --preset bb84-metro --length 20km:120km:20km\n"
               "  qkdes compare grid --set /routing/policy=widest-shortest");
    int exit_code = kExitOk;
    add_commands(app, exit_code);
    add_color(app);
    for (CLI::App* command : app.get_subcommands([](CLI::App const*) { return true; }))
        command->set_help_flag("-h,--help", "This help");
    try {
        int const code = run_command(app, argc, argv);
        return code != kExitOk ? code : exit_code;
    } catch (std::bad_alloc const&) {
        std::fprintf(stderr, "qkdes: error: out of memory\n  because the run needs more than this machine has\n"
                             "  try: smaller blocks, a shorter duration, or --jobs 1\n");
        return kExitIo;
    } catch (std::exception const& error) {
        std::fprintf(stderr,
                     "qkdes: internal fault: %s\n  this is a bug in qkdes; please report it with the command line\n",
                     error.what());
        return 70;
    }
}
