// What reconciliation of continuous variables costs, for the block level: frame errors without symbols or decoders.
// Measured on the real codes and decoder: for each frame the noise at which it just fails, found by bisection. Those
// thresholds scatter as a normal variable, hence a frame fails with the normal distribution function
//
//   rotation  of (efficiency - centre) / width. width = 2.3 / sqrt(n SNR) for frames of n symbols: 2 / sqrt(n SNR) is
//             the channel's own chance, how much information a frame happened to carry (the normal approximation,
//             Y. Polyanskiy, H. V. Poor, S. Verdu, IEEE Trans. Inf. Theory 56, 2307 (2010),
//             doi:10.1109/TIT.2010.2043769, at low SNR); the rest is the decoder's and the codes' scatter. The centre
//             is a function of the code's rate: .957 up to .05, .947 at .1, .934 at .19, .920 at .25, .90 at .3, less
//             where ensembles meet (.926 at .127); 44 rates, 4 frames of 1e6 each.
//   slices    of (H - most) / width, for either coded level. H is the level's equivocation, whatever the SNR; `most`
//             what a code that discloses s bits a symbol bears: s - .0153 (width .0027) on the first level, .925 s
//             (.0015) on the second, for frames of 2e5. 24 codes, 4 to 6 frames each.
//
// Frames of other lengths: centres fall with 1 / sqrt(n), widths of slices grow with n^(-3/8); measured at 2e4 to 1e6.
//
// A channel other than the one that codes were chosen for: rotation feels its SNR alone; slices feel that cells are a
// part of the true noise's deviation wider or narrower than they should be: 1 % of variance moves H by .0045, nearly
// two widths.
//
// Which bits are disclosed is not modelled: both use the same plan (reconciliation_plan.hpp).
//
// Holds for:  as the real one; max_iterations 200 to 1000 (300 and 1000 gave the same thresholds).
// Leaves out: codes that come out better or worse than their neighbours: a standard deviation of .002 of efficiency,
//             but up to .005. All frames of a link that uses one code share it.
// Checked:    tests/models/postprocessing/cv/reconciliation_cost_test.cpp, at SNRs that were not fitted;
//             tests/models/link/cv/cv_fidelity_test.cpp in whole blocks with estimated channels.
#pragma once
#include "models/postprocessing/cv/reconciliation.hpp"
#include "models/postprocessing/cv/reconciliation_plan.hpp"
#include "sim/base/rng.hpp"

namespace qkdes {

/// The efficiency at which about `frame_error_rate` (in (0, 1)) of frames fail.
double cv_reconciliation_beta(double snr, CvReconciliationMethod method, double frame_error_rate,
                              std::size_t frame_symbols);

/// The chance that a frame fails at this efficiency.
double cv_frame_error_rate(double snr, CvReconciliationMethod method, double beta, std::size_t frame_symbols);

/// With these codes, Alice and Bob assuming one channel while the other is true.
double cv_frame_error_rate(cv::ReconciliationPlan const& plan, CvChannelEstimate const& assumed,
                           CvChannelEstimate const& truth);

struct CvReconciliationCost {
    std::uint64_t symbols = 0; ///< in kept frames
    std::uint64_t frames = 0, failed_frames = 0;
    std::uint64_t leaked = 0;
    double raw_entropy = 0;
    double beta = 0;
};

/// One block, as reconcile_reverse would treat it; same parameters, same meaning.
CvReconciliationCost draw_cv_reconciliation_cost(std::uint64_t symbols, CvReconciliationParameters const& parameters,
                                                 RngStream& rng);

} // namespace qkdes
