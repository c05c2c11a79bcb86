#include "models/postprocessing/cv/reconciliation_cost.hpp"

#include "models/postprocessing/cv/modular_slices.hpp"
#include "sim/base/contracts.hpp"
#include "sim/base/distributions.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace qkdes {
namespace {

double normal_tail(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

/// By how much shorter frames than those measured are worse.
double shortness(double measured, std::size_t frame_symbols) {
    return std::sqrt(measured / static_cast<double>(frame_symbols));
}

struct Point {
    double at, value;
};

/// Linear in log(at) between points, constant beyond.
template <std::size_t N>
double interpolated(std::array<Point, N> const& points, double at) {
    double const x = std::log(std::clamp(at, points.front().at, points.back().at));
    std::size_t k = 0;
    while (k + 2 < N && x > std::log(points[k + 1].at))
        ++k;
    double const from = std::log(points[k].at), to = std::log(points[k + 1].at);
    return points[k].value + (points[k + 1].value - points[k].value) * (x - from) / (to - from);
}

double rotation_failures(double rate, double snr, std::size_t frame_symbols) {
    // Half of the frames of 1e6 fail at this efficiency. The dips are where one ensemble hands over to the next.
    static constexpr std::array<Point, 20> centres{
        {{0.0165, 0.957}, {0.050, 0.957},  {0.0628, 0.9555}, {0.0776, 0.952}, {0.0958, 0.947},
         {0.110, 0.948},  {0.1183, 0.943}, {0.1240, 0.942},  {0.1260, 0.926}, {0.1361, 0.937},
         {0.1462, 0.941}, {0.1681, 0.933}, {0.1935, 0.934},  {0.2077, 0.932}, {0.2228, 0.925},
         {0.2391, 0.921}, {0.2568, 0.920}, {0.275, 0.910},   {0.2954, 0.899}, {0.3402, 0.9076}}};
    static constexpr std::array<Point, 5> shorter{
        {{0.045, 0.010}, {0.065, 0.010}, {0.1, 0.0048}, {0.18, 0.0042}, {0.27, 0.001}}};
    double const centre =
        interpolated(centres, rate) - interpolated(shorter, rate) * (shortness(1e6, frame_symbols) - 1);
    double const width = 2.3 / std::sqrt(static_cast<double>(frame_symbols) * snr);
    return normal_tail((centre - rate / (0.5 * std::log2(1 + snr))) / width);
}

struct Equivocations {
    double first, second;
};
Equivocations equivocations(double cell) { return {cv::slice_equivocation(0, cell), cv::slice_equivocation(1, cell)}; }
/// When the noise is known.
Equivocations const& usual_equivocations() {
    static Equivocations const usual = equivocations(1);
    return usual;
}

/// Chance that either level fails; the others never do.
double slices_failures(cv::SliceShares const& shares, Equivocations const& h, std::size_t frame_symbols) {
    double const shorter = shortness(2e5, frame_symbols);
    double const wider = std::pow(shorter, 0.75);
    double const first = shares.first - 0.0153 - 0.0018 * (shorter - 1);
    double const second = 0.925 * shares.second - 0.001 * (shorter - 1);
    double const holds = (1 - normal_tail((first - h.first) / (0.0027 * wider))) *
                         (1 - normal_tail((second - h.second) / (0.0015 * wider)));
    return 1 - holds;
}

/// A root of a function that grows.
template <class F>
double root(double low, double high, F const& f) {
    for (int i = 0; i < 40; ++i) {
        double const middle = (low + high) / 2;
        (f(middle) < 0 ? low : high) = middle;
    }
    return low;
}

} // namespace

double cv_frame_error_rate(double snr, CvReconciliationMethod method, double beta, std::size_t frame_symbols) {
    QKDES_EXPECTS(method != CvReconciliationMethod::automatic && snr > 0 && frame_symbols > 0);
    if (method == CvReconciliationMethod::rotation)
        return rotation_failures(beta * 0.5 * std::log2(1 + snr), snr, frame_symbols);
    double const disclosed = cv::coded_share(snr, cv::slice_levels(snr), beta);
    return slices_failures(cv::slice_shares(disclosed, frame_symbols), usual_equivocations(), frame_symbols);
}

double cv_frame_error_rate(cv::ReconciliationPlan const& plan, CvChannelEstimate const& assumed,
                           CvChannelEstimate const& truth) {
    auto const share = [&](std::size_t level) {
        return static_cast<double>(plan.shapes[level].rows) / plan.shapes[level].columns;
    };
    if (plan.levels == 1) return rotation_failures(1 - share(0), truth.snr(), plan.frame_symbols());
    double const cell = std::sqrt(assumed.noise_variance / truth.noise_variance);
    return slices_failures({share(0), share(1)}, equivocations(cell), plan.frame_symbols());
}

double cv_reconciliation_beta(double snr, CvReconciliationMethod method, double frame_error_rate,
                              std::size_t frame_symbols) {
    QKDES_EXPECTS(method != CvReconciliationMethod::automatic && frame_error_rate > 0 && frame_error_rate < 1);
    double const lowest = 0.3, highest = 1;
    if (method == CvReconciliationMethod::rotation)
        return root(lowest, highest, [&](double beta) {
            return cv_frame_error_rate(snr, method, beta, frame_symbols) - frame_error_rate;
        });
    // What is disclosed decides, whatever the SNR.
    double const disclosed = root(0.6, 1.0, [&](double share) {
        return frame_error_rate -
               slices_failures(cv::slice_shares(share, frame_symbols), usual_equivocations(), frame_symbols);
    });
    return std::clamp(cv::beta_of_share(snr, disclosed), lowest, highest);
}

CvReconciliationCost draw_cv_reconciliation_cost(std::uint64_t symbols, CvReconciliationParameters const& parameters,
                                                 RngStream& rng) {
    CvReconciliationParameters const p = cv::filled_in(parameters);
    cv::ReconciliationPlan const plan = cv::make_plan(p);
    double const capacity = p.channel.capacity();
    CvReconciliationCost cost;
    cost.beta = plan.beta(capacity);
    cost.frames = symbols / plan.frame_symbols();
    cost.failed_frames = sample_binomial(rng, cost.frames, cv_frame_error_rate(plan, p.channel, p.channel));
    std::uint64_t const kept = cost.frames - cost.failed_frames;
    cost.symbols = kept * plan.frame_symbols();
    cost.leaked = kept * plan.leaked();
    cost.raw_entropy = static_cast<double>(kept) * plan.raw_entropy();
    return cost;
}

} // namespace qkdes
