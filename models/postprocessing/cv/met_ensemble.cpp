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
        {0.15, {{0.0182, 2, 10}, {0.0602, 3, 16}, {0.0961, 3, 17}}},
        {0.2, {{0.0408, 2, 2}, {0.0507, 3, 6}, {0.1679, 3, 13}}},
        {0.27, {{0.0185, 2, 10}, {0.2565, 3, 10}, {0.0250, 3, 3}}},
        {0.35, {{0.0340, 2, 1}, {0.2027, 3, 6}, {0.1544, 5, 10}}},
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
