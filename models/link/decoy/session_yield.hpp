// What a session of a given length yields on average, with finite-key terms: the mean of the counts
// (detection_statistics) put through the finite-key bound. For planning, and for published links whose sessions are too
// long to draw twice.
//
// Holds for:  steady conditions, sessions long against dead times.
// Leaves out: that the length of a mean is not the mean of the lengths (below 1 % for blocks of 1e6 and more).
// Checked:    against drawn blocks, tests/models/link/decoy/session_yield_test.cpp; published links,
// published_test.cpp.
#pragma once
#include "models/link/decoy/decoy_bb84_parameters.hpp"
#include "models/link/decoy/finite_key.hpp"
#include "models/link/link_block.hpp"

namespace qkdes {

struct SessionYield {
    double seconds = 0;    ///< of quantum exchange
    double clicks = 0;     ///< per second
    SiftedCounts sifted{}; ///< of the whole session, rounded
    double qber_z = 0;     ///< of the key basis
    FiniteKey key{};       ///< of the whole session, one block
    double secret = 0;     ///< bits per second, before authentication
};

/// A session of fixed length. Correction leaks f n h(q), f >= 1; eps as in `parameters.post`.
SessionYield session_yield(DecoyBb84Parameters const& parameters, SimDuration session, double correction_efficiency,
                           ConditionStep const& condition = {});

/// A session that ends when `parameters.post.block` key-basis bits are sifted.
SessionYield block_yield(DecoyBb84Parameters const& parameters, double correction_efficiency,
                         ConditionStep const& condition = {});

} // namespace qkdes
