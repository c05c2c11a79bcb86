// The subcommands: each file of this folder adds one to the parser and runs it. `exit_code` is set by the one that ran.
#pragma once
#include <CLI/CLI.hpp>

namespace qkdes {

void add_run(CLI::App& app, int& exit_code);
void add_check(CLI::App& app, int& exit_code);
void add_reproduce(CLI::App& app, int& exit_code);
void add_link(CLI::App& app, int& exit_code);
void add_schema(CLI::App& app, int& exit_code);
void add_compare(CLI::App& app, int& exit_code);
void add_sweep(CLI::App& app, int& exit_code);
void add_calibrate(CLI::App& app, int& exit_code);
void add_import(CLI::App& app, int& exit_code);
void add_report(CLI::App& app, int& exit_code);
void add_plan(CLI::App& app, int& exit_code);
void add_export(CLI::App& app, int& exit_code);
void add_scenarios(CLI::App& app, int& exit_code);
void add_help(CLI::App& app, int& exit_code); ///< help, completion and man; after all others

} // namespace qkdes
