#include "tools/qkdes/compare_runs.hpp"

#include "sim/base/rng.hpp"
#include "sim/study/comparison.hpp"
#include "sim/study/replication.hpp"
#include "tools/qkdes/compare_report.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/load.hpp"
#include "tools/qkdes/progress.hpp"
#include "tools/qkdes/thresholds.hpp"

#include <fmt/format.h>

#include <csignal>
#include <thread>

namespace qkdes {

namespace {

volatile std::sig_atomic_t interrupted = 0;
void interrupt(int) { interrupted = 1; }

/// How a side was asked for, as one would type it.
std::string asked(std::string const& file, CompareRunsOptions const& options, std::vector<std::string> const& own) {
    std::string text = file;
    for (auto const& faults : options.faults)
        text += " --faults " + faults;
    for (auto const* overrides : {&options.both, &own})
        for (auto const& override_ : *overrides)
            text += " --set " + override_;
    return text;
}

} // namespace

int compare_runs(CompareRunsOptions const& options) {
    int code = kExitOk;
    Thresholds thresholds;
    if (!options.thresholds.empty()) {
        auto const loaded = load_thresholds(options.thresholds, code);
        if (!loaded) return code;
        thresholds = *loaded;
    }
    auto const load = [&](std::string const& file, std::vector<std::string> const& own) {
        std::vector<std::string> overrides = options.both;
        overrides.insert(overrides.end(), own.begin(), own.end());
        return load_for(file, overrides, options.quiet, code, options.faults);
    };
    auto const base = load(options.base, options.base_only);
    if (!base) return code;
    auto const candidate = load(options.candidate, options.candidate_only);
    if (!candidate) return code;

    std::uint64_t const seed = options.seed.value_or(base->seed);
    std::uint64_t const other = options.independent ? RngStream{seed, "compare/candidate"}.next() : seed;
    std::vector<Task> tasks;
    for (std::uint64_t r = 0; r < options.replications; ++r) {
        tasks.push_back({&*base, replication_seed(seed, r)});
        tasks.push_back({&*candidate, replication_seed(other, r)});
    }
    std::signal(SIGINT, interrupt);
    std::signal(SIGTERM, interrupt);
    unsigned const jobs = options.jobs != 0 ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
    RunsProgress progress{options.quiet, tasks.size()};
    double const both = seconds(kSimStart + base->duration) + seconds(kSimStart + candidate->duration);
    auto const results = run_tasks(tasks, jobs, [&](std::size_t) {
        progress.arrived(both / 2, 0);
        return interrupted == 0;
    });
    progress.clear();
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    if (interrupted != 0) {
        fmt::print(stderr, "interrupted: nothing is said from a part of the replications\n");
        return kExitInterrupted;
    }
    std::vector<Metrics> a, b;
    std::vector<Recoveries> after, after_candidate;
    std::uint64_t violations = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
        (i % 2 == 0 ? a : b).push_back(results[i].metrics);
        (i % 2 == 0 ? after : after_candidate).push_back(results[i].recoveries);
        violations += results[i].violations;
    }
    Pairing const pairing = options.independent ? Pairing::independent : Pairing::paired;
    CompareReport report;
    report.base = asked(options.base, options, options.base_only);
    report.candidate = asked(options.candidate, options, options.candidate_only);
    report.how =
        fmt::format("{} pairs of replications from seed {}, {}", options.replications, seed,
                    options.independent ? "each on its own random numbers" : "both on the same random numbers");
    report.facts = {{"replications", options.replications}, {"seed", seed}, {"paired", !options.independent}};
    report.alpha = thresholds.alpha;
    report.comparisons = compare_runs(a, b, thresholds, pairing);
    report.recoveries = compare_recoveries(after, after_candidate, 1 - thresholds.alpha, pairing);
    fmt::print("{}", report.as(options.format));
    if (violations != 0) {
        fmt::print(stderr, "the auditor found {} violations in these runs; `qkdes run` of the scenario shows them\n",
                   violations);
        return kExitAudit;
    }
    return any_regression(report.comparisons) ? kExitFellShort : kExitOk;
}

} // namespace qkdes
