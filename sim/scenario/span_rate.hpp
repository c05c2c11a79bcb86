// What a pair of devices makes over a fibre of a given length: the block-fidelity model of its family, as in a run.
//
// Rate: secret bits less what authentication costs, over the time of the blocks, those that give no key included
//       (models/link/link_survey.hpp). Blocks whose verification fails are one in eight with some devices, so that one
//       block does not tell the rate.
// Holds for: a fibre without disturbance. Blocks are drawn, at a fixed seed, so that a rate is the same each time; with
//            256 of them it is within 2.5 % of the mean where one block in eight fails, else within 1 %.
// Checked:   against `qkdes run` of spans placed by it, tests/sim/study/relay_placement_run_test.cpp.
#pragma once
#include "models/link/link_model.hpp"
#include "sim/scenario/diagnostics.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qkdes {

struct SpanRate {
    double bits_per_second = 0; ///< that reach the stores; never negative
    double block_seconds = 0;   ///< what one block takes
};

class SpanRates {
  public:
    explicit SpanRates(LinkParameters device) : device_{std::move(device)} {}
    /// Of a preset, data sheet or path of a sheet (seen from the working directory), on fibre of `db_per_km`; nothing
    /// and problems if there is no such device. `option` names it in them.
    static std::optional<SpanRates> of(std::string const& device, double db_per_km, std::string_view option,
                                       std::vector<Diagnostic>& problems);

    SpanRate over(double km, std::uint64_t blocks = 256) const;
    /// The longest fibre, km, that still gives `bits_per_second`, by bisection to 100 m from below; 0 if none does, at
    /// most `longest`. Supposes that more fibre gives less key.
    double reach(double bits_per_second, double longest = 2000) const;

  private:
    LinkParameters device_;
};

} // namespace qkdes
