// Keys that the devices of several families share.
#pragma once
#include "sim/scenario/scenario_table.hpp"

namespace qkdes {

/// `protocol`, `extends`, `restart`, `initial_secret`.
void add_common_keys(Table<RawDevice>& table, std::vector<std::pair<std::string, std::string>> const& protocols);

/// How binary keys are corrected.
template <class F>
Key<RawDevice> correction_method(At<RawDevice, F> to) {
    using M = CorrectionMethod;
    return choice(
        "correction", to,
        std::vector<Choice<M>>{{"cascade", M::cascade, "interactive, every parity remembered; the least leak."},
                               {"cascade-original", M::cascade_original, "as first published, 4 passes."},
                               {"cascade-biconf", M::cascade_biconf, "2 passes, then random subsets."},
                               {"ldpc", M::ldpc, "one syndrome, rarely more; fast, few round trips."},
                               {"ldpc-best", M::ldpc_best, "nearer the limit, slower."}},
        "Error correction.");
}

/// Post-processing of the families that correct binary keys.
void add_binary_post_keys(Table<RawDevice>& table);

Table<RawDevice> const& decoy_device_table();
Table<RawDevice> const& entangled_device_table();
Table<RawDevice> const& cv_device_table();
Table<RawDevice> const& di_device_table();
Table<RawDevice> const& stated_device_table();

} // namespace qkdes
