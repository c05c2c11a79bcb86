#include "models/postprocessing/cv/met_ensemble.hpp"

#include <cmath>

namespace qkdes::cv {

double MetEnsemble::core_share() const {
    double sum = 0;
    for (CoreClass const& c : classes)
        sum += c.share;
    return sum;
}

MetEnsemble const& nearest_ensemble(double rate) {
    static std::vector<MetEnsemble> const table{
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
    MetEnsemble const* best = &table.back();
    if (rate < 0.6) {
        best = &table.front();
        for (MetEnsemble const& e : table)
            if (e.rate < 0.6 && std::abs(std::log(e.rate / rate)) < std::abs(std::log(best->rate / rate))) best = &e;
    }
    return *best;
}

} // namespace qkdes::cv
