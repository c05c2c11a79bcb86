#include "models/postprocessing/cv/reconciliation_cost.hpp"

#include "models/postprocessing/cv/reconciliation_plan.hpp"
#include "sim/base/contracts.hpp"
#include "sim/base/distributions.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace qkdes {
namespace {

/// Where half of the frames fail, and the spread about it, of whatever coordinate failures depend on.
struct Waterfall {
    double centre, width;
};

/// rotation: in efficiency. Frames of 1e6; shorter ones lose as 1/sqrt(length).
Waterfall rotation_waterfall(double snr, std::size_t frame_symbols) {
    struct Point {
        double snr, beta;
    };
    static constexpr std::array<Point, 7> measured{{{0.031, 0.9540},
                                                    {0.06, 0.9500},
                                                    {0.1, 0.9480},
                                                    {0.14, 0.9520},
                                                    {0.2, 0.9390},
                                                    {0.3, 0.9340},
                                                    {0.4619, 0.9225}}};
    double const at = std::log(std::clamp(snr, measured.front().snr, measured.back().snr));
    std::size_t k = 0;
    while (k + 2 < measured.size() && at > std::log(measured[k + 1].snr))
        ++k;
    double const from = std::log(measured[k].snr), to = std::log(measured[k + 1].snr);
    double const centre = measured[k].beta + (measured[k + 1].beta - measured[k].beta) * (at - from) / (to - from);
    // Above the last point the limit of eight dimensions falls by about .08 per unit of SNR.
    double const beyond = 0.08 * std::max(0.0, snr - measured.back().snr);
    double const shorter = std::sqrt(1e6 / static_cast<double>(frame_symbols));
    return {centre - beyond - 0.0045 * (shorter - 1), (snr < 0.08 ? 0.008 : 0.004) * std::sqrt(shorter)};
}

/// slices: in what the first level discloses, whatever the SNR. Frames of 2e5.
Waterfall slices_waterfall(std::size_t frame_symbols) {
    double const shorter = std::sqrt(2e5 / static_cast<double>(frame_symbols));
    return {0.7350 + 0.004 * (shorter - 1), 0.0036 * std::sqrt(shorter)};
}

double normal_tail(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

} // namespace

double cv_frame_error_rate(double snr, CvReconciliationMethod method, double beta, std::size_t frame_symbols) {
    QKDES_EXPECTS(method != CvReconciliationMethod::automatic && snr > 0 && frame_symbols > 0);
    if (method == CvReconciliationMethod::rotation) {
        Waterfall const w = rotation_waterfall(snr, frame_symbols);
        return normal_tail((w.centre - beta) / w.width);
    }
    Waterfall const w = slices_waterfall(frame_symbols);
    return normal_tail((cv::first_slice_share(snr, beta, frame_symbols) - w.centre) / w.width);
}

double cv_reconciliation_beta(double snr, CvReconciliationMethod method, double frame_error_rate,
                              std::size_t frame_symbols) {
    QKDES_EXPECTS(frame_error_rate > 0 && frame_error_rate < 1);
    double low = 0.3, high = 1;
    for (int i = 0; i < 40; ++i) {
        double const middle = (low + high) / 2;
        (cv_frame_error_rate(snr, method, middle, frame_symbols) < frame_error_rate ? low : high) = middle;
    }
    return low;
}

CvReconciliationCost draw_cv_reconciliation_cost(std::uint64_t symbols, CvReconciliationParameters const& parameters,
                                                 RngStream& rng) {
    CvReconciliationParameters const p = cv::filled_in(parameters);
    cv::ReconciliationPlan const plan = cv::make_plan(p);
    double const capacity = p.channel.capacity();
    CvReconciliationCost cost;
    cost.beta = plan.beta(capacity);
    cost.frames = symbols / plan.frame_symbols();
    cost.failed_frames = sample_binomial(
        rng, cost.frames, cv_frame_error_rate(p.channel.snr(), p.method, cost.beta, plan.frame_symbols()));
    std::uint64_t const kept = cost.frames - cost.failed_frames;
    cost.symbols = kept * plan.frame_symbols();
    cost.leaked = kept * plan.leaked();
    cost.raw_entropy = static_cast<double>(kept) * plan.raw_entropy();
    return cost;
}

} // namespace qkdes
