#include "sim/world/store_watch.hpp"

namespace qkdes {

StoreWatch::StoreWatch(Scenario const& scenario) : links_(scenario.links.size()) {
    for (auto const& fault : scenario.faults)
        if (!fault.drawn && (!fault_ || fault.begin < *fault_)) fault_ = fault.begin;
}

void StoreWatch::sample(SimTime at, LinkId link, bool end_b, PoolLevel const& level) {
    if (!fault_) return;
    Link& one = links_[link.index()];
    if (at <= *fault_) {
        if (!end_b) one.report.at_fault = level.held_bits;
        one.had[end_b] = level.available_bits > 0;
    } else if (!one.report.emptied && one.had[end_b] && level.available_bits == 0) {
        one.report.emptied = at - *fault_;
    }
}

} // namespace qkdes
