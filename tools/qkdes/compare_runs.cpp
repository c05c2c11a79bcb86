#include "tools/qkdes/compare_runs.hpp"

#include "sim/base/rng.hpp"
#include "sim/study/comparison.hpp"
#include "sim/study/replication.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/load.hpp"
#include "tools/qkdes/text_table.hpp"
#include "tools/qkdes/thresholds.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <csignal>
#include <thread>
#include <unistd.h>

namespace qkdes {

namespace {

volatile std::sig_atomic_t interrupted = 0;
void interrupt(int) { interrupted = 1; }

std::string number(double x) { return std::isfinite(x) ? fmt::format("{:.4g}", x) : "-"; }
std::string signed_number(double x) { return std::isfinite(x) ? fmt::format("{:+.4g}", x) : "-"; }

std::string interval(Estimate const& e) {
    return e.count < 2 ? "-" : fmt::format("{} .. {}", signed_number(e.low), signed_number(e.high));
}

std::string verdict(MetricComparison const& c) {
    std::string text{to_string(c.verdict)};
    if (c.verdict == Verdict::undecided)
        text += c.pairs ? fmt::format(", needs {} pairs", *c.pairs) : ", needs over 1000000 pairs";
    return text;
}

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

std::string sentence(std::vector<MetricComparison> const& all) {
    std::vector<std::string_view> worse;
    std::size_t open = 0;
    for (auto const& c : all) {
        if (c.verdict == Verdict::regression) worse.push_back(info(c.metric).name);
        open += c.verdict == Verdict::undecided;
    }
    std::string text = worse.empty() ? "no regression" : fmt::format("REGRESSION of {}", fmt::join(worse, ", "));
    if (open != 0) text += fmt::format("; {} of {} metrics undecided", open, all.size());
    return text;
}

struct Report {
    CompareRunsOptions const& options;
    Thresholds const& thresholds;
    std::uint64_t seed;
    std::vector<MetricComparison> const& comparisons;

    std::string head(char const* line_end) const {
        return fmt::format(
            "base       {}{}candidate  {}{}{} pairs of replications from seed {}, {}; {:.3g} % family-wise over "
            "all metrics",
            asked(options.base, options, options.base_only), line_end,
            asked(options.candidate, options, options.candidate_only), line_end, options.replications, seed,
            options.independent ? "each on its own random numbers" : "both on the same random numbers",
            thresholds.alpha * 100);
    }
    std::vector<std::string> titles() const {
        return {"metric",    "unit",       "base",
                "candidate", "difference", fmt::format("{:.3g} % interval", (1 - thresholds.alpha) * 100),
                "limit +-",  "p (Holm)",   "verdict"};
    }
    std::vector<std::string> row(MetricComparison const& c) const {
        MetricInfo const& about = info(c.metric);
        if (c.verdict == Verdict::no_data)
            return {std::string{about.name}, std::string{about.unit}, "-", "-", "-", "-", "-", "-", "no data"};
        return {std::string{about.name},
                std::string{about.unit},
                number(c.base.value),
                number(c.candidate.value),
                signed_number(c.paired.difference.value),
                interval(c.paired.difference),
                number(c.limit),
                fmt::format("{:.2g}", c.adjusted_p),
                verdict(c)};
    }
    std::string text() const {
        TextTable table{titles()};
        for (auto const& c : comparisons)
            table.add(row(c));
        return fmt::format("{}\n\n{}\n{}\n", head("\n"), table.text(), sentence(comparisons));
    }
    std::string markdown() const {
        std::string out = fmt::format("**qkdes compare: {}**\n\n", sentence(comparisons));
        out += fmt::format("| {} |\n|{}\n", fmt::join(titles(), " | "), "---|---|--:|--:|--:|--:|--:|--:|---|");
        for (auto const& c : comparisons)
            out += fmt::format("| {} |\n", fmt::join(row(c), " | "));
        return out + fmt::format("\n{}\n", head("  \n"));
    }
    std::string json() const {
        auto const finite = [](double x) {
            return std::isfinite(x) ? nlohmann::ordered_json(x) : nlohmann::ordered_json();
        };
        nlohmann::ordered_json out{{"base", asked(options.base, options, options.base_only)},
                                   {"candidate", asked(options.candidate, options, options.candidate_only)},
                                   {"replications", options.replications},
                                   {"seed", seed},
                                   {"paired", !options.independent},
                                   {"alpha", thresholds.alpha},
                                   {"regression", any_regression(comparisons)},
                                   {"metrics", nlohmann::ordered_json::array()}};
        for (auto const& c : comparisons) {
            nlohmann::ordered_json one{{"name", info(c.metric).name},
                                       {"unit", info(c.metric).unit},
                                       {"meaning", info(c.metric).meaning},
                                       {"verdict", to_string(c.verdict)}};
            if (c.verdict != Verdict::no_data) {
                one["base"] = finite(c.base.value);
                one["candidate"] = finite(c.candidate.value);
                one["difference"] = finite(c.paired.difference.value);
                one["low"] = finite(c.paired.difference.low);
                one["high"] = finite(c.paired.difference.high);
                one["limit"] = finite(c.limit);
                one["p_holm"] = finite(c.adjusted_p);
                if (c.pairs) one["pairs_needed"] = *c.pairs;
            }
            out["metrics"].push_back(std::move(one));
        }
        return out.dump(2) + "\n";
    }
};

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
    bool const show = !options.quiet && ::isatty(STDERR_FILENO) != 0;
    auto const results = run_tasks(tasks, jobs, [&](std::size_t done) {
        if (show) fmt::print(stderr, "\r{} of {} runs\x1b[K", done, tasks.size());
        return interrupted == 0;
    });
    if (show) fmt::print(stderr, "\r\x1b[K");
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    if (interrupted != 0) {
        fmt::print(stderr, "interrupted: nothing is said from a part of the replications\n");
        return kExitInterrupted;
    }
    std::vector<Metrics> a, b;
    std::uint64_t violations = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
        (i % 2 == 0 ? a : b).push_back(results[i].metrics);
        violations += results[i].violations;
    }
    auto const comparisons = compare_runs(a, b, thresholds);
    Report const report{options, thresholds, seed, comparisons};
    fmt::print("{}", options.format == "json"       ? report.json()
                     : options.format == "markdown" ? report.markdown()
                                                    : report.text());
    if (violations != 0) {
        fmt::print(stderr, "the auditor found {} violations in these runs; `qkdes run` of the scenario shows them\n",
                   violations);
        return kExitAudit;
    }
    return any_regression(comparisons) ? kExitFellShort : kExitOk;
}

} // namespace qkdes
