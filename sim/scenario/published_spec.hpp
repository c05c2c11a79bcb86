// What somebody has measured or published, to be put beside what a run gives.
#pragma once
#include <cstdint>
#include <string>

namespace qkdes {

/// How the simulated figure must stand to the published one.
enum class PublishedRelation : std::uint8_t { equal, at_least, at_most };

struct PublishedSpec {
    std::string of, figure, unit; ///< as sim/scenario/figure_catalogue.hpp names them
    double value = 0;             ///< in `unit`
    PublishedRelation relation = PublishedRelation::equal;
    double tolerance = 0;  ///< how far beyond `value` still holds: a share of it, or in `unit`
    bool absolute = false; ///< `tolerance` is in `unit`
    bool fitted = false;   ///< something in the scenario was set so that this figure comes out: no prediction
    std::string source;

    bool holds(double simulated) const;
};

} // namespace qkdes
