// qkdes reproduce links: published figures beside the models', with a verdict for each.
#include "models/published/published.hpp"
#include "sim/scenario/suggest.hpp"
#include "tools/qkdes/cli_model.hpp"
#include "tools/qkdes/commands.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/progress.hpp"
#include "tools/qkdes/reproduce_testbed.hpp"
#include "tools/qkdes/text_table.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <memory>
#include <thread>

namespace qkdes {
namespace {

struct ReproduceOptions {
    std::vector<std::string> what{"links"};
    std::string format = "text";
    unsigned jobs = 0;
    bool quiet = false;
    TestbedOptions testbed;
};

char const* level_name(ReproductionLevel level) {
    static constexpr char const* names[] = {"formula", "block", "photon"};
    return names[static_cast<std::size_t>(level)];
}

char const* verdict(PublishedFigure const& figure) {
    return !figure.holds() ? "SHORT" : figure.fitted ? "fitted" : "ok";
}

/// All of them, on threads; the order of the answer is the order of the list.
std::vector<Reproduction> run_all(std::vector<PublishedExperiment> const& experiments, unsigned jobs, bool quiet) {
    std::vector<Reproduction> results(experiments.size());
    std::atomic<std::size_t> next{0};
    RunsProgress progress{quiet, experiments.size(), "experiments"};
    auto const work = [&] {
        for (std::size_t i; (i = next++) < experiments.size();) {
            results[i] = experiments[i].run();
            progress.arrived(0, 0);
        }
    };
    std::vector<std::jthread> helpers;
    for (unsigned i = 1; i < jobs; ++i)
        helpers.emplace_back(work);
    work();
    helpers.clear();
    return results;
}

std::string number(double x) {
    if (x != 0 && (std::abs(x) >= 1e6 || std::abs(x) < 1e-3)) return fmt::format("{:.4g}", x);
    return fmt::format("{:.5g}", x);
}

void print_text(std::vector<PublishedExperiment> const& experiments, std::vector<Reproduction> const& results) {
    TextTable table{{"experiment", "figure", "published", "model", "unit", "ratio", "tolerance", "level", "verdict"}};
    for (std::size_t i = 0; i < results.size(); ++i)
        for (auto const& f : results[i].figures)
            table.add({experiments[i].id, f.name, number(f.published), number(f.model), f.unit,
                       f.published != 0 ? fmt::format("{:.3f}", f.model / f.published) : "-", f.tolerance.text(),
                       level_name(f.level), verdict(f)});
    table.paint("verdict", tone_of_verdict);
    fmt::print("{}\n", table.text());
    for (std::size_t i = 0; i < results.size(); ++i) {
        auto const& r = results[i];
        fmt::print("{}", fitted(fmt::format("{}: {}\n", experiments[i].id, r.paper), 2));
        if (!r.knob.empty()) fmt::print("{}", fitted(fmt::format("  fitted: {}\n", r.knob), 4));
        if (!r.note.empty()) fmt::print("{}", fitted(fmt::format("  note: {}\n", r.note), 4));
    }
}

void print_json(std::vector<PublishedExperiment> const& experiments, std::vector<Reproduction> const& results) {
    auto out = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < results.size(); ++i) {
        nlohmann::ordered_json one{{"id", experiments[i].id},
                                   {"paper", results[i].paper},
                                   {"fitted", results[i].knob},
                                   {"note", results[i].note},
                                   {"figures", nlohmann::ordered_json::array()}};
        for (auto const& f : results[i].figures)
            one["figures"].push_back({{"name", f.name},
                                      {"unit", f.unit},
                                      {"published", f.published},
                                      {"model", f.model},
                                      {"tolerance", f.tolerance.text()},
                                      {"level", level_name(f.level)},
                                      {"verdict", verdict(f)}});
        out.push_back(std::move(one));
    }
    fmt::print("{}\n", out.dump(2));
}

void reproduce(ReproduceOptions const& options, int& exit_code) {
    unsigned const jobs = options.jobs != 0 ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
    if (options.what == std::vector<std::string>{"testbed"}) {
        TestbedOptions testbed = options.testbed;
        testbed.jobs = jobs;
        testbed.json = options.format == "json";
        testbed.progress = !options.quiet;
        exit_code = reproduce_testbed(testbed);
        return;
    }
    auto const all = published_experiments();
    if (!options.testbed.overrides.empty() || !options.testbed.csv.empty()) {
        fmt::print(stderr, "qkdes reproduce: error: --set and --csv without the testbed\n  because other experiments "
                           "have no scenario\n  try: qkdes reproduce testbed\n");
        exit_code = kExitBadInput;
        return;
    }
    std::vector<std::string> known{"links", "testbed"};
    for (auto const& experiment : all)
        known.push_back(experiment.id);
    std::vector<PublishedExperiment> chosen;
    for (auto const& name : options.what) {
        if (name == "testbed") {
            fmt::print(stderr, "qkdes reproduce: error: \"testbed\" beside others\n  because it is a study of its own\n"
                               "  try: qkdes reproduce testbed\n");
            exit_code = kExitBadInput;
            return;
        }
        if (std::ranges::find(known, name) == known.end()) {
            auto const near = nearest(name, known);
            fmt::print(stderr, "qkdes reproduce: error: nothing published under \"{}\"\n  because there are {}\n", name,
                       quoted_list(known, "and", 40));
            if (near) fmt::print(stderr, "  try: qkdes reproduce {}\n", *near);
            exit_code = kExitBadInput;
            return;
        }
        for (auto const& experiment : all)
            if (name == "links" || experiment.id == name) chosen.push_back(experiment);
    }
    auto const results = run_all(chosen, jobs, options.quiet);
    options.format == "json" ? print_json(chosen, results) : print_text(chosen, results);
    std::size_t figures = 0, fitted = 0, fell_short = 0;
    for (auto const& r : results)
        for (auto const& f : r.figures) {
            ++figures;
            fitted += f.fitted && f.holds() ? 1u : 0u;
            fell_short += f.holds() ? 0u : 1u;
        }
    if (options.format == "text")
        fmt::print("\n{} figures of {}: {} reproduced, {} fitted, {} fell short\n", figures,
                   results.size() == 1 ? "1 paper" : fmt::format("{} papers", results.size()),
                   figures - fitted - fell_short, fitted, fell_short);
    if (fell_short > 0) exit_code = kExitFellShort;
}

} // namespace

