#include "models/postprocessing/verification.hpp"

#include "sim/base/contracts.hpp"
#include "sim/base/rng.hpp"

#include <cmath>

namespace qkdes {

unsigned verification_tag_bits(std::uint64_t key_bits, double eps_cor) {
    QKDES_EXPECTS(eps_cor > 0 && eps_cor < 1);
    double const blocks = static_cast<double>(polynomial_hash_blocks(key_bits));
    double const bits = std::ceil(std::log2((blocks + 1) / eps_cor));
    QKDES_EXPECTS(bits <= 128);
    return static_cast<unsigned>(bits);
}

Word128 verification_tag(Bits const& key, std::uint64_t public_seed, unsigned tag_bits) {
    QKDES_EXPECTS(tag_bits <= 128);
    RngStream rng{public_seed, "postprocessing/verification"};
    Word128 const hash_key{rng.next(), rng.next()};
    Word128 tag = polynomial_hash(key, hash_key);
    if (tag_bits < 128) tag.high &= tag_bits <= 64 ? 0 : (std::uint64_t{1} << (tag_bits - 64)) - 1;
    if (tag_bits < 64) tag.low &= (std::uint64_t{1} << tag_bits) - 1;
    return tag;
}

VerificationResult verify_keys(Bits const& alice, Bits const& bob, double eps_cor, std::uint64_t public_seed) {
    unsigned const t = verification_tag_bits(alice.size(), eps_cor);
    Word128 const message = verification_tag(alice, public_seed, t);
    return {verification_tag(bob, public_seed, t) == message, t};
}

} // namespace qkdes
