// What reconciliation of continuous variables costs, for the block level: efficiency and frame errors without symbols
// or decoders. Measured on the real one (reconciliation.hpp), not derived.
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
