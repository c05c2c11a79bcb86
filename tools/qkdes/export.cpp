// qkdes export RUN.h5: the results for other programs: CSV, a notebook, a trace.
#include "sim/look/export/csv.hpp"
#include "sim/look/export/notebook.hpp"
#include "sim/look/export/trace.hpp"
#include "sim/scenario/quantity.hpp"
#include "tools/qkdes/commands.hpp"
#include "tools/qkdes/exit_codes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace qkdes {

namespace {

struct ExportOptions {
    std::string results, csv, notebook, trace, from, to;
    std::vector<std::string> tables;
    bool force = false, quiet = false;
};

int fail(IoError const& error) {
    fmt::print(stderr, "{}\n", to_string(error));
    return kExitIo;
}

std::string megabytes(std::uint64_t bytes) { return fmt::format("{:.3g} MB", static_cast<double>(bytes) / 1e6); }

/// Simulated time that an option gives; `other` when it is not given.
std::optional<SimTime> read_time(char const* option, std::string const& text, SimTime other) {
    if (text.empty()) return other;
    QuantityText const time = read_quantity(text, units::duration);
    if (time.outcome != QuantityText::Outcome::ok || time.value < 0 || time.value > 9e18) {
        fmt::print(stderr,
                   "{}: error: \"{}\" is not a time of the run\n  because it is a number with a unit ({})\n"
                   "  try: {} \"30 min\"\n",
                   option, text, list_units(units::duration), option);
        return {};
    }
    return kSimStart + SimDuration{static_cast<std::int64_t>(time.value)};
}

int write_trace(ResultsReader& reader, ExportOptions const& options) {
    auto const from = read_time("--from", options.from, kSimStart), to = read_time("--to", options.to, kSimNever);
    if (!from || !to) return kExitBadInput;
    if (*from >= *to) {
        fmt::print(stderr, "--to: error: {} is not after --from {}\n  because the trace would be empty\n", options.to,
                   options.from.empty() ? "0 s" : options.from);
        return kExitBadInput;
    }
    auto const& shown = look::trace_tables();
    std::vector<std::string> tables;
    for (auto const& table : options.tables)
        if (std::ranges::find(shown, table) != shown.end()) tables.push_back(table);
    if (tables.empty() && !options.tables.empty()) {
        fmt::print(stderr,
                   "--table: error: a trace shows none of these tables\n  because it shows {}\n"
                   "  try: one of them, or no --table\n",
                   fmt::join(shown, ", "));
        return kExitBadInput;
    }
    auto const report = look::export_trace(reader, options.trace, {*from, *to, tables, options.force});
    if (!report) return fail(report.error());
    std::string parts;
    for (auto const& [table, events] : report->events)
        parts += fmt::format("{}{} {}", parts.empty() ? "" : ", ", events, table);
    fmt::print("{}: {} events on {} threads ({}), {}\n", options.trace, report->total(), report->threads, parts,
               megabytes(report->bytes));
    if (report->total() > look::kManyEvents && !options.quiet)
        fmt::print(stderr,
                   "{}: note: more than {} events, which viewers show slowly\n"
                   "  try: a part of the run, --from \"1 h\" --to \"2 h\", or less of it, --table blocks\n",
                   options.trace, look::kManyEvents);
    if (report->total() == 0 && !options.quiet)
        fmt::print(stderr, "{}: note: nothing to show\n  because a trace shows {}, and there are none{}\n",
                   options.trace, fmt::join(shown, ", "),
                   options.from.empty() && options.to.empty() ? "" : " in this part of the run");
    return kExitOk;
}

int export_results(ExportOptions const& options) {
    if (options.csv.empty() && options.notebook.empty() && options.trace.empty()) {
        fmt::print(stderr,
                   "export: error: nothing to write\n  because neither --csv, --notebook nor --trace is given\n"
                   "  try: qkdes export {} --csv tables\n",
                   options.results);
        return kExitBadInput;
    }
    auto reader = ResultsReader::open(options.results);
    if (!reader) return fail(reader.error());
    if (auto error = look::check_tables(*reader, options.results, options.tables)) {
        fmt::print(stderr, "{}\n", to_string(*error));
        return kExitBadInput;
    }
    if (!reader->complete() && !options.quiet)
        fmt::print(stderr, "{}: note: these results are partial ({})\n", options.results, reader->reason());
    if (!options.csv.empty()) {
        auto const report = look::export_csv(*reader, options.csv, {options.tables, options.force});
        if (!report) return fail(report.error());
        fmt::print("{}: {} tables, {} rows, {}\n", options.csv, report->tables, report->rows, megabytes(report->bytes));
    }
    if (!options.notebook.empty()) {
        auto const report = look::export_notebook(*reader, options.results, options.notebook, options.force);
        if (!report) return fail(report.error());
        fmt::print(
            "{}: {} cells, {}; open it with jupyter lab, or run it with\n  jupyter nbconvert --to html --execute {}\n",
            options.notebook, report->cells, megabytes(report->bytes), options.notebook);
    }
    return options.trace.empty() ? kExitOk : write_trace(*reader, options);
}

} // namespace

void add_export(CLI::App& app, int& exit_code) {
    auto const options = std::make_shared<ExportOptions>();
    auto* command =
        app.add_subcommand("export", "Results for other programs: CSV, a notebook, a trace for the Perfetto viewer");
    command->add_option("results", options->results, "Results file (HDF5)")->type_name("FILE.h5")->required();
    command->add_option("--csv", options->csv, "Folder for all tables as CSV, with units in columns.csv; default: none")
        ->type_name("FOLDER");
    command
        ->add_option("--notebook", options->notebook,
                     "Jupyter notebook with this file's tables and figures, for h5py, pandas and matplotlib; "
                     "default: none")
        ->type_name("FILE.ipynb");
    command
        ->add_option("--trace", options->trace,
                     "File for the trace viewers Perfetto (ui.perfetto.dev) and chrome://tracing; default: none")
        ->type_name("FILE.json");
    command
        ->add_option("--from", options->from,
                     "Of the trace: what ends after this simulated time: \"1 h\"; default: the begin")
        ->type_name("TIME");
    command->add_option("--to", options->to, "Of the trace: what begins before it; default: the end")
        ->type_name("TIME");
    command->add_option("--table", options->tables, "Only this table (CSV, trace); may be given again")
        ->type_name("TABLE")
        ->allow_extra_args(false);
    command->add_flag("--force", options->force, "Replace files that are there already");
    command->add_flag("--quiet", options->quiet, "No notes");
    command->footer("Examples:\n  qkdes export two-islands.h5 --csv tables"
                    "\n  qkdes export two-islands.h5 --notebook islands.ipynb"
                    "\n  qkdes export two-islands.h5 --trace islands.json --from \"30 min\" --to \"40 min\"");
    command->callback([options, &exit_code] { exit_code = export_results(*options); });
}

} // namespace qkdes
