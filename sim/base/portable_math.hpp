// Logarithm and exponential whose last bit is the same on every machine: only IEEE additions, multiplications and
// divisions in a fixed order. The C library's own differ between processors (its FMA variants round differently), and
// one flipped bit in a sampler shifts every later draw of the stream. Square roots and floor are exact already.
//
// Holds for:  builds without contraction (-ffp-contract=off, CMakeLists.txt) and without -ffast-math.
// Checked:    within 3 units in the last place of long double, tests/sim/base/portable_math_test.cpp.
#pragma once
#include <bit>
#include <cmath>
#include <cstdint>
#include <initializer_list>

namespace qkdes {

namespace detail {

/// 2 atanh(s) for |s| <= 0.1716, the range to which both logarithms reduce. Estrin's order: short chains of operations.
inline double twice_atanh(double s) {
    double const z = s * s, z2 = z * z, z4 = z2 * z2;
    double const a = (2.0 / 3 + z * (2.0 / 5)) + z2 * (2.0 / 7 + z * (2.0 / 9));
    double const b = (2.0 / 11 + z * (2.0 / 13)) + z2 * (2.0 / 15 + z * (2.0 / 17));
    double const c = (2.0 / 19 + z * (2.0 / 21)) + z2 * (2.0 / 23);
    return 2 * s + s * z * (a + z4 * (b + z4 * c));
}

inline constexpr double kLn2High = 0x1.62e42p-1; ///< 21 bits: times any exponent it is exact
inline constexpr double kLn2Low = 0x1.fdf473de6af28p-22;

} // namespace detail

/// Natural logarithm of a positive normal number.
inline double portable_log(double x) {
    auto const bits = std::bit_cast<std::uint64_t>(x);
    // Shift so that the mantissa lands in [sqrt(1/2), sqrt(2)).
    std::uint64_t const shifted = bits - 0x3fe6a09e667f3bcdull;
    auto const exponent = static_cast<double>(static_cast<std::int64_t>(shifted) >> 52);
    double const m = std::bit_cast<double>(bits - (shifted & 0xfff0000000000000ull));
    double const f = m - 1; // exact
    return exponent * detail::kLn2High + (detail::twice_atanh(f / (2 + f)) + exponent * detail::kLn2Low);
}

/// log(1 + x) for x > -1, without the loss of digits near 0.
inline double portable_log1p(double x) {
    if (x > -0.29 && x < 0.41) return detail::twice_atanh(x / (2 + x));
    return portable_log(1 + x);
}

/// e^x; 0 below -708 (no subnormal results) and infinity above 709.
inline double portable_exp(double x) {
    if (x < -708) return 0;
    if (x > 709) return HUGE_VAL;
    double const k = std::floor(x * 0x1.71547652b82fep+0 + 0.5);
    double const r = (x - k * detail::kLn2High) - k * detail::kLn2Low; // |r| <= 0.347
    double series = 1.0 / 6227020800.0;
    for (double term : {1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
                        1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1.0})
        series = series * r + term;
    double const scale = std::bit_cast<double>(static_cast<std::uint64_t>(1023 + static_cast<std::int64_t>(k)) << 52);
    return (1 + series * r) * scale;
}

} // namespace qkdes
