// Degrees of the codes, by rate. Found by random search under one-parameter density evolution (messages taken as
// consistent normals; a check's output mean from E[tanh(L/2)], which multiplies over independent inputs: S.-Y. Chung,
// T. Richardson, R. Urbanke, IEEE Trans. Inf. Theory 47, 657 (2001), doi:10.1109/18.910580), 4000 candidates a rate.
//
//   rate       .02   .03   .05   .08   .12   .18   .27   .35   .92
//   threshold  .0287 .0434 .0734 .121  .186  .296  .478  .674  4.26   SNR on the binary-input Gaussian channel
//   of capacity .981  .979  .978  .974  .974  .964  .964  .955  .995
//
// Holds for:  rates .015 to .45 and above .85. Between the rates of the table extension columns are added or left out
//             and degrees scaled, which keeps the shape.
// Leaves out: what the evolution assumes away: cycles, finite length, non-normal messages. Real codes of 1e6 bits need
//             2 to 3 % more than threshold; the simulated figures are in reconciliation_cost.hpp.
// Checked:    tests/models/postprocessing/cv/met_code_test.cpp (rates, sockets).
#pragma once
#include <vector>

namespace qkdes::cv {

/// A share of the columns with these degrees.
struct CoreClass {
    double share;              ///< of all columns
    unsigned core_degree;      ///< edges to core rows
    unsigned extension_degree; ///< edges to extension rows
};

struct MetEnsemble {
    double rate;
    std::vector<CoreClass> classes;

    double core_share() const; ///< core columns over all columns; the rest are extension columns
};

/// The ensemble of the table whose rate is nearest (in ratio below .6, the dense one above).
MetEnsemble const& nearest_ensemble(double rate);

} // namespace qkdes::cv
