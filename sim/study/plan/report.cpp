#include "sim/study/plan/report.hpp"

#include <cmath>

namespace qkdes {

Figure in_unit(double value, std::string const& unit) {
    if (std::isnan(value)) return Figure{"-"};
    if (std::isinf(value)) return Figure{value > 0 ? "inf" : "-inf", value};
    if (unit == "s" && value >= 0 && value < 9e9) return Figure{SimDuration{static_cast<std::int64_t>(value * 1e9)}};
    if (unit == "1" || unit.empty()) return Figure{fmt::format("{:.4g}", value), value};
    return Figure{engineering(value, unit), value};
}

} // namespace qkdes
