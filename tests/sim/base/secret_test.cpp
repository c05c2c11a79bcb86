// Secrets, near and far ones, copied, moved and wiped.
#include "sim/base/secret.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace qkdes {
namespace {

std::vector<std::uint8_t> pattern(std::size_t size) {
    std::vector<std::uint8_t> out(size);
    for (std::size_t i = 0; i < size; ++i)
        out[i] = static_cast<std::uint8_t>(i * 7 + size);
    return out;
}

bool holds(SecretBytes const& secret, std::vector<std::uint8_t> const& bytes) {
    return std::vector<std::uint8_t>(secret.view().begin(), secret.view().end()) == bytes;
}

class Secret : public ::testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Sizes, Secret, ::testing::Values(0, 1, 31, 32, 33, 64, 5000));

TEST_P(Secret, IsCopiedAndMoved) {
    auto const bytes = pattern(GetParam());
    SecretBytes first{std::span<std::uint8_t const>{bytes}};
    SecretBytes const copy = first;
    EXPECT_TRUE(holds(first, bytes) && holds(copy, bytes));
    EXPECT_TRUE(first == copy);
    SecretBytes moved = std::move(first);
    EXPECT_TRUE(holds(moved, bytes));
    EXPECT_TRUE(first.empty());                       // NOLINT(bugprone-use-after-move): what a move leaves
    for (std::size_t const before : {0, 5, 32, 40}) { // over what was near or far
        SecretBytes other{before};
        other = copy;
        EXPECT_TRUE(holds(other, bytes));
        SecretBytes third{before};
        third = std::move(other);
        EXPECT_TRUE(holds(third, bytes));
        EXPECT_TRUE(other.empty()); // NOLINT(bugprone-use-after-move)
    }
    SecretBytes& same = moved;
    moved = same;
    EXPECT_TRUE(holds(moved, bytes));
    std::vector<SecretBytes> many(20, copy);
    many.push_back(copy); // which moves them
    for (auto const& one : many)
        EXPECT_TRUE(one == copy);
}

TEST_P(Secret, BeginsAsZerosAndTellsDifferences) {
    SecretBytes zeros{GetParam()};
    EXPECT_TRUE(holds(zeros, std::vector<std::uint8_t>(GetParam(), 0)));
    if (GetParam() == 0) return;
    SecretBytes other = zeros;
    other.data()[GetParam() - 1] ^= 0x80;
    EXPECT_FALSE(zeros == other);
    EXPECT_FALSE(zeros == SecretBytes{GetParam() - 1});
}

// Of a near one, whose place can be looked at: nothing is left of it once it is gone, moved away or assigned to.
TEST(Secret, IsWiped) {
    std::vector<std::uint8_t> const bytes(32, 0xa5);
    alignas(SecretBytes) std::array<std::byte, sizeof(SecretBytes)> place{};
    auto const traces = [&] {
        std::size_t out = 0;
        for (std::byte const b : place)
            out += b == std::byte{0xa5};
        return out;
    };
    auto* secret = new (place.data()) SecretBytes{std::span<std::uint8_t const>{bytes}};
    EXPECT_EQ(traces(), 32u);
    SecretBytes const elsewhere = std::move(*secret);
    EXPECT_EQ(traces(), 0u);
    *secret = elsewhere;
    EXPECT_EQ(traces(), 32u);
    *secret = SecretBytes{4};
    EXPECT_EQ(traces(), 0u);
    *secret = elsewhere;
    std::destroy_at(secret);
    EXPECT_EQ(traces(), 0u);
}

} // namespace
} // namespace qkdes
