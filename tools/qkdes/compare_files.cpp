#include "tools/qkdes/compare_files.hpp"

#include "sim/record/compare.hpp"
#include "sim/record/reader.hpp"
#include "tools/qkdes/compare_report.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/thresholds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <set>

namespace qkdes {

namespace {

/// The runs in a results file.
struct Runs {
    std::vector<std::string> seeds; ///< as texts: they have 64 bits
    std::vector<Metrics> metrics;
    std::vector<Recoveries> recoveries;
};

/// Nothing when the file has no replications that can be read: then it is only equal or not.
std::optional<Runs> read_runs(std::string const& path) {
    auto file = ResultsReader::open(path);
    if (!file) return {};
    auto const column = [&](char const* name) {
        auto texts = file.value().texts(std::string{"/replications/"} + name);
        return texts ? texts.value() : std::vector<std::string>{};
    };
    auto const run = column("replication"), seed = column("seed"), of = column("of"), figure = column("figure");
    auto const values = file.value().numbers("/replications/value");
    if (run.empty() || !values) return {};
    auto const& value = values.value();
    if (seed.size() != run.size() || of.size() != run.size() || figure.size() != run.size() ||
        value.size() != run.size())
        return {};
    Runs out;
    for (std::size_t i = 0; i < run.size(); ++i) {
        if (i == 0 || run[i] != run[i - 1]) {
            out.seeds.push_back(seed[i]);
            out.metrics.emplace_back().fill(std::numeric_limits<double>::quiet_NaN());
            out.recoveries.emplace_back();
        }
        constexpr std::string_view kFault = "fault ";
        if (of[i] == "network") {
            for (std::size_t m = 0; m < kMetrics; ++m)
                if (figure[i] == info(static_cast<Metric>(m)).name) out.metrics.back()[m] = value[i];
        } else if (of[i].starts_with(kFault) && figure[i] == "recovery") {
            out.recoveries.back().push_back({of[i].substr(kFault.size()), value[i]});
        }
    }
    return out;
}

/// In the order of the seeds.
void sort_by_seed(Runs& runs) {
    std::vector<std::size_t> order(runs.seeds.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](auto i) { return runs.seeds[i]; });
    Runs sorted;
    for (auto const i : order) {
        sorted.seeds.push_back(std::move(runs.seeds[i]));
        sorted.metrics.push_back(runs.metrics[i]);
        sorted.recoveries.push_back(std::move(runs.recoveries[i]));
    }
    runs = std::move(sorted);
}

CompareReport report_of(CompareRunsOptions const& options, Runs base, Runs candidate, Thresholds const& thresholds) {
    if (base.seeds != candidate.seeds) { // in the files' own order where it is the same: sums round as they did
        sort_by_seed(base);
        sort_by_seed(candidate);
    }
    bool const distinct = std::set(base.seeds.begin(), base.seeds.end()).size() == base.seeds.size();
    bool const paired = !options.independent && distinct && base.seeds == candidate.seeds;
    Pairing const pairing = paired ? Pairing::paired : Pairing::independent;
    std::uint64_t const n = base.seeds.size(), m = candidate.seeds.size();
    CompareReport report;
    report.base = options.base;
    report.candidate = options.candidate;
    std::string const seeds = n == 1 ? "the same seed" : "the same seeds";
    if (n == 1 || m == 1)
        report.how = fmt::format("{} and {} run{}{}: differences without a verdict", n, m, m == 1 ? "" : "s",
                                 paired ? " of " + seeds : "");
    else if (paired)
        report.how = fmt::format("{} pairs of replications, paired by seed", n);
    else
        report.how = fmt::format("{} and {} replications of different seeds: compared as independent samples", n, m);
    report.facts = {{"runs_base", n}, {"runs_candidate", m}, {"paired", paired}};
    report.alpha = thresholds.alpha;
    report.comparisons = compare_runs(base.metrics, candidate.metrics, thresholds, pairing);
    report.recoveries = compare_recoveries(base.recoveries, candidate.recoveries, 1 - thresholds.alpha, pairing);
    return report;
}

void print_differences(std::vector<Difference> const& differences, CompareRunsOptions const& options) {
    constexpr std::size_t kShown = 20;
    for (std::size_t i = 0; i < std::min(kShown, differences.size()); ++i)
        fmt::print("{}\n", to_string(differences[i]));
    fmt::print("{} differences between {} and {}\n", differences.size(), options.base, options.candidate);
}

} // namespace

std::optional<CompareReport> comparison_of_files(std::string const& base, std::string const& candidate) {
    auto of_base = read_runs(base), of_candidate = read_runs(candidate);
    if (!of_base || !of_candidate) return {};
    CompareRunsOptions options;
    options.base = base;
    options.candidate = candidate;
    return report_of(options, std::move(*of_base), std::move(*of_candidate), Thresholds{});
}

int compare_files(CompareRunsOptions const& options) {
    auto const differences = compare_results(options.base, options.candidate);
    if (!differences) {
        fmt::print(stderr, "{}\n", to_string(differences.error()));
        return kExitIo;
    }
    if (differences.value().empty()) {
        fmt::print("equal: {} and {} say the same in every table, column and value\n", options.base, options.candidate);
        return kExitOk;
    }
    Thresholds thresholds;
    if (!options.thresholds.empty()) {
        int code = kExitOk;
        auto const loaded = load_thresholds(options.thresholds, code);
        if (!loaded) return code;
        thresholds = *loaded;
    }
    auto base = read_runs(options.base), candidate = read_runs(options.candidate);
    if (!base || !candidate) {
        print_differences(differences.value(), options);
        return kExitFellShort;
    }
    bool const judged = base->seeds.size() > 1 && candidate->seeds.size() > 1;
    if (!judged && options.format == "text") {
        print_differences(differences.value(), options);
        fmt::print("\n");
    }
    auto const report = report_of(options, std::move(*base), std::move(*candidate), thresholds);
    fmt::print("{}", report.as(options.format));
    return !judged || any_regression(report.comparisons) ? kExitFellShort : kExitOk;
}

} // namespace qkdes
