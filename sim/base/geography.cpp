#include "sim/base/geography.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace qkdes {
namespace {

constexpr double kRadius = 6371.0; ///< km
constexpr double kDegree = std::numbers::pi / 180;

using Vector = std::array<double, 3>;

Vector vector_of(Place const& p) {
    double const latitude = p[0] * kDegree, longitude = p[1] * kDegree;
    return {std::cos(latitude) * std::cos(longitude), std::cos(latitude) * std::sin(longitude), std::sin(latitude)};
}

double angle(Place const& a, Place const& b) {
    double const up = std::sin((b[0] - a[0]) * kDegree / 2), along = std::sin((b[1] - a[1]) * kDegree / 2);
    double const haversine = up * up + std::cos(a[0] * kDegree) * std::cos(b[0] * kDegree) * along * along;
    return 2 * std::asin(std::sqrt(std::clamp(haversine, 0.0, 1.0)));
}

} // namespace

double great_circle_km(Place const& a, Place const& b) { return kRadius * angle(a, b); }

Place between(Place const& a, Place const& b, double share) {
    double const whole = angle(a, b);
    if (std::sin(whole) < 1e-12) return share < 0.5 ? a : b;
    double const from = std::sin((1 - share) * whole) / std::sin(whole), to = std::sin(share * whole) / std::sin(whole);
    auto const va = vector_of(a), vb = vector_of(b);
    Vector v{};
    for (std::size_t i = 0; i < 3; ++i)
        v[i] = from * va[i] + to * vb[i];
    return {std::atan2(v[2], std::hypot(v[0], v[1])) / kDegree, std::atan2(v[1], v[0]) / kDegree};
}

} // namespace qkdes
