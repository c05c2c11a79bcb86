// Degree profiles of the code family: how many block columns have which degree, for each ratio of checks to bits.
//
// Found by us: density evolution of belief propagation on the binary symmetric channel (T. J. Richardson, R. L.
// Urbanke, IEEE Trans. Inf. Theory 47, 599 (2001), doi:10.1109/18.910577), 250 iterations, densities on 257 points, row
// degrees equal; random search, then local, over the shares below for the largest QBER that is still corrected.
// `threshold` is that QBER's f: what a frame without end would need.
#pragma once
#include <cstdint>

namespace qkdes::ldpc {

/// Shares of the block columns; what is left of 1 has degree `high`.
struct DegreeProfile {
    double two = 0, three = 1, middle_share = 0;
    std::uint32_t middle = 5, high = 8;
    double threshold = 0;
};

/// For `ratio` = checks per bit, any in (0, 1): the nearest entry, its share of degree 2 in proportion to the ratio.
DegreeProfile profile_for(double ratio);

} // namespace qkdes::ldpc
