// A network as large as a country's, for benches: nodes in a square, each joined to near ones, so that paths are long.
#pragma once
#include "sim/base/rng.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>
#include <utility>
#include <vector>

namespace qkdes::bench {

struct Country {
    struct Line {
        std::size_t a, b;
        double length; ///< of the square's side
    };
    std::size_t nodes = 0;
    std::vector<Line> lines; ///< the first `nodes` - 1 connect it
};

inline Country country(std::size_t nodes, std::size_t lines) {
    RngStream rng{1, "bench/country"};
    std::vector<std::pair<double, double>> places;
    for (std::size_t n = 0; n < nodes; ++n) {
        places.emplace_back(rng.uniform(), rng.uniform());
    }
    std::sort(places.begin(), places.end()); // so that the nearest before is near, and node 0 at the edge
    struct Candidate {
        double square;
        std::size_t a, b;
        auto operator<=>(Candidate const&) const = default;
    };
    std::vector<Candidate> candidates;
    for (std::size_t a = 0; a < nodes; ++a)
        for (std::size_t b = 0; b < a; ++b) {
            double const x = places[a].first - places[b].first, y = places[a].second - places[b].second;
            candidates.push_back({x * x + y * y, b, a});
        }
    std::sort(candidates.begin(), candidates.end());
    Country out{nodes, {}};
    for (std::size_t n = 1; n < nodes; ++n) { // connected: each to the nearest before it
        auto const near = std::find_if(candidates.begin(), candidates.end(), [&](auto const& c) { return c.b == n; });
        out.lines.push_back({near->a, n, std::sqrt(near->square)});
    }
    std::set<std::pair<std::size_t, std::size_t>> taken;
    for (auto const& line : out.lines)
        taken.emplace(line.a, line.b);
    for (auto const& c : candidates) {
        if (out.lines.size() == lines) break;
        if (taken.emplace(c.a, c.b).second) out.lines.push_back({c.a, c.b, std::sqrt(c.square)});
    }
    return out;
}

} // namespace qkdes::bench
