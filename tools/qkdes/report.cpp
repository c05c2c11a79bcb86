// qkdes report RUN.h5 [OTHER.h5]: one page to look at, in any browser and without a network.
#include "sim/look/report/borders.hpp"
#include "sim/look/report/describe.hpp"
#include "sim/look/report/page.hpp"
#include "sim/look/whole_file.hpp"
#include "tools/qkdes/commands.hpp"
#include "tools/qkdes/compare_files.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/report_page.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace qkdes {

namespace {

using Json = nlohmann::ordered_json;

struct ReportOptions {
    std::string file, other, output, format = "html";
    bool quiet = false;
};

std::string default_output(ReportOptions const& options) {
    std::filesystem::path out{options.file};
    if (out.extension() == ".h5") out.replace_extension();
    if (!options.other.empty()) out += "-against-" + std::filesystem::path{options.other}.stem().string();
    out += options.format == "json" ? ".report.json" : ".html";
    return out.string();
}

Result<Json> document_of(ReportOptions const& options) {
    Json out{{"format", look::kDocumentVersion}, {"made_by", "qkdes " QKDES_VERSION}};
    auto first = look::describe(options.file);
    if (!first.ok()) return first.error();
    std::string const name = first->value("name", "");
    out["title"] = (name.empty() ? std::filesystem::path{options.file}.stem().string() : name) + " - qkdes";
    out["kind"] = (*first)["kind"];
    out["runs"].push_back(std::move(*first));
    if (options.other.empty()) return out;
    auto second = look::describe(options.other);
    if (!second.ok()) return second.error();
    out["kind"] = "comparison";
    out["runs"].push_back(std::move(*second));
    out["comparison"] = Json();
    if (auto const report = comparison_of_files(options.file, options.other))
        out["comparison"] = Json::parse(report->as("json"), nullptr, false);
    return out;
}

int report(ReportOptions const& options) {
    auto const page = report_page();
    bool const json = options.format == "json";
    if (!page && !json) {
        fmt::print(stderr, "report: error: this qkdes has no page\n  because {}\n  try: {}\n", kNoReportPage,
                   kNoReportPageRepair);
        return kExitIo;
    }
    std::string const output = options.output.empty() ? default_output(options) : options.output;
    for (auto const& input : {options.file, options.other}) {
        std::error_code ignored;
        if (input.empty() || !std::filesystem::equivalent(input, output, ignored)) continue;
        fmt::print(stderr,
                   "{}: error: the report would replace the results\n  because -o names the same file\n"
                   "  try: qkdes report {} -o report.html\n",
                   output, options.file);
        return kExitBadInput;
    }
    auto document = document_of(options);
    if (!document.ok()) {
        fmt::print(stderr, "{}\n", to_string(document.error()));
        return kExitIo;
    }
    if (page)
        for (auto& run : (*document)["runs"])
            look::add_borders(run, page->borders);
    if (page)
        for (auto& run : (*document)["runs"])
            look::add_borders(run, page->borders);
    std::string const text =
        json ? document->dump(-1, ' ', false, Json::error_handler_t::replace) + "\n" : look::page(*page, *document);
    if (auto const error = look::write_whole_file(output, text)) {
        fmt::print(stderr, "{}\n", to_string(*error));
        return kExitIo;
    }
    if (options.quiet) return kExitOk;
    for (auto const& run : (*document)["runs"])
        if (!run.value("complete", true))
            fmt::print("partial  {}: {}\n", run.value("file", ""), run.value("reason", ""));
    fmt::print("report   {} ({:.1f} MB){}\n", output, static_cast<double>(text.size()) / 1e6,
               json ? "" : ": open it in a browser");
    return kExitOk;
}

} // namespace

void add_report(CLI::App& app, int& exit_code) {
    auto const options = std::make_shared<ReportOptions>();
    auto* command =
        app.add_subcommand("report", "One page to look at a run, a sweep, a plan, or two results files side by side");
    command->add_option("results", options->file, "Results file (HDF5); of a comparison: the base")->required();
    command->add_option("other", options->other, "Another one, to compare: the candidate");
    command->add_option("-o,--output", options->output, "The page (HTML); default: beside the results, RUN.html");
    command
        ->add_option("--format", options->format,
                     "html; json: only what the page shows, for other programs; default: html")
        ->check(CLI::IsMember({"html", "json"}));
    command->add_flag("--quiet", options->quiet, "Do not say what was written");
    command->footer("The page is one file: it opens from disk, asks no network and can be sent by mail. Results of a "
                    "run that was "
                    "interrupted (RUN.partial.h5) are shown and marked partial. Large runs are down-sampled in the "
                    "page, which says how.\n"
                    "Examples:\n  qkdes report two-islands.h5\n"
                    "  qkdes report metro-length.h5 -o sweep.html\n"
                    "  qkdes report before.h5 after.h5 -o comparison.html");
    command->callback([options, &exit_code] { exit_code = report(*options); });
}

} // namespace qkdes
