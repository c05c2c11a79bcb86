#include "sim/study/comparison.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace qkdes {

std::string_view to_string(Verdict verdict) {
    static constexpr std::string_view names[] = {"REGRESSION", "better", "small", "same", "undecided", "no data"};
    return names[static_cast<std::size_t>(verdict)];
}

namespace {

Verdict decide(MetricComparison const& c, double alpha) {
    double const d = c.paired.difference.value;
    if (c.adjusted_p <= alpha) {
        if (std::abs(d) <= c.limit) return Verdict::small;
        return (d > 0) == info(c.metric).more_is_better ? Verdict::better : Verdict::regression;
    }
    Estimate const& e = c.paired.difference;
    return e.low >= -c.limit && e.high <= c.limit ? Verdict::same : Verdict::undecided;
}

} // namespace

std::vector<MetricComparison> compare_runs(std::span<Metrics const> base, std::span<Metrics const> candidate,
                                           Thresholds const& thresholds, Pairing pairing) {
    QKDES_EXPECTS(pairing == Pairing::independent || base.size() == candidate.size());
    std::vector<MetricComparison> out;
    std::vector<double> p_values;
    for (std::size_t m = 0; m < kMetrics; ++m) {
        std::vector<double> a, b;
        if (pairing == Pairing::paired) {
            for (std::size_t i = 0; i < base.size(); ++i) {
                if (std::isnan(base[i][m]) || std::isnan(candidate[i][m])) continue;
                a.push_back(base[i][m]);
                b.push_back(candidate[i][m]);
            }
        } else {
            for (auto const& run : base)
                if (!std::isnan(run[m])) a.push_back(run[m]);
            for (auto const& run : candidate)
                if (!std::isnan(run[m])) b.push_back(run[m]);
        }
        MetricComparison c;
        c.metric = static_cast<Metric>(m);
        double const confidence = 1 - thresholds.alpha;
        if (!a.empty() && !b.empty()) { // of single runs the difference can still be shown
            c.base = mean_estimate(a, confidence);
            c.candidate = mean_estimate(b, confidence);
            c.paired.difference = {c.candidate.value - c.base.value, 0, 0, 1};
        }
        if (a.size() >= 2 && b.size() >= 2) {
            c.verdict = Verdict::undecided;
            c.paired = pairing == Pairing::paired ? paired_difference(a, b, confidence)
                                                  : independent_difference(a, b, confidence);
            c.limit = thresholds.share[m] * (c.base.value == 0 ? 1 : std::abs(c.base.value));
            p_values.push_back(c.paired.p_value);
        }
        out.push_back(c);
    }
    std::vector<double> const adjusted = holm(p_values);
    std::size_t next = 0;
    for (auto& c : out) {
        if (c.verdict == Verdict::no_data) continue;
        c.adjusted_p = adjusted[next++];
        c.verdict = decide(c, thresholds.alpha);
        if (c.verdict == Verdict::undecided)
            c.pairs = pairs_needed(c.limit, c.paired.spread, thresholds.alpha / static_cast<double>(p_values.size()));
    }
    return out;
}

bool any_regression(std::span<MetricComparison const> comparisons) {
    return std::any_of(comparisons.begin(), comparisons.end(),
                       [](auto const& c) { return c.verdict == Verdict::regression; });
}

std::vector<RecoveryComparison> compare_recoveries(std::span<Recoveries const> base,
                                                   std::span<Recoveries const> candidate, double confidence,
                                                   Pairing pairing) {
    QKDES_EXPECTS(!base.empty() && !candidate.empty());
    QKDES_EXPECTS(pairing == Pairing::independent || base.size() == candidate.size());
    // By title, and by turn among equal titles.
    auto const times = [](std::span<Recoveries const> runs, std::string const& fault, std::size_t turn) {
        std::vector<double> out;
        for (auto const& run : runs) {
            std::size_t seen = 0;
            for (auto const& each : run)
                if (each.fault == fault && seen++ == turn) out.push_back(each.seconds);
        }
        return out;
    };
    std::vector<RecoveryComparison> out;
    std::map<std::string, std::size_t> turns;
    for (auto const& [fault, unused] : base.front()) {
        std::size_t const turn = turns[fault]++;
        auto const a = times(base, fault, turn), b = times(candidate, fault, turn);
        if (a.size() != base.size() || b.size() != candidate.size()) continue;
        RecoveryComparison c{fault, mean_estimate(a, confidence), mean_estimate(b, confidence), {}};
        if (a.size() >= 2 && b.size() >= 2)
            c.difference = pairing == Pairing::paired ? paired_difference(a, b, confidence)
                                                      : independent_difference(a, b, confidence);
        else
            c.difference.difference.value = c.candidate.value - c.base.value;
        out.push_back(std::move(c));
    }
    return out;
}

} // namespace qkdes
