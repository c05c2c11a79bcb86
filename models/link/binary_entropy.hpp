#pragma once

namespace qkdes {

/// h(p) in bits, for p in [0, 1]; 0 at 0 and 1.
double binary_entropy(double p);

} // namespace qkdes
