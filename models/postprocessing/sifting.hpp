// Keeping and dropping positions of a key by a public mask: basis sifting, and the removal of a revealed sample.
#pragma once
#include "sim/base/bits.hpp"

namespace qkdes {

/// The bits of `bits` where `mask` is 1, in order. Sizes must be equal.
Bits keep_where(Bits const& bits, Bits const& mask);
/// The bits where `mask` is 0, in order. Sizes must be equal.
Bits drop_where(Bits const& bits, Bits const& mask);

} // namespace qkdes
