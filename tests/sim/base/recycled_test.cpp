#include "sim/base/recycled.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <set>
#include <thread>
#include <vector>

namespace qkdes {
namespace {

using Piece = Recycled<40>;

TEST(Recycled, GivesOutLastWhatCameBackLast) {
    void* const a = Piece::take();
    void* const b = Piece::take();
    ASSERT_NE(a, b);
    Piece::give_back(a);
    Piece::give_back(b);
    void* const first = Piece::take();
    void* const second = Piece::take();
    if (kRecycles) {
        EXPECT_EQ(first, b);
        EXPECT_EQ(second, a);
    }
    Piece::give_back(first);
    Piece::give_back(second);
}

// More than it keeps: no piece is given out twice, and all of each is the taker's. The sanitizers see what is lost.
TEST(Recycled, KeepsPiecesApart) {
    std::vector<void*> pieces;
    for (int round = 0; round < 3; ++round) {
        while (pieces.size() < 10'000) {
            pieces.push_back(Piece::take());
            std::memset(pieces.back(), static_cast<int>(pieces.size()), 40);
        }
        EXPECT_EQ(std::set<void*>(pieces.begin(), pieces.end()).size(), pieces.size());
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            std::array<unsigned char, 40> is, wanted;
            std::memcpy(is.data(), pieces[i], is.size());
            wanted.fill(static_cast<unsigned char>(i + 1));
            ASSERT_EQ(is, wanted) << i;
        }
        for (void* const piece : pieces)
            Piece::give_back(piece);
        pieces.clear();
    }
}

TEST(Recycled, IsAlignedAsAsked) {
    using Line = Recycled<100, 64>;
    std::vector<void*> pieces;
    for (int i = 0; i < 100; ++i) {
        pieces.push_back(Line::take());
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(pieces.back()) % 64, 0u);
    }
    for (void* const piece : pieces)
        Line::give_back(piece);
}

TEST(Recycled, OutlivesTheThreadThatTook) {
    std::shared_ptr<std::array<int, 5>> shared;
    std::thread{[&] { shared = std::allocate_shared<std::array<int, 5>>(RecyclingAllocator<int>{}); }}.join();
    (*shared)[4] = 7;
    EXPECT_EQ((*shared)[4], 7);
    shared.reset(); // in this thread
    auto const again = std::allocate_shared<std::array<int, 5>>(RecyclingAllocator<int>{});
    EXPECT_EQ((*again)[4], 0);
}

} // namespace
} // namespace qkdes
