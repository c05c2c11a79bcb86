// e^x - 1 whose last bit is the same on every machine, as portable_math.hpp explains.
#pragma once
#include "sim/base/portable_math.hpp"

namespace qkdes {

/// e^x - 1 without the loss of digits near 0: Taylor's series inside [-1/2, 1/2] (next term < 1e-17 of the first).
inline double portable_expm1(double x) {
    if (x < -0.5 || x > 0.5) return portable_exp(x) - 1;
    double series = 1;
    for (int k = 15; k >= 2; --k)
        series = 1 + series * x / k;
    return x * series;
}

inline double portable_log2(double x) { return portable_log(x) * 0x1.71547652b82fep+0; }

} // namespace qkdes
