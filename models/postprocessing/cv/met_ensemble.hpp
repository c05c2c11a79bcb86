// Degrees of the codes, by rate. Found by random search under one-parameter density evolution (messages taken as
// consistent normals; a check's output mean from E[tanh(L/2)], which multiplies over independent inputs: S.-Y. Chung,
// T. Richardson, R. Urbanke, IEEE Trans. Inf. Theory 47, 657 (2001), doi:10.1109/18.910580), 4000 candidates a rate.
//
//   rate       .02   .03   .045  .065  .1    .15   .2    .27   .35   .92
//   of capacity .973  .974  .973  .971  .969  .954  --    --    .951  --    at threshold, by that evolution
//
// The rows of .2, .27 and .92 were moved by hand from such results to what decoded best in simulation: the evolution is
// optimistic where columns of two core edges have few extension edges, and where extension checks have many.
//
// Two rules came from simulation as well. Columns with two core edges are fewer than core rows, so that they can form a
// path (cycles among them are words of low weight). And between rates of the table the mean degree of the extension
// checks is (below .2) never above the interpolated one: a tenth above its best value decoding does not start.
//
// Holds for:  rates .015 to .45 and above .85. Between the rates of the table extension columns are added or left out
//             and extension degrees scaled.
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

/// Mean number of core columns in an extension check at this rate: of the nearest ensemble, or interpolated if lower.
double extension_check_degree(double rate);

/// The ensemble of the table whose rate is nearest (in ratio below .6, the dense one above).
MetEnsemble const& nearest_ensemble(double rate);

} // namespace qkdes::cv
