#include "sim/study/statistics.hpp"

#include "sim/base/contracts.hpp"
#include "sim/base/moments.hpp"

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace qkdes {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double student(std::size_t degrees, double probability) {
    return boost::math::quantile(boost::math::students_t{static_cast<double>(degrees)}, probability);
}

} // namespace

Estimate mean_estimate(std::span<double const> values, double confidence) {
    QKDES_EXPECTS(!values.empty() && confidence > 0 && confidence < 1);
    auto const [mean, spread] = moments(values);
    if (values.size() == 1) return {mean, -kInfinity, kInfinity, 1};
    double const half =
        student(values.size() - 1, (1 + confidence) / 2) * spread / std::sqrt(static_cast<double>(values.size()));
    return {mean, mean - half, mean + half, values.size()};
}

Estimate quantile_estimate(std::span<double const> values, double p, double confidence) {
    QKDES_EXPECTS(!values.empty() && p > 0 && p < 1 && confidence > 0 && confidence < 1);
    std::vector<double> sorted{values.begin(), values.end()};
    std::sort(sorted.begin(), sorted.end());
    std::size_t const n = sorted.size();
    auto const at = static_cast<std::size_t>(std::ceil(p * static_cast<double>(n)));
    Estimate out{sorted[std::max<std::size_t>(at, 1) - 1], -kInfinity, kInfinity, n};
    // Half of what may go wrong on each side: x(l) lies below the quantile unless B < l, x(u) above unless B >= u.
    boost::math::binomial_distribution<> const below{static_cast<double>(n), p};
    double const tail = (1 - confidence) / 2;
    for (std::size_t l = at; l >= 1; --l) {
        if (boost::math::cdf(below, static_cast<double>(l - 1)) <= tail) {
            out.low = sorted[l - 1];
            break;
        }
    }
    for (std::size_t u = at; u <= n; ++u) {
        if (u >= 1 && boost::math::cdf(boost::math::complement(below, static_cast<double>(u - 1))) <= tail) {
            out.high = sorted[u - 1];
            break;
        }
    }
    return out;
}

Estimate batch_mean_estimate(std::span<double const> values, std::size_t batches, double confidence) {
    QKDES_EXPECTS(batches >= 2 && values.size() >= batches);
    std::size_t const length = values.size() / batches;
    values = values.last(length * batches);
    std::vector<double> means;
    for (std::size_t b = 0; b < batches; ++b)
        means.push_back(moments(values.subspan(b * length, length)).mean);
    Estimate out = mean_estimate(means, confidence);
    out.count = values.size();
    return out;
}

std::size_t warm_up(std::span<double const> values) {
    constexpr std::size_t kBatch = 5;
    std::size_t const batches = values.size() / kBatch;
    if (batches < 4) return 0;
    std::vector<double> means;
    for (std::size_t b = 0; b < batches; ++b)
        means.push_back(moments(values.subspan(b * kBatch, kBatch)).mean);
    std::size_t best = 0;
    double least = kInfinity;
    for (std::size_t cut = 0; cut <= batches / 2; ++cut) {
        auto const rest = std::span<double const>{means}.subspan(cut);
        auto const n = static_cast<double>(rest.size());
        double const spread = moments(rest).deviation;
        double const error = spread * spread * (n - 1) / (n * n);
        if (error < least) {
            least = error;
            best = cut;
        }
    }
    return best * kBatch;
}

PairedDifference paired_difference(std::span<double const> base, std::span<double const> candidate, double confidence) {
    QKDES_EXPECTS(base.size() == candidate.size() && base.size() >= 2);
    std::vector<double> differences;
    for (std::size_t i = 0; i < base.size(); ++i)
        differences.push_back(candidate[i] - base[i]);
    PairedDifference out;
    out.difference = mean_estimate(differences, confidence);
    auto const [mean, spread] = moments(differences);
    out.spread = spread;
    if (spread == 0) {
        out.p_value = mean == 0 ? 1 : 0;
        return out;
    }
    double const t = std::abs(mean) / (spread / std::sqrt(static_cast<double>(base.size())));
    boost::math::students_t const law{static_cast<double>(base.size() - 1)};
    out.p_value = std::min(1.0, 2 * boost::math::cdf(boost::math::complement(law, t)));
    return out;
}

Correlation correlation(std::span<double const> x, std::span<double const> y) {
    QKDES_EXPECTS(x.size() == y.size() && x.size() >= 3);
    auto const n = static_cast<double>(x.size());
    double mean_x = 0, mean_y = 0, xx = 0, xy = 0, yy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        mean_x += x[i] / n;
        mean_y += y[i] / n;
    }
    for (std::size_t i = 0; i < x.size(); ++i) {
        xx += (x[i] - mean_x) * (x[i] - mean_x);
        xy += (x[i] - mean_x) * (y[i] - mean_y);
        yy += (y[i] - mean_y) * (y[i] - mean_y);
    }
    if (xx <= 0 || yy <= 0) return {};
    double const r = std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0);
    if (1 - r * r <= 0) return {r, 0};
    double const t = std::abs(r) * std::sqrt((n - 2) / (1 - r * r));
    boost::math::students_t const law{n - 2};
    return {r, std::min(1.0, 2 * boost::math::cdf(boost::math::complement(law, t)))};
}

PairedDifference independent_difference(std::span<double const> base, std::span<double const> candidate,
                                        double confidence) {
    QKDES_EXPECTS(base.size() >= 2 && candidate.size() >= 2);
    auto const [a, sa] = moments(base);
    auto const [b, sb] = moments(candidate);
    auto const n = static_cast<double>(base.size()), m = static_cast<double>(candidate.size());
    double const u = sa * sa / n, v = sb * sb / m, error = std::sqrt(u + v);
    PairedDifference out;
    out.difference = {b - a, b - a, b - a, std::min(base.size(), candidate.size())};
    out.spread = std::sqrt(sa * sa + sb * sb);
    if (error == 0) {
        out.p_value = a == b ? 1 : 0;
        return out;
    }
    boost::math::students_t const law{(u + v) * (u + v) / (u * u / (n - 1) + v * v / (m - 1))};
    double const half = boost::math::quantile(law, (1 + confidence) / 2) * error;
    out.difference.low -= half;
    out.difference.high += half;
    out.p_value = std::min(1.0, 2 * boost::math::cdf(boost::math::complement(law, std::abs(b - a) / error)));
    return out;
}

std::vector<double> holm(std::span<double const> p_values) {
    std::vector<std::size_t> order(p_values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return p_values[a] < p_values[b]; });
    std::vector<double> adjusted(p_values.size());
    double least = 0;
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
        least = std::max(least, static_cast<double>(order.size() - rank) * p_values[order[rank]]);
        adjusted[order[rank]] = std::min(1.0, least);
    }
    return adjusted;
}

std::optional<std::size_t> pairs_needed(double difference, double spread, double alpha, double power) {
    QKDES_EXPECTS(spread >= 0 && alpha > 0 && alpha < 1 && power > 0 && power < 1);
    if (difference == 0) return std::nullopt;
    double const ratio = spread / std::abs(difference);
    auto const enough = [&](std::size_t n) {
        double const needed = student(n - 1, 1 - alpha / 2) + student(n - 1, power);
        return std::sqrt(static_cast<double>(n)) >= needed * ratio;
    };
    constexpr std::size_t kMost = 1'000'000;
    std::size_t low = 2, high = kMost;
    if (!enough(high)) return std::nullopt;
    while (low < high) { // more pairs never hurt: Student's quantiles fall with n
        std::size_t const middle = low + (high - low) / 2;
        if (enough(middle))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

} // namespace qkdes
