#include "models/link/binary_entropy.hpp"

#include "models/link/small_math.hpp"

namespace qkdes {

double binary_entropy(double p) {
    return p <= 0 || p >= 1 ? 0.0 : -p * portable_log2(p) - (1 - p) * portable_log2(1 - p);
}

} // namespace qkdes
