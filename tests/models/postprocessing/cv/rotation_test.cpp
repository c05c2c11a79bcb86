// The eight-dimensional rotation. Mutations tried, each turns red: b conj(d) for conj(d) b in the product; the factor 2
// of the likelihood dropped.
#include "models/postprocessing/cv/octonion_rotation.hpp"

#include "tests/models/postprocessing/cv/cv_symbols.hpp"

#include <gtest/gtest.h>

namespace qkdes::cv {
namespace {

Octonion random_octonion(RngStream& rng) {
    Octonion x;
    for (float& c : x)
        c = static_cast<float>(sample_normal(rng));
    return x;
}

double norm(Octonion const& x) {
    double square = 0;
    for (float c : x)
        square += static_cast<double>(c) * static_cast<double>(c);
    return std::sqrt(square);
}

TEST(OctonionRotation, ProductKeepsNormAndIsUndone) {
    RngStream rng{1, "octonions"};
    for (int i = 0; i < 200; ++i) {
        Octonion const u = random_octonion(rng), v = random_octonion(rng);
        EXPECT_NEAR(norm(multiply(u, v)), norm(u) * norm(v), 1e-5 * norm(u) * norm(v));
        // (u conj(v)) v = |v|^2 u, although octonions do not associate in general.
        Octonion const back = multiply(multiply(u, conjugate(v)), v);
        for (std::size_t k = 0; k < 8; ++k)
            EXPECT_NEAR(back[k], norm(v) * norm(v) * static_cast<double>(u[k]), 1e-3);
    }
    // They do not: a product that associates is not the octonions' (quaternion pairs multiplied apart would be).
    Octonion const a = random_octonion(rng), b = random_octonion(rng), c = random_octonion(rng);
    Octonion const left = multiply(multiply(a, b), c), right = multiply(a, multiply(b, c));
    double apart = 0;
    for (std::size_t k = 0; k < 8; ++k)
        apart += std::abs(static_cast<double>(left[k] - right[k]));
    EXPECT_GT(apart, 0.1);
}

struct Rotated {
    Bits bits;
    std::vector<RotationMessage> messages;
    std::vector<std::int16_t> values;
};

Rotated rotate(double snr, std::size_t symbols) {
    auto const channel = test::cv_channel(snr);
    auto const data = test::cv_symbols(channel, symbols, 7);
    RngStream rng{3, "rotation"};
    Rotated out{test::random_word(rng, symbols), {}, std::vector<std::int16_t>(symbols)};
    out.messages = rotate_to_bits(data.bob, out.bits);
    channel_values(data.alice, out.messages, channel, 8, out.values);
    return out;
}

/// The sign error is E over |y|^2 ~ chi2_8 / 8 of Q(sqrt(SNR |y|^2 / 8)): by quadrature, not by the code under test.
/// 4e5 symbols: one standard error is 6e-4; six of them, one false alarm in 1e9. A wrong |y| or gain would move it by
/// .01 (the fading is worth .0157: Q(1) = .1587).
TEST(OctonionRotation, SignErrorIsTheFadingChannels) {
    double expected = 0, weight = 0;
    for (double g = 0.002; g < 6; g += 0.004) {
        double const p = g * g * g * std::exp(-4 * g); // chi2_8 / 8
        expected += p * 0.5 * std::erfc(std::sqrt(g / 2));
        weight += p;
    }
    expected /= weight;
    EXPECT_NEAR(expected, 0.174, 0.002); // the figure that others have seen
    auto const rotated = rotate(1, 400'000);
    double wrong = 0;
    for (std::size_t i = 0; i < rotated.values.size(); ++i)
        wrong += (rotated.values[i] < 0) != rotated.bits.get(i);
    EXPECT_NEAR(wrong / 400'000, expected, 6 * 6e-4);
    EXPECT_GT(std::abs(wrong / 400'000 - 0.1587), 6 * 6e-4) << "would not tell a channel without fading";
}

/// A likelihood ratio must mean what it says: among bits with |L| near l, a share 1 / (1 + e^l) is wrong. Bins of .5;
/// six standard errors each. A ratio off by a factor 1.15 is caught (the last check).
TEST(OctonionRotation, LikelihoodsAreCalibrated) {
    auto const rotated = rotate(0.7, 400'000);
    auto const worst = [&](double stretch) {
        std::array<double, 8> wrong{}, all{}, expected{};
        for (std::size_t i = 0; i < rotated.values.size(); ++i) {
            double const l = std::abs(rotated.values[i]) / 256.0 * stretch;
            auto const bin = static_cast<std::size_t>(l / 0.5);
            if (bin >= all.size()) continue;
            all[bin] += 1;
            expected[bin] += 1 / (1 + std::exp(l));
            wrong[bin] += (rotated.values[i] < 0) != rotated.bits.get(i);
        }
        double most = 0;
        for (std::size_t b = 0; b < all.size(); ++b)
            if (expected[b] > 30) most = std::max(most, std::abs(wrong[b] - expected[b]) / std::sqrt(expected[b]));
        return most;
    };
    EXPECT_LT(worst(1), 6);
    EXPECT_GT(worst(1.15), 6);
}

/// What is published must not depend on the bits: for given symbols the map's component along any bit's axis has the
/// same mean for both values of that bit. 5e4 blocks: standard error .0022.
TEST(OctonionRotation, MapSaysNothingOfTheBits) {
    auto const rotated = rotate(0.7, 400'000);
    for (std::size_t bit = 0; bit < 8; ++bit)
        for (std::size_t axis = 0; axis < 8; ++axis) {
            double sum = 0;
            for (std::size_t k = 0; k < rotated.messages.size(); ++k)
                sum += (rotated.bits.get(8 * k + bit) ? -1 : 1) * static_cast<double>(rotated.messages[k].map[axis]);
            EXPECT_LT(std::abs(sum / static_cast<double>(rotated.messages.size())), 6.5 * std::sqrt(0.125 / 5e4));
        }
}

} // namespace
} // namespace qkdes::cv
