// qkdes: one file per subcommand; this one only picks.
#include "tools/qkdes/commands.hpp"
#include "tools/qkdes/exit_codes.hpp"

#include <cstdio>
#include <exception>
#include <string>

int main(int argc, char** argv) {
    using namespace qkdes;
    CLI::App app{"Discrete-event simulator of QKD and hybrid QKD + post-quantum networks", "qkdes"};
    app.set_version_flag("--version", "qkdes " QKDES_VERSION);
    app.require_subcommand(1);
    app.footer("qkdes SUBCOMMAND --help says more. Exit codes: 0 fine, 1 a comparison fell short, 2 your input,\n"
               "3 the auditor found a fault of ours, 4 input/output, 130 interrupted.");
    int exit_code = kExitOk;
    add_run(app, exit_code);
    add_check(app, exit_code);
    add_link(app, exit_code);
    add_reproduce(app, exit_code);
    add_compare(app, exit_code);
    add_sweep(app, exit_code);
    add_calibrate(app, exit_code);
    add_import(app, exit_code);
    add_plan(app, exit_code);
    add_export(app, exit_code);
    add_schema(app, exit_code);
    if (argc > 1 && argv[1][0] != '-') {
        std::string known;
        bool found = false;
        for (CLI::App const* command : app.get_subcommands([](CLI::App const*) { return true; })) {
            found = found || command->get_name() == argv[1];
            known += (known.empty() ? "" : ", ") + command->get_name();
        }
        if (!found) {
            std::fprintf(stderr,
                         "qkdes: error: unknown subcommand \"%s\"\n  because there are: %s\n  try: qkdes --help\n",
                         argv[1], known.c_str());
            return kExitBadInput;
        }
    }
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& error) {
        int const code = app.exit(error);
        return code == 0 ? kExitOk : kExitBadInput;
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
    return exit_code;
}
