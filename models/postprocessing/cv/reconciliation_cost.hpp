// What reconciliation of continuous variables costs, for the block level: efficiency and frame errors without symbols
// or decoders. Measured on the real one (reconciliation.hpp), 8 to 40 frames a point at three to six efficiencies for
// each SNR, and drawn as a normal distribution function about the efficiency at which half of the frames fail.
//
//   rotation  half of the frames of 1e6 symbols fail at an efficiency of
//             .954 (SNR .031), .950 (.06), .948 (.1), .952 (.14), .939 (.2), .934 (.3), .9225 (.46), with a spread of
//             .004 (.008 below .08); frames of n symbols .0045 (sqrt(1e6 / n) - 1) earlier.
//   slices    half of the frames of 2e5 symbols fail when the first level discloses .735 bits a symbol (its
//   equivocation is
//             .7205), at any SNR, spread .0036: efficiencies of .943 at SNR 1, .966 at 3, .98 at 10.
//
// Which bits are disclosed is not modelled: both use the same plan (reconciliation_plan.hpp).
//
// Holds for:  as the real one; max_iterations 200 to 300. The efficiency of the waterfall within 1 %: the frame error
// rate
//             between a fiftieth and nearly all is then anything; ask for .01 less when it must be small.
// Leaves out: codes that come out better or worse than their neighbours (+-.004), frames that fail for no visible
// reason at
//             SNR below .08 (2 of 36 at an efficiency of .93, where the normal law says none).
// Checked:    tests/models/postprocessing/cv/reconciliation_cost_test.cpp, at SNRs that were not fitted.
#pragma once
#include "models/postprocessing/cv/reconciliation.hpp"
#include "sim/base/rng.hpp"

namespace qkdes {

/// The efficiency at which about `frame_error_rate` (in (0, 1)) of frames fail.
double cv_reconciliation_beta(double snr, CvReconciliationMethod method, double frame_error_rate,
                              std::size_t frame_symbols);

/// The chance that a frame fails at this efficiency.
double cv_frame_error_rate(double snr, CvReconciliationMethod method, double beta, std::size_t frame_symbols);

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
