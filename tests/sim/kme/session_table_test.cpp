// The tables of sessions against the standard library's, under entries that collide on purpose.
#include "sim/base/rng.hpp"
#include "sim/kme/session_table.hpp"

#include <gtest/gtest.h>

#include <map>

namespace qkdes {
namespace {

struct FewBuckets {
    std::size_t operator()(std::uint32_t key) const { return key % 7 + (key % 3 == 0 ? 14 : 0); }
};

// Fails when erasing cuts a chain of probes, or when growing loses an entry.
TEST(SessionTable, BehavesLikeAMap) {
    SessionTable<std::uint32_t, FewBuckets> table;
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

TEST(SerialTable, BehavesLikeAMap) {
    SerialTable<int> table;
    std::map<std::uint64_t, int> map;
    RngStream rng{2, "table"};
    std::uint64_t serial = 5;
    for (int step = 0; step < 20'000; ++step) {
        if (rng.bernoulli(0.5)) {
            serial += 1 + rng.below(3);
            table.add(serial, step);
            map.emplace(serial, step);
        } else if (!map.empty()) {
            auto victim = map.begin();
            std::advance(victim, static_cast<std::ptrdiff_t>(rng.below(map.size())));
            table.erase(victim->first);
            map.erase(victim);
        }
        std::map<std::uint64_t, int> seen;
        if (step % 100 == 0) {
            table.each([&](std::uint64_t at, int value) { seen.emplace(at, value); });
            ASSERT_EQ(seen, map);
        }
        auto const asked = rng.below(serial + 5);
        ASSERT_EQ(table.contains(asked), map.contains(asked));
        if (map.contains(asked)) {
            ASSERT_EQ(table.at(asked), map.at(asked));
        }
    }
    EXPECT_EQ(table.mark(serial + 1), 0);
    table.add(serial += 3, 1);
    EXPECT_EQ(table.mark(serial), 0);
    table.set_mark(serial, 5);
    EXPECT_EQ(table.mark(serial), 5);
    EXPECT_EQ(table.mark(serial - 1), 0);
    table.erase(serial);
    EXPECT_EQ(table.mark(serial), 0);
    table.clear();
    EXPECT_FALSE(table.contains(serial));
    table.add(serial + 1, 7);
    EXPECT_EQ(table.at(serial + 1), 7);
}

} // namespace
} // namespace qkdes
