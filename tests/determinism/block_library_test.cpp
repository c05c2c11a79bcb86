// Several worlds take blocks at once: here, where the thread sanitizer looks on.
#include "sim/world/block_library.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace qkdes {
namespace {

TEST(BlockLibrary, EachBlockIsMadeOnceWhoeverAsks) {
    BlockLibrary library{1};
    std::atomic<int> made{0};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (std::uint64_t i = 0; i < 50; ++i) {
                    LinkBlock const block = library.take(LinkId{0}, i, [&] {
                        ++made;
                        LinkBlock b;
                        b.yield.secret = i;
                        return b;
                    });
                    EXPECT_EQ(block.yield.secret, i);
                }
            });
    }
    EXPECT_EQ(made, 50);
}

} // namespace
} // namespace qkdes
