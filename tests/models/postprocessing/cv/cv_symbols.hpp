// Symbols and words for the tests of this folder.
#pragma once
#include "models/postprocessing/cv/channel_value.hpp"
#include "models/postprocessing/cv/reconciliation.hpp"
#include "sim/base/distributions.hpp"

#include <cmath>
#include <vector>

namespace qkdes::test {

struct CvSymbols {
    std::vector<float> alice, bob;
};

/// A channel with this SNR and nothing else special about its units.
inline CvChannelEstimate cv_channel(double snr) {
    return {.gain = 0.8, .noise_variance = 1.7, .alice_variance = snr * 1.7 / 0.64};
}

inline CvSymbols cv_symbols(CvChannelEstimate const& channel, std::size_t count, std::uint64_t seed) {
    CvSymbols out{std::vector<float>(count), std::vector<float>(count)};
    RngStream rng{seed, "test/cv-symbols"};
    double const x = std::sqrt(channel.alice_variance), z = std::sqrt(channel.noise_variance);
    for (std::size_t i = 0; i < count; ++i) {
        double const sent = x * sample_normal(rng);
        out.alice[i] = static_cast<float>(sent);
        out.bob[i] = static_cast<float>(channel.gain * sent + z * sample_normal(rng));
    }
    return out;
}

inline Bits random_word(RngStream& rng, std::size_t size) {
    std::vector<std::uint64_t> words((size + 63) / 64);
    rng.fill(std::span<std::uint64_t>{words});
    return Bits{size, std::move(words)};
}

/// Binary-input Gaussian channel: likelihoods of the word's bits, scale 8.
inline std::vector<std::int16_t> noisy_values(Bits const& word, double snr, RngStream& rng) {
    std::vector<std::int16_t> out(word.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        double const l = 2 * snr + 2 * std::sqrt(snr) * sample_normal(rng);
        out[i] = cv::to_channel_value(static_cast<float>(256 * (word.get(i) ? -l : l)));
    }
    return out;
}

} // namespace qkdes::test
