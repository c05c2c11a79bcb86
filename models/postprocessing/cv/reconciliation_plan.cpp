#include "models/postprocessing/cv/reconciliation_plan.hpp"

#include "models/postprocessing/cv/modular_slices.hpp"
#include "models/postprocessing/cv/reconciliation_cost.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes::cv {
namespace {

/// The second level's equivocation is .065, and a code that discloses .074 leaves it without failures to speak of when
/// the noise is known; the first level's is .7209, and codes of .747 hardly ever fail. What the efficiency asked
/// for leaves beyond the two goes to both, a quarter of it to the second, whose code is the first to fail on an
/// estimate that is off.
constexpr double kFirstLevelLeast = 0.747, kSecondLevelLeast = 0.074, kSecondLevelMost = 0.1;

/// What `beta` 0 stands for: so many frames fail when the channel is known. An estimate's chance about doubles it.
constexpr double kUsualFrameErrors = 0.025;

ReconciliationPlan rotation_plan(CvReconciliationParameters const& p) {
    double const rate = std::clamp(p.beta * p.channel.capacity(), 0.012, 0.55);
    ReconciliationPlan plan;
    plan.shapes = {low_rate_shape(rate, p.frame_symbols)};
    return plan;
}

ReconciliationPlan slices_plan(CvReconciliationParameters const& p) {
    ReconciliationPlan plan;
    double const snr = p.channel.snr();
    SliceLevels const levels = slice_levels(snr);
    plan.levels = levels.count;
    plan.entropy_per_symbol = levels.entropy;
    std::uint32_t const columns = p.frame_symbols >= 32'768 ? 512 : 256;
    auto const lift = static_cast<std::uint32_t>(std::max<std::size_t>(1, p.frame_symbols / columns / 64) * 64);
    // Rounded so that the sum is the budget's.
    SliceShares const shares = slice_shares(coded_share(snr, levels, p.beta), p.frame_symbols);
    auto const second = static_cast<std::uint32_t>(std::lround(shares.second * columns));
    auto const first = static_cast<std::uint32_t>(std::lround((shares.first + shares.second) * columns) - second);
    auto const third = static_cast<std::uint32_t>(plan.levels > 2 ? 3 : 0);
    plan.shapes = {{columns, first, lift}, {columns, second, lift}};
    if (third > 0) plan.shapes.push_back({columns, third, lift});
    return plan;
}

} // namespace

SliceShares slice_shares(double disclosed, std::size_t frame_symbols) {
    // Shorter codes of the second level need a little more.
    double const least =
        kSecondLevelLeast + 0.005 * std::max(0.0, std::sqrt(2e5 / static_cast<double>(frame_symbols)) - 1);
    double const second = std::clamp(least + 0.25 * (disclosed - kFirstLevelLeast - least), least, kSecondLevelMost);
    return {std::clamp(disclosed - second, 0.6, 0.9), second};
}

double coded_share(double snr, SliceLevels const& levels, double beta) {
    return levels.entropy - beta * 0.5 * std::log2(1 + snr) - (levels.count > 2 ? kThinShare : 0);
}

double beta_of_share(double snr, double disclosed) {
    return (coded_share(snr, slice_levels(snr), 0) - disclosed) / (0.5 * std::log2(1 + snr));
}

std::uint64_t ReconciliationPlan::leaked() const {
    std::uint64_t bits = 0;
    for (CodeShape const& shape : shapes)
        bits += std::uint64_t{shape.rows} * shape.lift;
    return bits;
}

double ReconciliationPlan::raw_entropy() const { return entropy_per_symbol * static_cast<double>(frame_symbols()); }

double ReconciliationPlan::beta(double capacity) const {
    return (raw_entropy() - static_cast<double>(leaked())) / (static_cast<double>(frame_symbols()) * capacity);
}

CvReconciliationParameters filled_in(CvReconciliationParameters p) {
    double const snr = p.channel.snr();
    QKDES_EXPECTS(p.channel.gain > 0 && p.channel.noise_variance > 0 && p.channel.alice_variance > 0);
    if (p.method == CvReconciliationMethod::automatic) p.method = cv_method_for(snr);
    if (p.frame_symbols == 0) p.frame_symbols = p.method == CvReconciliationMethod::rotation ? 1'000'000 : 200'000;
    if (p.max_iterations == 0) p.max_iterations = 300;
    p.frame_symbols = std::max<std::size_t>(p.frame_symbols, 20'000);
    if (p.beta <= 0) p.beta = cv_reconciliation_beta(snr, p.method, kUsualFrameErrors, p.frame_symbols);
    return p;
}

ReconciliationPlan make_plan(CvReconciliationParameters const& p) {
    return p.method == CvReconciliationMethod::rotation ? rotation_plan(p) : slices_plan(p);
}

} // namespace qkdes::cv
