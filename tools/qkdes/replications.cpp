#include "tools/qkdes/replications.hpp"

#include "sim/record/recorder.hpp"
#include "sim/study/published.hpp"
#include "sim/study/replication.hpp"
#include "sim/study/run_figures.hpp"
#include "sim/study/statistics.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/manifest.hpp"
#include "tools/qkdes/print_published.hpp"
#include "tools/qkdes/progress.hpp"
#include "tools/qkdes/text_table.hpp"

#include <nlohmann/json.hpp>

#include <atomic>
#include <cmath>
#include <csignal>
#include <limits>

namespace qkdes {

namespace {

volatile std::sig_atomic_t interrupted = 0;
void interrupt(int) { interrupted = 1; }

struct FigureEstimate {
    RunFigure figure;
    std::size_t known = 0; ///< replications that have it
    Estimate mean;
};

std::vector<FigureEstimate> estimates(std::vector<std::vector<RunFigure>> const& runs, double confidence) {
    std::vector<FigureEstimate> out;
    for (std::size_t f = 0; f < runs.front().size(); ++f) {
        std::vector<double> values;
        for (auto const& run : runs)
            if (!std::isnan(run[f].value)) values.push_back(run[f].value);
        FigureEstimate e{runs.front()[f], values.size(), {}};
        if (!values.empty()) e.mean = mean_estimate(values, confidence);
        out.push_back(std::move(e));
    }
    return out;
}

/// Means of the replications beside what was published.
std::vector<PublishedComparison> published(Scenario const& scenario, std::vector<FigureEstimate> const& figures) {
    std::vector<RunFigure> means;
    for (auto const& e : figures) {
        means.push_back(e.figure);
        means.back().value = e.known == 0 ? std::numeric_limits<double>::quiet_NaN() : e.mean.value;
    }
    auto all = published_beside(scenario, means);
    for (auto& one : all)
        for (auto const& e : figures)
            if (e.figure.of == one.published.of && e.figure.name == one.published.figure && e.known >= 2 &&
                !one.interval)
                one.interval = e.mean;
    return all;
}

std::string number(double x) { return std::isfinite(x) ? fmt::format("{:.4g}", x) : "-"; }

std::string text(Scenario const& scenario, ReplicationsOptions const& options,
                 std::vector<FigureEstimate> const& figures) {
    TextTable table{
        {"of", "figure", "unit", "mean", fmt::format("{:.3g} % interval", options.confidence * 100), "runs"}};
    for (auto const& e : figures) {
        if (e.known == 0) continue;
        table.add({e.figure.of + "  " + e.figure.name, e.figure.unit, number(e.mean.value),
                   e.known < 2 ? "-" : fmt::format("{} .. {}", number(e.mean.low), number(e.mean.high)),
                   std::to_string(e.known)});
    }
    std::string beside = published_text(published(scenario, figures));
    if (!beside.empty()) beside += "\n";
    return fmt::format("{}: {} replications from seed {}\n\n{}\n{}", scenario.name, options.replications, options.seed,
                       table.text(), beside);
}

std::string json(Scenario const& scenario, ReplicationsOptions const& options,
                 std::vector<FigureEstimate> const& figures) {
    auto const finite = [](double x) {
        return std::isfinite(x) ? nlohmann::ordered_json(x) : nlohmann::ordered_json();
    };
    nlohmann::ordered_json out{{"scenario", scenario.name},
                               {"seed", options.seed},
                               {"replications", options.replications},
                               {"confidence", options.confidence},
                               {"figures", nlohmann::ordered_json::array()}};
    for (auto const& e : figures)
        out["figures"].push_back({{"of", e.figure.of},
                                  {"name", e.figure.name},
                                  {"unit", e.figure.unit},
                                  {"replications", e.known},
                                  {"mean", e.known == 0 ? nlohmann::ordered_json() : finite(e.mean.value)},
                                  {"low", e.known < 2 ? nlohmann::ordered_json() : finite(e.mean.low)},
                                  {"high", e.known < 2 ? nlohmann::ordered_json() : finite(e.mean.high)}});
    out["published"] = published_json(published(scenario, figures));
    return out.dump(2) + "\n";
}

TableSchema schema() {
    using C = Column;
    return {"/replications",
            "One row per replication and figure; a figure that a run does not have is NaN.",
            {C::u64("replication", "index", "0 has the seed of the manifest"),
             C::u64("seed", "1", "of this replication"), C::text("of", "network, fault, link or demand"),
             C::text("figure", "its name"), C::text("unit", "its unit"), C::f64("value", "unit", "in the unit named")},
            4096};
}

} // namespace

void write_replications(Recorder& recorder, std::span<std::uint64_t const> seeds,
                        std::span<std::vector<RunFigure> const> runs) {
    Table& table = recorder.add(schema());
    for (std::size_t r = 0; r < runs.size(); ++r)
        for (auto const& figure : runs[r])
            table.append(std::uint64_t{r}, seeds[r], figure.of, figure.name, figure.unit, figure.value);
}

int run_replications(Scenario const& scenario, ReplicationsOptions const& options) {
    std::signal(SIGINT, interrupt);
    std::signal(SIGTERM, interrupt);
    auto recorder = Recorder::open(options.output, manifest_of(scenario, options.seed));
    if (!recorder) {
        fmt::print(stderr, "{}\n", to_string(recorder.error()));
        return kExitIo;
    }
    std::vector<Task> tasks;
    for (std::uint64_t r = 0; r < options.replications; ++r)
        tasks.push_back({&scenario, replication_seed(options.seed, r)});
    std::vector<std::vector<RunFigure>> runs(tasks.size());
    std::atomic<std::uint64_t> violations{0};
    std::atomic<std::uint64_t> events{0};
    RunsProgress progress{options.quiet, tasks.size()};
    run_each(
        tasks, options.jobs,
        [&](std::size_t i, RunSummary const& summary) {
            runs[i] = run_figures(scenario, summary);
            violations += summary.violations;
            events += summary.events;
        },
        [&](std::size_t) {
            progress.arrived(seconds(kSimStart + scenario.duration), events.exchange(0));
            return interrupted == 0;
        });
    progress.clear();
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    std::vector<std::uint64_t> seeds;
    for (auto const& task : tasks)
        seeds.push_back(task.seed);
    write_replications(*recorder, seeds, runs);
    auto const written = recorder->finish(interrupted != 0 ? Outcome::partial("interrupted") : Outcome::finished());
    if (!written) {
        fmt::print(stderr, "{}\n", to_string(written.error()));
        return kExitIo;
    }
    if (interrupted != 0) {
        fmt::print(stderr, "interrupted: {} has the replications that were done\n", written.value().string());
        return kExitInterrupted;
    }
    auto const figures = estimates(runs, options.confidence);
    fmt::print("{}", options.format == "json" ? json(scenario, options, figures) : text(scenario, options, figures));
    if (options.format != "json") fmt::print("results  {}\n", written.value().string());
    if (violations != 0) {
        fmt::print(stderr, "the auditor found {} violations; `qkdes run` with the replication's seed shows them\n",
                   violations.load());
        return kExitAudit;
    }
    return kExitOk;
}

} // namespace qkdes
