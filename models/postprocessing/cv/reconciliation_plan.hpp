// What parameters mean: which codes, how long, how much is disclosed. Shared by the real thing and its cost model, so
// that both count the same bits.
#pragma once
#include "models/postprocessing/cv/met_code.hpp"
#include "models/postprocessing/cv/modular_slices.hpp"
#include "models/postprocessing/cv/reconciliation.hpp"

#include <vector>

namespace qkdes::cv {

struct ReconciliationPlan {
    unsigned levels = 1;           ///< bits a symbol
    double entropy_per_symbol = 1; ///< of those, in bits
    unsigned scale = 8;            ///< of channel values
    std::vector<CodeShape> shapes; ///< one per coded level, all of one length

    std::size_t frame_symbols() const { return shapes.front().length(); }
    std::uint64_t leaked() const; ///< per frame
    double raw_entropy() const;   ///< per frame
    double beta(double capacity) const;
};

/// What the first two levels of `slices` disclose per symbol, before rounding to whole block rows.
struct SliceShares {
    double first, second;
};
SliceShares slice_shares(double disclosed, std::size_t frame_symbols);
/// The sum of the two at this efficiency, and back.
double coded_share(double snr, SliceLevels const& levels, double beta);
double beta_of_share(double snr, double disclosed);

/// Every 0 and `automatic` replaced by what it stands for.
CvReconciliationParameters filled_in(CvReconciliationParameters parameters);

/// Needs parameters that are filled in.
ReconciliationPlan make_plan(CvReconciliationParameters const& parameters);

} // namespace qkdes::cv
