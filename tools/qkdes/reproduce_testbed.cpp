#include "tools/qkdes/reproduce_testbed.hpp"

#include "sim/scenario/load.hpp"
#include "sim/study/replication.hpp"
#include "sim/study/testbed/pairs.hpp"
#include "sim/study/testbed/scenarios.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/print_json.hpp"
#include "tools/qkdes/print_summary.hpp"
#include "tools/qkdes/text_table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <optional>

namespace qkdes {
namespace {

std::optional<Scenario> load_shipped(std::string_view name, std::vector<std::string> const& overrides) {
    auto const shipped = std::ranges::find(testbed_scenarios(), name, &ShippedText::name);
    auto loaded = load_scenario_text(shipped->text, fmt::format("scenarios/testbed/{}.json", name), overrides);
    if (!loaded.ok()) fmt::print(stderr, "{}", format_diagnostics(loaded.diagnostics));
    return std::move(loaded.scenario);
}

/// The scenario's replications, each with its own log.
template <class Take>
void replicate(Scenario const& scenario, TestbedOptions const& options, char const* what, Take take) {
    BlockLibrary library{scenario.seed}; // photons once: replications differ in the times of servers
    std::vector<Task> tasks;
    for (std::size_t r = 0; r < options.replications; ++r)
        tasks.push_back({&scenario, replication_seed(scenario.seed, r), &library});
    auto const progress = [&](std::size_t done) {
        if (options.progress) fmt::print(stderr, "\r{}: {} of {} runs\x1b[K", what, done, tasks.size());
        return true;
    };
    run_each_logged(tasks, options.jobs, take, progress);
    if (options.progress) fmt::print(stderr, "\r\x1b[K");
}

std::optional<ExperimentReport> pairs(TestbedOptions const& options) {
    auto const scenario = load_shipped("pairs", options.overrides);
    if (!scenario) return {};
    std::vector<PairRun> runs(options.replications);
    replicate(*scenario, options, "pairs",
              [&](std::size_t i, RunSummary const&, AnswerLog const& log) { runs[i] = pair_run(*scenario, log); });
    return pairs_report(runs);
}

void print_text(std::vector<ExperimentReport> const& reports) {
    TextTable checks{{"check", "published", "simulated", "allowed", "verdict"}};
    for (auto const& report : reports) {
        fmt::print("{}\n\n", report.title);
        for (auto const& section : report.sections)
            fmt::print("{}\n", section_text(section));
        for (auto const& c : report.checks)
            checks.add({c.what, c.published, c.simulated, c.allowed, c.holds ? "ok" : "SHORT"});
    }
    fmt::print("{}\n", checks.text());
}

void print_json(std::vector<ExperimentReport> const& reports) {
    auto out = nlohmann::ordered_json::array();
    for (auto const& report : reports) {
        nlohmann::ordered_json one{{"title", report.title},
                                   {"sections", nlohmann::ordered_json::object()},
                                   {"checks", nlohmann::ordered_json::array()}};
        for (auto const& section : report.sections)
            one["sections"][section.name] = section_json(section);
        for (auto const& c : report.checks)
            one["checks"].push_back({{"check", c.what},
                                     {"published", c.published},
                                     {"simulated", c.simulated},
                                     {"allowed", c.allowed},
                                     {"holds", c.holds}});
        out.push_back(std::move(one));
    }
    fmt::print("{}\n", out.dump(2));
}

} // namespace

int reproduce_testbed(TestbedOptions const& options) {
    std::vector<ExperimentReport> reports;
    auto report = pairs(options);
    if (!report) return kExitBadInput;
    reports.push_back(std::move(*report));
    options.json ? print_json(reports) : print_text(reports);
    std::size_t checks = 0, fell_short = 0;
    for (auto const& each : reports)
        for (auto const& check : each.checks) {
            ++checks;
            fell_short += check.holds ? 0u : 1u;
        }
    if (!options.json)
        fmt::print("{} runs of each campaign: {} of {} checks hold\n", options.replications, checks - fell_short,
                   checks);
    return fell_short == 0 ? kExitOk : kExitFellShort;
}

} // namespace qkdes
