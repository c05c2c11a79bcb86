// The last step of a block, the same for every family: two keys, one at each end.
#pragma once
#include "models/link/link_block.hpp"
#include "sim/base/rng.hpp"

namespace qkdes {

/// Privacy amplification to yield.secret bits, each side on its own string under one public matrix (toeplitz.hpp,
/// modified form). Strings of one size.
void amplify(LinkBlock& block, Bits const& alice, Bits const& bob, RngStream& public_rng);

/// What a block-level link has instead: the next yield.secret bits of the link's stream, the same at both ends, drawn
/// when somebody looks; `key` is the last use of that stream.
void draw_keys(LinkBlock& block, RngStream const& key);

} // namespace qkdes
