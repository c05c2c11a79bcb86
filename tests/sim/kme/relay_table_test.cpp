// The table of relays against a map, and indices over it under hashes that collide on purpose.
#include "sim/base/hash.hpp"
#include "sim/base/rng.hpp"
#include "sim/kme/relay_table.hpp"

#include <gtest/gtest.h>

#include <iterator>
#include <map>

namespace qkdes {
namespace {

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
        ASSERT_EQ(table.empty(), map.empty());
        if (!map.empty()) {
            ASSERT_EQ(table.first(), map.begin()->first);
            ASSERT_GT(table.end(), map.rbegin()->first);
        }
    }
    EXPECT_EQ(table.mark(serial + 1), 0);
    table.add(serial += 3, 1);
    EXPECT_EQ(table.mark(serial), 0);
    table.set_mark(serial, 5);
    table.set_time(serial, kSimStart + SimDuration{9});
    EXPECT_EQ(table.mark(serial), 5);
    EXPECT_EQ(table.time(serial), kSimStart + SimDuration{9});
    EXPECT_EQ(table.mark(serial - 1), 0);
    EXPECT_EQ(table.end(), serial + 1);
    table.erase(serial);
    EXPECT_EQ(table.mark(serial), 0);
    table.clear();
    EXPECT_FALSE(table.contains(serial));
    table.add(serial + 1, 7);
    EXPECT_EQ(table.at(serial + 1), 7);
}

// As a map from keys to the newest value that has the key, while values come, lose their key and go. Fails when a sweep
// loses an entry or leaves one of a value that is gone, and when one tag hides another's entry.
TEST(SerialIndex, BehavesLikeAMap) {
    SerialTable<int> values; // their keys; none: -1
    SerialIndex index;
    RngStream rng{3, "table"};
    auto const hash = [](int key) {
        return static_cast<std::uint64_t>(key % 5) << 32 | static_cast<unsigned>(key % 9);
    };
    std::uint64_t serial = (std::uint64_t{1} << 32) - 3000; // the low half turns over
    for (int step = 0; step < 50'000; ++step) {
        int const key = static_cast<int>(rng.below(40));
        if (rng.bernoulli(0.4)) {
            values.add(++serial, key);
            if (rng.bernoulli(0.5))
                index.add(values, hash(key), serial);
            else
                index.add_waiting(values, hash(key), serial);
        } else if (!values.empty()) {
            std::uint64_t const victim = rng.bernoulli(0.7) ? values.first() : serial - rng.below(10);
            if (rng.bernoulli(0.5))
                values.erase(victim);
            else if (int* const kept = values.find(victim))
                *kept = -1;
        }
        int const asked = static_cast<int>(rng.below(40));
        std::uint64_t expected = 0;
        values.each([&](std::uint64_t at, int has) {
            if (has == asked) expected = at;
        });
        auto const found = index.find(values, hash(asked), [&](int has) { return has == asked; });
        ASSERT_EQ(found.first, expected);
        ASSERT_EQ(found.second, values.find(expected));
    }
    index.clear();
    EXPECT_EQ(index.find(values, 0, [](int) { return true; }).second, nullptr);
}

// Ten values at a time, a million in turn: what is gone makes room, whether anybody asks or not.
TEST(SerialIndex, StaysSmall) {
    for (bool const asked : {true, false}) {
        SerialTable<int> values;
        SerialIndex index;
        for (std::uint64_t serial = 1; serial <= 1'000'000; ++serial) {
            values.add(serial, 0);
            asked ? index.add(values, mix64(serial), serial) : index.add_waiting(values, mix64(serial), serial);
            if (serial > 10) values.erase(serial - 10);
            if (!asked) continue;
            ASSERT_EQ(index.find(values, mix64(serial), [](int) { return true; }).first, serial);
        }
        EXPECT_LE(index.capacity(), 80u);
        EXPECT_EQ(index.find(values, mix64(999'995), [](int) { return true; }).first, 999'995u);
    }
}

} // namespace
} // namespace qkdes
