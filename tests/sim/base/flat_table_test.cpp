// The flat table against the standard library's map, under entries that collide on purpose.
#include "sim/base/flat_table.hpp"
#include "sim/base/rng.hpp"

#include <gtest/gtest.h>

#include <map>

namespace qkdes {
namespace {

struct FewBuckets {
    std::size_t operator()(std::uint32_t key) const { return key % 7 + (key % 3 == 0 ? 14 : 0); }
};

// Fails when erasing cuts a chain of probes, or when growing loses an entry.
TEST(FlatTable, BehavesLikeAMap) {
    FlatTable<std::uint32_t, FewBuckets> table;
    std::map<std::uint32_t, std::uint64_t> map;
    RngStream rng{1, "table"};
    for (int step = 0; step < 100'000; ++step) {
        auto const key = static_cast<std::uint32_t>(rng.below(60));
        if (rng.bernoulli(0.5)) {
            table.insert_or_assign(key, static_cast<std::uint64_t>(step) + 1);
            map.insert_or_assign(key, static_cast<std::uint64_t>(step) + 1);
        } else {
            table.erase(key);
            map.erase(key);
        }
        auto const asked = static_cast<std::uint32_t>(rng.below(60));
        auto const found = table.find(asked);
        auto const there = map.find(asked);
        ASSERT_EQ(found == table.end(), there == map.end());
        if (found != table.end()) {
            ASSERT_EQ(found->second, there->second);
        }
        ASSERT_EQ(table.size(), map.size());
    }
    table.clear();
    EXPECT_EQ(table.find(1), table.end());
}

} // namespace
} // namespace qkdes
