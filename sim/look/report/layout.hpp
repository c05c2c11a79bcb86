// Where nodes are drawn when they have no coordinates: a spring layout (attraction along links, repulsion between
// nodes, cooled; T. Fruchterman and E. Reingold, 1991) from a circle, the same at every run.
//
// Holds for: any graph; nodes without links end at the rim. Up to kSprings nodes; a larger graph stays on the circle.
#pragma once
#include <cstddef>
#include <utility>
#include <vector>

namespace qkdes::look {

struct Point {
    double x = 0, y = 0;
};

inline constexpr std::size_t kSprings = 1500;

/// Points in [0, 1] x [0, 1]; links to nodes that do not exist are left out.
std::vector<Point> spring_layout(std::size_t nodes, std::vector<std::pair<std::size_t, std::size_t>> const& links);

} // namespace qkdes::look
