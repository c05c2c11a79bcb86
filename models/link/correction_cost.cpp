#include "models/link/correction_cost.hpp"

#include "models/link/binary_entropy.hpp"
#include "models/link/cascade_cost.hpp"
#include "models/link/small_math.hpp"
#include "models/postprocessing/ldpc/frame_plan.hpp"
#include "sim/base/distributions.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace qkdes {
namespace {

/// A figure against the error rate; linear in its logarithm in between, constant outside.
struct Point {
    double q, value;
};
double read(std::span<Point const> curve, double q) {
    if (q <= curve.front().q) return curve.front().value;
    for (std::size_t i = 1; i < curve.size(); ++i) {
        if (q > curve[i].q) continue;
        double const part = portable_log(q / curve[i - 1].q) / portable_log(curve[i].q / curve[i - 1].q);
        return curve[i - 1].value + part * (curve[i].value - curve[i - 1].value);
    }
    return curve.back().value;
}

// The classical Cascades.
struct Classical {
    std::array<Point, 6> f;             ///< of a frame without end
    std::array<Point, 6> rounds;        ///< at 1e4 bits
    std::array<Point, 6> rounds_decade; ///< more for ten times the bits
    double overhead;                    ///< bits a frame
    double scatter_floor, scatter_bulk; ///< variance of the leak: bits^2 a frame, and per bit of entropy
    double rounds_deviation;            ///< over the mean, of one frame
    double residual;                    ///< frames left with an error
    unsigned least_rounds;
};
constexpr Classical kOriginal{
    {{{0.004, 1.122}, {0.01, 1.137}, {0.03, 1.170}, {0.05, 1.180}, {0.08, 1.215}, {0.11, 1.238}}},
    {{{0.004, 45}, {0.01, 49}, {0.03, 51.6}, {0.05, 46.6}, {0.08, 49.4}, {0.11, 42}}},
    {{{0.004, 30}, {0.01, 26}, {0.03, 17}, {0.05, 17}, {0.08, 14}, {0.11, 11.5}}},
    0,
    0,
    0.16,
    0.22,
    2e-4,
    4};
constexpr Classical kBiconf{
    {{{0.004, 1.045}, {0.01, 1.0517}, {0.03, 1.0597}, {0.05, 1.0731}, {0.08, 1.0908}, {0.11, 1.1009}}},
    {{{0.004, 83}, {0.01, 99}, {0.03, 113}, {0.05, 118}, {0.08, 117}, {0.11, 118}}},
    {{{0.004, 84}, {0.01, 71}, {0.03, 58}, {0.05, 52}, {0.08, 38}, {0.11, 55}}},
    24,
    100,
    0.20,
    0.27,
    1.2e-3,
    12};

CorrectionCost classical_cost(Classical const& fit, double n, double errors, double frames, RngStream& rng) {
    CorrectionCost cost;
    double const q = errors / n, limit = n * binary_entropy(q), clamped = std::clamp(q, 1e-6, 0.5);
    double const deviation = std::sqrt(fit.scatter_floor * frames + fit.scatter_bulk * limit);
    double const leak = limit * read(fit.f, clamped) + fit.overhead * frames + deviation * sample_normal(rng);
    cost.leaked = static_cast<std::uint64_t>(std::clamp(std::nearbyint(leak), std::min(limit, n), n));
    double const decades = portable_log(n / frames) * 0x1.bcb7b1526e50ep-2 - 4;
    double const mean = std::max(10.0, read(fit.rounds, clamped) + decades * read(fit.rounds_decade, clamped));
    double const beta = fit.rounds_deviation * mean * 0.7797; // Gumbel: deviation = beta pi / sqrt 6
    double const gumbel = -portable_log(-portable_log(rng.uniform()));
    double const rounds = mean + beta * (gumbel - 0.5772 + portable_log(frames));
    cost.round_trips = static_cast<std::uint32_t>(std::clamp(rounds, static_cast<double>(fit.least_rounds), 1e6));
    cost.frames = static_cast<std::uint64_t>(frames);
    cost.all_correct = sample_binomial(rng, cost.frames, fit.residual) == 0;
    return cost;
}

// LDPC.
constexpr std::array<Point, 7> kThreshold{
    {{0.004, 1.141}, {0.008, 1.0935}, {0.015, 1.0805}, {0.03, 1.072}, {0.05, 1.069}, {0.08, 1.076}, {0.11, 1.086}}};
constexpr double kFewIterations = 0.003; ///< more that `fast` needs
constexpr double kFiniteSize = 49, kDeviation = 1.17;
constexpr double kWorthOfAsked = 1.33; ///< bits of the syndrome that one bit told on request stands for
constexpr double kShortResidual = 1e-3, kLongResidual = 1e-5; ///< frames left with an error: codes of few rows, others
constexpr std::uint32_t kFewRows = 20, kEvenSteps = 6;

/// Bits that a frame needs.
double draw_need(double n, double errors, ldpc::Effort effort, RngStream& rng) {
    double const q = std::min(errors / n, 0.5), limit = n * binary_entropy(q);
    if (limit <= 0) return 0;
    double const g = read(kThreshold, q) + (effort == ldpc::Effort::fast ? kFewIterations : 0) + kFiniteSize / limit;
    return limit * g + kDeviation * std::sqrt(limit) * sample_normal(rng);
}

CorrectionCost ldpc_cost(ldpc::Effort effort, std::uint64_t bits, std::uint64_t errors, std::uint64_t frames,
                         double qber_estimate, RngStream& rng) {
    CorrectionCost cost;
    cost.frames = frames;
    std::uint64_t const all_bits = bits, longer = bits % frames;
    ldpc::FramePlan plan;
    std::uint64_t residual_frames[2] = {0, 0};
    for (std::uint64_t f = 0; f < frames; ++f) {
        std::uint64_t const size = all_bits / frames + (f < longer);
        if (plan.frame_bits != size) plan = ldpc::plan_frame_without_code(size, qber_estimate, effort);
        std::uint64_t const here =
            size == bits ? errors : sample_binomial(rng, errors, static_cast<double>(size) / static_cast<double>(bits));
        std::uint64_t const wrong = std::min(here, size);
        errors -= here;
        bits -= size;
        std::uint64_t leak = plan.disclosed ? size : plan.syndrome_bits() - plan.punctured;
        std::uint32_t trips = 1;
        if (!plan.disclosed) {
            double const need = draw_need(static_cast<double>(size), static_cast<double>(wrong), effort, rng);
            std::uint64_t step = plan.step;
            bool given_up = false;
            for (double have = static_cast<double>(leak); have < need && !given_up;) {
                given_up = leak + step > size;
                if (given_up) break;
                leak += step;
                have += kWorthOfAsked * static_cast<double>(step);
                if (++trips > kEvenSteps) step += step / 2;
            }
            cost.failed_frames += given_up;
            cost.lost_bits += given_up ? size : 0;
            cost.lost_errors += given_up ? wrong : 0;
            ++residual_frames[plan.rows >= kFewRows];
        }
        cost.leaked += leak;
        cost.round_trips = std::max(cost.round_trips, trips);
    }
    cost.all_correct = sample_binomial(rng, residual_frames[0], kShortResidual) == 0 &&
                       sample_binomial(rng, residual_frames[1], kLongResidual) == 0;
    return cost;
}

} // namespace

