#include "models/link/amplification.hpp"

#include "models/postprocessing/toeplitz.hpp"

namespace qkdes {
namespace {

Bits random_bits(std::uint64_t count, RngStream& rng) {
    std::vector<std::uint64_t> words((count + 63) / 64);
    rng.fill(std::span{words});
    return Bits{count, std::move(words)};
}

} // namespace

void amplify(LinkBlock& block, Bits const& alice, Bits const& bob, RngStream& public_rng) {
    auto constexpr form = ToeplitzForm::modified;
    std::uint64_t const secret = block.yield.secret;
    Bits const matrix = random_bits(toeplitz_seed_bits(alice.size(), secret, form), public_rng);
    block.alice_key = toeplitz_hash(matrix, alice, secret, form);
    block.bob_key = toeplitz_hash(matrix, bob, secret, form);
}

void draw_keys(LinkBlock& block, RngStream const& key) {
    block.alice_key = block.bob_key = KeyString{key, block.yield.secret};
}

} // namespace qkdes
