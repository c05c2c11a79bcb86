#include "models/service/service_fit.hpp"

#include "sim/base/contracts.hpp"
#include "sim/base/distributions.hpp"
#include "sim/base/portable_math.hpp"
#include "sim/base/rng.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>

namespace qkdes {

namespace {

constexpr std::size_t kDraws = 20'000;
using Point = std::array<double, 4>; ///< ln median, ln spread, logit of stall, ln stall_mean

struct Draws {
    std::vector<double> normal, exponential, uniform;
    Draws() {
        RngStream rng{0, "service/fit"};
        for (std::size_t i = 0; i < kDraws; ++i) {
            normal.push_back(sample_normal(rng));
            exponential.push_back(sample_exponential(rng));
            uniform.push_back(rng.uniform());
        }
    }
};

ServiceParameters parameters_at(Point const& x) {
    return {portable_exp(x[0]), portable_exp(x[1]), 1 / (1 + portable_exp(-x[2])), portable_exp(x[3])};
}

double squared_log(double ratio) { return std::log(ratio) * std::log(ratio); }

/// Reflect, expand, contract, shrink, with the usual coefficients.
Point nelder_mead(std::function<double(Point const&)> const& cost, Point const& start, double size, int steps) {
    struct Vertex {
        Point at;
        double cost;
    };
    std::array<Vertex, 5> simplex{};
    for (std::size_t i = 0; i < 5; ++i) {
        simplex[i].at = start;
        if (i > 0) simplex[i].at[i - 1] += size;
        simplex[i].cost = cost(simplex[i].at);
    }
    auto const by_cost = [](Vertex const& a, Vertex const& b) { return a.cost < b.cost; };
    for (int step = 0; step < steps; ++step) {
        std::stable_sort(simplex.begin(), simplex.end(), by_cost);
        Vertex& worst = simplex.back();
        Point centre{};
        for (std::size_t i = 0; i < 4; ++i)
            for (std::size_t k = 0; k < 4; ++k)
                centre[k] += simplex[i].at[k] / 4;
        auto const towards = [&](double factor) {
            Vertex v{};
            for (std::size_t k = 0; k < 4; ++k)
                v.at[k] = centre[k] + factor * (worst.at[k] - centre[k]);
            v.cost = cost(v.at);
            return v;
        };
        Vertex const reflected = towards(-1);
        if (reflected.cost < simplex[0].cost) {
            Vertex const expanded = towards(-2);
            worst = expanded.cost < reflected.cost ? expanded : reflected;
        } else if (reflected.cost < simplex[3].cost) {
            worst = reflected;
        } else {
            Vertex const contracted = towards(reflected.cost < worst.cost ? -0.5 : 0.5);
            if (contracted.cost < std::min(worst.cost, reflected.cost)) {
                worst = contracted;
            } else {
                for (std::size_t i = 1; i < 5; ++i) {
                    for (std::size_t k = 0; k < 4; ++k)
                        simplex[i].at[k] = (simplex[i].at[k] + simplex[0].at[k]) / 2;
                    simplex[i].cost = cost(simplex[i].at);
                }
            }
        }
    }
    return std::min_element(simplex.begin(), simplex.end(), by_cost)->at;
}

LatencyStatistics statistics_of(ServiceParameters const& p, std::size_t count) {
    static Draws const draws;
    std::vector<double> latencies(count);
    for (std::size_t i = 0; i < count; ++i) {
        latencies[i] = p.median * portable_exp(p.spread * draws.normal[i]);
        if (draws.uniform[i] < p.stall) latencies[i] += p.stall_mean * draws.exponential[i];
    }
    return latency_statistics(latencies);
}

} // namespace

LatencyStatistics model_statistics(ServiceParameters const& parameters) { return statistics_of(parameters, kDraws); }

ServiceFit fit_service(LatencyStatistics const& measured) {
    QKDES_EXPECTS(measured.median > 0 && measured.jitter_median > 0 && measured.jitter_p95 > 0 &&
                  measured.rolling_std_p95 > 0);
    std::size_t draws = kDraws / 5; // to find the valley; all of them for its lowest point
    auto const cost = [&](Point const& x) {
        constexpr double kMedianCounts = 25;
        LatencyStatistics const model = statistics_of(parameters_at(x), draws);
        return kMedianCounts * squared_log(model.median / measured.median) +
               squared_log(model.jitter_median / measured.jitter_median) +
               squared_log(model.jitter_p95 / measured.jitter_p95) +
               squared_log(model.rolling_std_p95 / measured.rolling_std_p95) +
               (measured.mean > 0 ? kMedianCounts * squared_log(model.mean / measured.mean) : 0) +
               (measured.p99 > 0 ? squared_log(model.p99 / measured.p99) : 0);
    };
    // The median of |N1 - N2| is 0.954: where the body alone makes the median jitter.
    double const body = std::log(measured.jitter_median / measured.median / 0.954);
    Point best{};
    double least = 0;
    bool found = false;
    for (double const logit : {-1.0, -3.5}) {
        for (double const stall : {0.2, 1.0}) {
            Point const start{std::log(measured.median), body, logit, std::log(measured.median * stall)};
            Point const end = nelder_mead(cost, start, 0.4, 120);
            double const reached = cost(end);
            if (!found || reached < least) {
                best = end;
                least = reached;
                found = true;
            }
        }
    }
    draws = kDraws;
    // A simplex that has collapsed too early begins anew around its best point.
    for (double const size : {0.3, 0.1})
        best = nelder_mead(cost, best, size, 80);
    ServiceFit fit{parameters_at(best), {}, 1};
    fit.fitted = model_statistics(fit.parameters);
    for (double const ratio :
         {fit.fitted.median / measured.median, fit.fitted.jitter_median / measured.jitter_median,
          fit.fitted.jitter_p95 / measured.jitter_p95, fit.fitted.rolling_std_p95 / measured.rolling_std_p95})
        if (std::abs(std::log(ratio)) > std::abs(std::log(fit.worst))) fit.worst = ratio;
    return fit;
}

double drift_of_runs(std::span<double const> medians, double requests, double spread) {
    QKDES_EXPECTS(requests > 0);
    if (medians.size() < 2) return 0;
    std::vector<double> logs;
    for (double const m : medians) {
        QKDES_EXPECTS(m > 0);
        logs.push_back(std::log(m));
    }
    auto const n = static_cast<double>(logs.size());
    double const mean = std::accumulate(logs.begin(), logs.end(), 0.0) / n;
    double variance = 0;
    for (double const l : logs)
        variance += (l - mean) * (l - mean) / (n - 1);
    // A median of n normal values has variance pi/2 sigma^2/n.
    double const sampling = std::numbers::pi / 2 * spread * spread / requests;
    return std::sqrt(std::max(0.0, variance - sampling));
}

} // namespace qkdes