CorrectionCost draw_correction_cost(CorrectionMethod method, std::uint64_t bits, std::uint64_t errors,
                                    std::uint64_t frame_bits, double qber_estimate, RngStream& rng) {
    if (bits == 0) return {};
    double const n = static_cast<double>(bits);
    double const frames = std::max(1.0, std::nearbyint(n / static_cast<double>(frame_bits)));
    switch (method) {
    case CorrectionMethod::cascade: {
        CascadeCost const cost = draw_cascade_cost(bits, errors, frame_bits, qber_estimate, rng);
        return {cost.leaked, cost.round_trips, static_cast<std::uint64_t>(frames), 0, 0, 0, cost.all_correct};
    }
    case CorrectionMethod::cascade_original:
        return classical_cost(kOriginal, n, static_cast<double>(errors), frames, rng);
    case CorrectionMethod::cascade_biconf:
        return classical_cost(kBiconf, n, static_cast<double>(errors), frames, rng);
    case CorrectionMethod::ldpc:
        return ldpc_cost(ldpc::Effort::fast, bits, errors, static_cast<std::uint64_t>(frames), qber_estimate, rng);
    case CorrectionMethod::ldpc_best:
        break;
    }
    return ldpc_cost(ldpc::Effort::best, bits, errors, static_cast<std::uint64_t>(frames), qber_estimate, rng);
}

} // namespace qkdes
