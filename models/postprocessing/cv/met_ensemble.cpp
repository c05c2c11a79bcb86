#include "models/postprocessing/cv/met_ensemble.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes::cv {

namespace {

std::vector<MetEnsemble> const& table() {
    static std::vector<MetEnsemble> const rows{
        {0.02, {{0.0096, 2, 38}, {0.0211, 3, 101}, {0.0007, 3, 54}}},
        {0.03, {{0.0118, 2, 22}, {0.0331, 3, 68}, {0.0014, 2, 27}}},
        {0.045, {{0.0169, 2, 13}, {0.0494, 3, 46}, {0.0021, 2, 24}}},
        {0.065, {{0.0221, 2, 10}, {0.0692, 3, 33}, {0.0019, 3, 30}}},
        {0.1, {{0.0277, 2, 7}, {0.1076, 3, 22}}},
        {0.15, {{0.0144, 2, 11}, {0.0999, 3, 15}, {0.0599, 3, 19}}},
        {0.2, {{0.0165, 2, 10}, {0.1600, 3, 13}, {0.0500, 3, 11}}},
        {0.27, {{0.0170, 2, 7}, {0.2000, 3, 10}, {0.0800, 3, 8}}},
        {0.35, {{0.0146, 2, 5}, {0.3013, 3, 8}, {0.0580, 3, 6}}},
        {0.92, {{0.06, 2, 0}, {0.74, 3, 0}, {0.20, 14, 0}}},
    };
    return rows;
}

double check_degree(MetEnsemble const& e) {
    double sockets = 0;
    for (CoreClass const& c : e.classes)
        sockets += c.share * c.extension_degree;
    return sockets / (1 - e.core_share());
}

} // namespace

double MetEnsemble::core_share() const {
    double sum = 0;
    for (CoreClass const& c : classes)
        sum += c.share;
    return sum;
}

double extension_check_degree(double rate) {
    double const own = check_degree(nearest_ensemble(rate));
    if (rate > 0.2) return own; // these bear their own down to where the next one takes over
    auto const& rows = table();
    std::size_t k = 0; // between rows k and k + 1, both with extensions
    while (k + 3 < rows.size() && rows[k + 1].rate < rate)
        ++k;
    double const t = std::clamp(std::log(rate / rows[k].rate) / std::log(rows[k + 1].rate / rows[k].rate), 0.0, 1.0);
    double const between = (1 - t) * check_degree(rows[k]) + t * check_degree(rows[k + 1]);
    return std::min(between, own);
}

MetEnsemble const& nearest_ensemble(double rate) {
    if (rate >= 0.6) return table().back();
    // Ratios; one from above counts a little farther, because codes bear fewer edges than their best better than more.
    auto const distance = [&](MetEnsemble const& e) {
        double const ratio = std::log(e.rate / rate);
        return ratio > 0 ? 1.15 * ratio : -ratio;
    };
    MetEnsemble const* best = &table().front();
    for (MetEnsemble const& e : table())
        if (e.rate < 0.6 && distance(e) < distance(*best)) best = &e;
    return *best;
}

} // namespace qkdes::cv
