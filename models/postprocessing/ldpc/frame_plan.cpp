#include "models/postprocessing/ldpc/frame_plan.hpp"

#include "sim/base/contracts.hpp"
#include "sim/base/portable_math.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <list>
#include <mutex>

namespace qkdes::ldpc {
namespace {

constexpr std::size_t kLargestFrame = std::size_t{1} << 25;
constexpr std::uint64_t kFamilySeed = 1;
constexpr std::uint32_t kColumns = 400, kLeastRows = 4; ///< block columns aimed at
constexpr std::size_t kCodesKept = 16;

double entropy(double q) {
    return -(q * portable_log(q) + (1 - q) * portable_log(1 - q)) * 0x1.71547652b82fep+0; // over ln 2
}

/// The leak aimed at.
double aimed_leak(double n, double q, Effort effort) {
    double const factor = effort == Effort::fast ? 1.12 : 1.06;
    double const deviations = effort == Effort::fast ? 2.6 : 0;
    return n * factor * entropy(std::min(0.5, q + deviations * std::sqrt(q * (1 - q) / n)));
}

} // namespace

FramePlan plan_frame_without_code(std::size_t frame_bits, double qber_estimate, Effort effort) {
    QKDES_EXPECTS(frame_bits >= 1 && frame_bits <= kLargestFrame);
    FramePlan plan;
    plan.frame_bits = frame_bits;
    plan.qber = qber_estimate > 1e-4 ? std::min(qber_estimate, 0.5) : 1e-4; // not-a-number: 1e-4
    double const n = static_cast<double>(frame_bits), leak = aimed_leak(n, plan.qber, effort);

    plan.lift =
        64 * static_cast<std::uint32_t>(std::max<std::size_t>(1, (frame_bits + 32 * kColumns) / (64 * kColumns)));
    plan.columns = static_cast<std::uint32_t>((frame_bits + plan.lift - 1) / plan.lift) + 1;
    plan.rows = std::max(kLeastRows, static_cast<std::uint32_t>(std::ceil(leak / plan.lift)));
    double const spare = std::floor(static_cast<double>(plan.rows) * plan.lift - leak);
    plan.punctured = static_cast<std::uint32_t>(std::clamp(spare, 0.0, static_cast<double>(plan.lift - 1)));
    plan.iterations = effort == Effort::fast ? 60 : 100;
    plan.step = static_cast<std::uint32_t>(std::max(16.0, 0.010 * leak));
    plan.disclosed = static_cast<double>(plan.rows) * plan.lift - plan.punctured > 0.9 * n;
    return plan;
}

FramePlan plan_frame(std::size_t frame_bits, double qber_estimate, Effort effort) {
    FramePlan plan = plan_frame_without_code(frame_bits, qber_estimate, effort);
    if (!plan.disclosed) plan.code = family_code(plan.columns, plan.rows, plan.lift);
    return plan;
}

std::shared_ptr<Code const> family_code(std::uint32_t columns, std::uint32_t rows, std::uint32_t lift) {
    static std::mutex mutex;
    static std::list<std::shared_ptr<Code const>> kept; // latest first
    {
        std::lock_guard const lock{mutex};
        for (auto it = kept.begin(); it != kept.end(); ++it)
            if ((*it)->columns() == columns && (*it)->rows() == rows && (*it)->lift() == lift) {
                kept.splice(kept.begin(), kept, it);
                return kept.front();
            }
    }
    double const ratio = static_cast<double>(rows) / static_cast<double>(columns);
    auto code = std::make_shared<Code const>(columns, rows, lift, profile_for(ratio), kFamilySeed);
    std::lock_guard const lock{mutex};
    kept.push_front(code);
    if (kept.size() > kCodesKept) kept.pop_back();
    return code;
}

} // namespace qkdes::ldpc
