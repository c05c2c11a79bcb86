// fill() gives the words of next(), in order, whatever its length and whatever was drawn before: with wide vectors
// where the processor has them, so that machines agree. Red when a group of blocks is skipped or two words are swapped.
#include "sim/base/rng.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace qkdes {
namespace {

TEST(RngFill, IsNextInOrder) {
    for (std::size_t before : {0, 1, 2, 3})
        for (std::size_t size : {0, 1, 15, 31, 32, 33, 47, 48, 49, 64, 1000}) {
            RngStream one{7, "fill", size}, other{7, "fill", size};
            for (std::size_t i = 0; i < before; ++i)
                ASSERT_EQ(one.next(), other.next());
            std::vector<std::uint64_t> words(size);
            one.fill(std::span<std::uint64_t>{words});
            for (std::size_t i = 0; i < size; ++i)
                ASSERT_EQ(words[i], other.next()) << before << " " << size << " " << i;
            ASSERT_EQ(one.next(), other.next());
        }
}

} // namespace
} // namespace qkdes
