// Sampling and extraction: against the matrix written out, and what an adversary without one server can know.
#include "sim/kme/digital/pool_extractor.hpp"
#include "tests/sim/kme/shares_support.hpp"

#include <set>

#include <botan/xof.h>
#include <gtest/gtest.h>

namespace qkdes {
namespace {

bool bit(SecretBytes const& bytes, std::size_t i) { return bytes.data()[i / 8] >> (i % 8) & 1; }

// Every output bit from its definition. Fails for any shift, order or edge that is off by one.
TEST(PoolExtractor, IsTheToeplitzProduct) {
    test::SeededEntropy entropy{51};
    for (std::size_t words : {1u, 3u, 24u}) {
        SecretBytes const seed = test::random_key(entropy);
        SecretBytes samples{8 * words};
        entropy.fill(samples.mutable_view());
        std::size_t const out_bytes = 5, n = 64 * words;
        SecretBytes diagonal{samples.size() + out_bytes + 1};
        auto const stream = Botan::XOF::create_or_throw("SHAKE-256");
        stream->update(seed);
        stream->output(diagonal.mutable_view());
        SecretBytes const out = toeplitz_extract(seed, samples, out_bytes);
        for (std::size_t i = 0; i < 8 * out_bytes; ++i) {
            bool sum = false;
            for (std::size_t j = 0; j < n; ++j)
                sum ^= bit(diagonal, i + n - 1 - j) && bit(samples, j);
            EXPECT_EQ(bit(out, i), sum) << i;
        }
    }
}

// The map from one server's samples to key and confirmation is onto: with that server's pool uniform and unseen, the
// key is exactly uniform whatever the other servers' samples are. That is the claim "secure if c < s", by linear
// algebra.
TEST(PoolExtractor, OneUnseenServerMakesTheKeyUniform) {
    test::SeededEntropy entropy{52};
    SecretBytes const seed = test::random_key(entropy);
    std::size_t const inputs = 64 * sampled_words(256), bytes = 48;
    std::vector<std::vector<std::uint8_t>> rows; // an echelon basis of the images of single bits
    for (std::size_t j = 0; j < inputs && rows.size() < 8 * bytes; ++j) {
        SecretBytes unit{inputs / 8};
        unit.data()[j / 8] = static_cast<std::uint8_t>(1u << j % 8);
        auto const image = toeplitz_extract(seed, unit, bytes);
        std::vector<std::uint8_t> row(8 * bytes);
        for (std::size_t i = 0; i < row.size(); ++i)
            row[i] = bit(image, i);
        for (auto const& basis : rows) {
            auto const lead = static_cast<std::size_t>(std::find(basis.begin(), basis.end(), 1) - basis.begin());
            if (row[lead] != 0)
                for (std::size_t i = 0; i < row.size(); ++i)
                    row[i] ^= basis[i];
        }
        if (std::count(row.begin(), row.end(), 1) != 0) rows.push_back(std::move(row));
    }
    EXPECT_EQ(rows.size(), 8 * bytes);
}

// Positions are distinct and cover the pool evenly: chi-square over 64 parts of the pool, false alarm 1e-9 (64 + 2
// sqrt(63 * 20.7) + 41.4 = 178 for 63 degrees of freedom).
TEST(PoolExtractor, PositionsAreDistinctAndEven) {
    test::SeededEntropy entropy{53};
    constexpr std::uint64_t kWords = 1'000'003;
    std::vector<double> parts(64);
    for (int round = 0; round < 500; ++round) {
        auto const positions = sample_positions(test::random_key(entropy), 96, kWords);
        EXPECT_EQ(std::set<std::uint64_t>(positions.begin(), positions.end()).size(), 96u);
        for (auto p : positions) {
            ASSERT_LT(p, kWords);
            parts[64 * p / kWords] += 1;
        }
    }
    double statistic = 0;
    for (double count : parts)
        statistic += (count - 750) * (count - 750) / 750;
    EXPECT_LT(statistic, 178);
    auto const crowded = sample_positions(test::random_key(entropy), 100, 200);
    EXPECT_EQ(std::set<std::uint64_t>(crowded.begin(), crowded.end()).size(), 100u);
}

TEST(PoolExtractor, SeedsDifferByServerKeyAndUse) {
    test::SeededEntropy entropy{54};
    SecretBytes const seed = test::random_key(entropy);
    auto const one = pool_seeds(seed, 1, test::key_id(1)), two = pool_seeds(seed, 2, test::key_id(1)),
               other = pool_seeds(seed, 1, test::key_id(2));
    EXPECT_FALSE(one.sampling == one.extraction);
    EXPECT_FALSE(one.sampling == two.sampling);
    EXPECT_FALSE(one.extraction == two.extraction);
    EXPECT_FALSE(one.sampling == other.sampling);
}

} // namespace
} // namespace qkdes
