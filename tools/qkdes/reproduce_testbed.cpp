#include "tools/qkdes/reproduce_testbed.hpp"

#include "sim/scenario/load.hpp"
#include "sim/study/replication.hpp"
#include "sim/study/testbed/bursts.hpp"
#include "sim/study/testbed/end_to_end.hpp"
#include "sim/study/testbed/load.hpp"
#include "sim/study/testbed/pairs.hpp"
#include "sim/study/testbed/scenarios.hpp"
#include "sim/study/testbed/spot_check.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/print_json.hpp"
#include "tools/qkdes/print_summary.hpp"
#include "tools/qkdes/progress.hpp"
#include "tools/qkdes/text_table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>

namespace qkdes {
namespace {

/// The campaign with the user's changes, which must leave its nodes and demands in their places.
std::optional<Scenario> load_shipped(std::string_view name, std::vector<std::string> const& overrides) {
    auto const shipped = std::ranges::find(testbed_scenarios(), name, &ShippedText::name);
    std::string const file = fmt::format("scenarios/testbed/{}.json", name);
    auto loaded = load_scenario_text(shipped->text, file, overrides);
    if (!loaded.ok()) {
        fmt::print(stderr, "{}", format_diagnostics(loaded.diagnostics));
        return {};
    }
    auto const as_shipped = load_scenario_text(shipped->text, file);
    if (loaded.scenario->nodes.size() != as_shipped.scenario->nodes.size() ||
        loaded.scenario->demands.size() != as_shipped.scenario->demands.size()) {
        fmt::print(stderr,
                   "qkdes reproduce: error: {} with other nodes or demands\n  because its requests are what is "
                   "compared with the published ones\n  try: qkdes run {} --set …\n",
                   file, file);
        return {};
    }
    return std::move(loaded.scenario);
}

/// "star, key-aware" -> "star-key-aware"
std::string file_name(std::string_view what) {
    std::string name;
    for (char const c : what)
        if (c == ' ' || c == ',') {
            if (!name.empty() && name.back() != '-') name += '-';
        } else {
            name += c;
        }
    return name;
}

/// The first run's requests, for figures 4 to 7: one line each. False when it cannot be written.
bool write_points(std::filesystem::path const& file, Scenario const& scenario, AnswerLog const& log) {
    std::ofstream out{file};
    out << "from,to,asked_s,latency_ms,key\n";
    for (std::size_t d = 0; d < scenario.demands.size(); ++d) {
        auto const name = [&](AppId app) -> auto const& {
            return scenario.nodes[scenario.applications[app.index()].node.index()].id;
        };
        for (auto const& a : log.answers[d])
            out << fmt::format("{},{},{:.6f},{:.6f},{}\n", name(scenario.demands[d].from), name(scenario.demands[d].to),
                               seconds(a.asked - kSimStart), seconds(a.answered) * 1e3, a.has_key ? 1 : 0);
    }
    out.close();
    return bool{out};
}

struct Study {
    TestbedOptions const& options;
    BlockLibrary& library;
    std::atomic<std::uint64_t> violations{0}; ///< what the auditor found wrong in any run: a fault of ours
};

/// The scenario's replications, each with its own log. Photons are simulated once: replications differ in the times of
/// servers. The requests of the first are written where the user wants to see them.
template <class Take>
void replicate(Study& study, Scenario const& scenario, std::size_t replications, char const* what, Take take) {
    TestbedOptions const& options = study.options;
    std::vector<Task> tasks;
    for (std::size_t r = 0; r < replications; ++r)
        tasks.push_back({&scenario, replication_seed(scenario.seed, r), &study.library});
    std::atomic<std::uint64_t> events{0};
    RunsProgress line{!options.progress, tasks.size(), what};
    auto const progress = [&](std::size_t) {
        line.arrived(seconds(kSimStart + scenario.duration), events.exchange(0));
        return true;
    };
    run_each_logged(
        tasks, options.jobs,
        [&](std::size_t i, RunSummary const& summary, AnswerLog const& log) {
            study.violations += summary.violations;
            events += summary.events;
            if (i == 0 && !options.csv.empty())
                (void)write_points(std::filesystem::path{options.csv} / (file_name(what) + ".csv"), scenario, log);
            take(i, summary, log);
        },
        progress);
}

std::optional<ExperimentReport> pairs(Study& study) {
    TestbedOptions const& options = study.options;
    auto const scenario = load_shipped("pairs", options.overrides);
    if (!scenario) return {};
    std::vector<PairRun> runs(options.replications);
    replicate(study, *scenario, options.replications, "pairs",
              [&](std::size_t i, RunSummary const&, AnswerLog const& log) { runs[i] = pair_run(*scenario, log); });
    return pairs_report(runs);
}

std::optional<ExperimentReport> bursts(Study& study) {
    TestbedOptions const& options = study.options;
    auto const scenario = load_shipped("bursts", options.overrides);
    if (!scenario) return {};
    std::vector<BurstRun> runs(options.replications);
    replicate(study, *scenario, options.replications, "bursts",
              [&](std::size_t i, RunSummary const&, AnswerLog const& log) { runs[i] = burst_run(*scenario, log); });
    return bursts_report(runs);
}

std::optional<ExperimentReport> load(Study& study) {
    TestbedOptions const& options = study.options;
    auto const scenario = load_shipped("load", options.overrides);
    if (!scenario) return {};
    std::vector<std::vector<LoadPoint>> runs(options.replications);
    replicate(study, *scenario, options.replications, "load",
              [&](std::size_t i, RunSummary const&, AnswerLog const& log) { runs[i] = load_points(*scenario, log); });
    std::vector<LoadPoint> points;
    for (auto const& run : runs)
        points.insert(points.end(), run.begin(), run.end());
    return load_report(points);
}

/// Virtual links that only ML-KEM protects make a star of the sites around node 5, as the paper says can be done.
std::vector<std::string> star(std::string const& policy) {
    return {
        R"(/links/-={"id":"star-2","between":["kmstn5","kmstn2"],"protect":"pqc","classical":{"latency":"1 ms"}})",
        R"(/links/-={"id":"star-3","between":["kmstn6","kmstn3"],"protect":"pqc","classical":{"latency":"1 ms"}})",
        R"(/links/-={"id":"star-7","between":["kmstn5","kmstn7"],"protect":"pqc","classical":{"latency":"2.6 ms"}})",
        "/routing/policy=" + policy};
}

std::optional<ExperimentReport> end_to_end(Study& study) {
    TestbedOptions const& options = study.options;
    std::size_t const replications = std::min<std::size_t>(options.replications, 10);
    std::vector<std::pair<std::string, std::vector<std::string>>> const variants{
        {"line, static", {}},
        {"star, static", star("static-dijkstra")},
        {"star, key-aware", star("key-aware")},
        {"star, disjoint paths", star("disjoint")}};
    std::vector<EndToEndCase> cases;
    for (auto const& [name, overrides] : variants) {
        auto all = overrides;
        all.insert(all.end(), options.overrides.begin(), options.overrides.end());
        auto const scenario = load_shipped("end-to-end", all);
        if (!scenario) return {};
        EndToEndCase one{name, std::vector<EndToEndRun>(replications)};
        replicate(study, *scenario, replications, name.c_str(),
                  [&](std::size_t i, RunSummary const&, AnswerLog const& log) {
                      one.runs[i] = end_to_end_run(*scenario, log);
                  });
        cases.push_back(std::move(one));
    }
    return end_to_end_report(cases);
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
    checks.paint("verdict", tone_of_verdict);
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
    if (!options.csv.empty()) {
        std::error_code failure;
        std::filesystem::create_directories(options.csv, failure);
        if (failure ||
            !write_points(std::filesystem::path{options.csv} / "pairs.csv", Scenario{}, AnswerLog{Scenario{}})) {
            fmt::print(stderr, "qkdes reproduce: error: cannot write into \"{}\"\n  because {}\n", options.csv,
                       failure ? failure.message() : "it takes no files");
            return kExitIo;
        }
    }
    std::vector<ExperimentReport> reports;
    // All have the same seven links and the same seed; the star's further links come after them and make no key.
    auto const line = load_shipped("pairs", options.overrides);
    if (!line) return kExitBadInput;
    BlockLibrary library{line->seed};
    Study study{options, library};
    for (auto const campaign : {pairs, bursts, load, end_to_end}) {
        auto report = campaign(study);
        if (!report) return kExitBadInput;
        reports.push_back(std::move(*report));
    }
    reports.push_back(spot_check(*line, 4, options.jobs));
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
    if (study.violations > 0) {
        fmt::print(stderr, "qkdes reproduce: the auditor found {} violations: a fault of qkdes\n",
                   study.violations.load());
        return kExitAudit;
    }
    return fell_short == 0 ? kExitOk : kExitFellShort;
}

} // namespace qkdes
