#include "models/postprocessing/estimation.hpp"

#include "models/postprocessing/sifting.hpp"
#include "sim/base/contracts.hpp"
#include "sim/base/rng.hpp"

#include <algorithm>

namespace qkdes {

Bits choose_sample(std::size_t size, std::size_t sample, std::uint64_t public_seed) {
    QKDES_EXPECTS(sample <= size);
    // Distinct uniform draws make every subset of their number equally likely; beyond a half, draw what stays out.
    bool const complement = sample > size / 2;
    std::size_t const draws = complement ? size - sample : sample;
    RngStream rng{public_seed, "postprocessing/sample"};
    Bits mask{size};
    for (std::size_t chosen = 0; chosen < draws;) {
        std::size_t const position = rng.below(size);
        if (mask.get(position)) continue;
        mask.flip(position);
        ++chosen;
    }
    if (!complement) return mask;
    std::vector<std::uint64_t> words{mask.words().begin(), mask.words().end()};
    for (auto& word : words)
        word = ~word;
    return Bits{size, std::move(words)};
}

EstimationResult estimate_by_sampling(Bits const& alice, Bits const& bob, std::size_t sample,
                                      std::uint64_t public_seed) {
    QKDES_EXPECTS(alice.size() == bob.size());
    Bits const mask = choose_sample(alice.size(), std::min(sample, alice.size()), public_seed);
    EstimationResult result;
    Bits const alice_says = keep_where(alice, mask);
    Bits const bob_says = keep_where(bob, mask);
    result.sampled = alice_says.size();
    result.errors = alice_says.distance(bob_says);
    if (result.sampled > 0) result.qber = static_cast<double>(result.errors) / static_cast<double>(result.sampled);
    result.alice_rest = drop_where(alice, mask);
    result.bob_rest = drop_where(bob, mask);
    return result;
}

double qber_for_correction(std::uint64_t errors, std::uint64_t trials) {
    QKDES_EXPECTS(errors <= trials);
    return std::min(0.5, (static_cast<double>(errors) + 0.5) / (static_cast<double>(trials) + 1));
}

} // namespace qkdes
