#include "sim/study/comparison.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>

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
                                           Thresholds const& thresholds) {
    QKDES_EXPECTS(base.size() == candidate.size());
    std::vector<MetricComparison> out;
    std::vector<double> p_values;
    for (std::size_t m = 0; m < kMetrics; ++m) {
        std::vector<double> a, b;
        for (std::size_t i = 0; i < base.size(); ++i) {
            if (std::isnan(base[i][m]) || std::isnan(candidate[i][m])) continue;
            a.push_back(base[i][m]);
            b.push_back(candidate[i][m]);
        }
        MetricComparison c;
        c.metric = static_cast<Metric>(m);
        if (a.size() >= 2) {
            double const confidence = 1 - thresholds.alpha;
            c.verdict = Verdict::undecided;
            c.base = mean_estimate(a, confidence);
            c.candidate = mean_estimate(b, confidence);
            c.paired = paired_difference(a, b, confidence);
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

} // namespace qkdes