void add_reproduce(CLI::App& app, int& exit_code) {
    auto const options = std::make_shared<ReproduceOptions>();
    auto* command =
        app.add_subcommand("reproduce", "Published experiments beside what the models make of their inputs");
    std::vector<std::string> names{"links", "testbed"};
    for (auto const& experiment : published_experiments())
        names.push_back(experiment.id);
    complete_with(*command
                       ->add_option("what", options->what,
                                    "links (all of them), names of their experiments, or testbed; default: links")
                       ->type_name("WHAT"),
                  std::move(names));
    command->add_option("--replications", options->testbed.replications, "Runs of the testbed's campaigns; default: 30")
        ->type_name("N")
        ->check(CLI::Range(3, 10'000));
    command
        ->add_option("--csv", options->testbed.csv,
                     "Folder for the requests of the testbed's first runs, a line each; default: not written")
        ->type_name("FOLDER");
    command
        ->add_option("--set", options->testbed.overrides,
                     "Override a value in the testbed's scenarios, as for run; may be given again")
        ->type_name("/POINTER=VALUE");
    command->add_option("--jobs", options->jobs, "Threads; default: all cores")
        ->type_name("N")
        ->check(CLI::Range(1, 1024));
    command->add_option("--format", options->format, "text or json; default: text")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json"}));
    command->add_flag("--quiet", options->quiet, "No progress");
    command->footer("Exit code 1 when a figure falls short.\n"
                    "Examples:\n  qkdes reproduce links\n  qkdes reproduce boaron-2018 zhang-2020 --format json\n"
                    "  qkdes reproduce testbed\n  qkdes reproduce testbed --set '/links/4/length=130 km'");
    command->callback([options, &exit_code] { reproduce(*options, exit_code); });
}

} // namespace qkdes
