// What a sweep varies: axes, and which of their values are run together.
#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace qkdes {

enum class SweepDesign : std::uint8_t {
    grid,            ///< every value of each axis with every value of the others
    list,            ///< the first values of all axes together, then the second ones, ...
    latin_hypercube, ///< `points` at random, one in each of as many equal parts of every axis
    sobol,           ///< `points` that fill the space evenly
};

/// One value of an axis, as it goes into the scenario.
struct AxisValue {
    std::string json;                                         ///< `"40 km"` with its quotes, 5, { ... }
    double number = std::numeric_limits<double>::quiet_NaN(); ///< in the axis's unit; NaN when it is no number
};

struct SweepAxis {
    std::string name;              ///< of its column; unique
    std::vector<std::string> at;   ///< JSON pointers into the scenario, without wildcards; all get the same value
    std::vector<AxisValue> levels; ///< empty: anything between `from` and `to`
    double from = 0, to = 0;
    bool logarithmic = false;
    bool numeric = false; ///< all values are numbers in `unit`
    std::string unit;     ///< as written behind each number; may be empty
    bool quoted = false;  ///< numbers are written as texts

    /// u in [0, 1]: where between `from` and `to`; with levels, which of them.
    AxisValue value(double u) const;
};

struct SweepSpec {
    SweepDesign design = SweepDesign::grid;
    std::vector<SweepAxis> axes;
    std::uint64_t points = 0; ///< saturates at 2^64 - 1
};

} // namespace qkdes
