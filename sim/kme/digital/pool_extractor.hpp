// From a short seed and samples of a server's pool to key bits, the same at both ends.
//
//   Y. Dodis, K. Yeo, "Doubly-affine extractors, and their applications", ITC 2021, doi:10.4230/LIPIcs.ITC.2021.13:
//   both ends sample large random pools by a seed, extract linearly, and xor over the servers; an adversary that misses
//   one server's samples knows nothing. This is a construction in that spirit ("blast_like"), not a vendor's protocol.
//
//   positions  distinct 64-bit words of the pool, by rejection from SHAKE-256 over the server's sampling seed
//   extractor  Toeplitz matrix over GF(2) of key + 128 rows, its diagonal expanded by SHAKE-256 from the extraction
//   seed seeds      HKDF-SHA-256 of the session's seed with server, key id and use: a server that is told its sampling
//   seed
//              learns neither another server's nor its extraction seed
//
// Holds for:  pools of uniform bits; key sizes 64..4096 bits in bytes. Samples have four times the bits of the key.
// Leaves out: a proof: the seeds are expanded computationally. Samples are downloaded under ML-KEM: whoever records all
//             downloads and breaks ML-KEM later has the key, whatever was shredded. "Everlasting" needs downloads that
//             nobody recorded.
// Checked:    against the matrix written out, linearity, full rank: tests/sim/kme/digital_extractor_test.cpp.
#pragma once
#include "sim/base/secret.hpp"
#include "sim/ports/telemetry.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace qkdes {

using PoolServerId = std::uint32_t;

struct PoolSeeds {
    SecretBytes sampling, extraction; ///< 32 bytes each
};
PoolSeeds pool_seeds(SecretBytes const& session_seed, PoolServerId server, KeyId key);

/// Words to sample for a key of so many bits, its confirmation included.
std::size_t sampled_words(std::uint32_t key_bits);
/// Distinct, in the order of drawing; count <= pool_words / 2.
std::vector<std::uint64_t> sample_positions(SecretBytes const& sampling_seed, std::size_t count,
                                            std::uint64_t pool_words);
/// Bit i of the result: xor over j of diagonal[i - j + n - 1] and input bit j; bits lowest first in each byte. Constant
/// time in the samples.
SecretBytes toeplitz_extract(SecretBytes const& extraction_seed, SecretBytes const& samples, std::size_t bytes);

} // namespace qkdes
