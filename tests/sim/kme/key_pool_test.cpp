// The key store's promises: oldest first, nothing twice, and books that balance at every moment.
#include "sim/base/rng.hpp"
#include "sim/kme/key_pool.hpp"
#include "tests/support/unit_ledger.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <set>

namespace qkdes {
namespace {

/// The same histories in every run; RC_PARAMS in the environment asks for others.
[[maybe_unused]] int const kFixedSeed = ::setenv("RC_PARAMS", "seed=2 max_success=1000", 0);

constexpr LinkId kLink{std::size_t{0}};
constexpr NodeId kNode{std::size_t{0}};

Bits some_key(std::size_t units, std::uint64_t seed = 1) {
    RngStream rng{seed, "key"};
    Bits key{units * kUnitBits};
    rng.fill(key.mutable_words());
    return key;
}

struct PoolTest : testing::Test {
    test::UnitLedger ledger;
    KeyPool pool{kNode, kLink, KeyPool::End::a, 100 * kUnitBits, ledger};

    void expect_balance() {
        EXPECT_TRUE(ledger.faults.empty()) << ledger.faults.front();
        EXPECT_EQ(ledger.held(kNode, kLink), pool.account().held());
    }
};

TEST_F(PoolTest, HandsOutItsHalfOldestFirst) {
    pool.store(7, some_key(3, 7), 2);
    pool.store(4, some_key(3, 4), 1);
    std::vector<UnitId> order;
    while (auto const unit = pool.reserve())
        order.push_back(*unit);
    EXPECT_EQ(order, (std::vector<UnitId>{{4, 0}, {7, 0}, {7, 1}})); // end a's come first in a block
    EXPECT_EQ(pool.free_own_units(), 0u);
    pool.release({7, 0});
    EXPECT_EQ(pool.reserve(), (UnitId{7, 0})); // back to its place, not to the end
}

// Both halves count for what is kept, and what the peer hands out is honoured whatever is left.
TEST_F(PoolTest, WhatIsKeptIsNotHandedOut) {
    KeyPool keeps{kNode, LinkId{std::size_t{1}}, KeyPool::End::a, 100 * kUnitBits, ledger, 5 * kUnitBits - 1};
    keeps.store(0, some_key(12), 8);
    EXPECT_EQ(keeps.free_own_units(), 7u) << "12 held, 5 kept";
    std::vector<UnitId> taken;
    for (int i = 0; i < 4; ++i)
        taken.push_back(keeps.reserve().value());
    EXPECT_EQ(keeps.free_own_units(), 3u) << "reserved units are as good as gone";
    for (auto const& unit : taken) {
        ASSERT_TRUE(keeps.draw(unit));
        keeps.use(unit);
    }
    EXPECT_EQ(keeps.free_own_units(), 3u);
    for (std::uint32_t i = 8; i < 12; ++i) {
        ASSERT_TRUE(keeps.draw_of_peer({0, i}));
        keeps.use({0, i});
    }
    EXPECT_EQ(keeps.account().held(), 4u) << "below what is kept";
    EXPECT_EQ(keeps.free_own_units(), 0u);
    EXPECT_FALSE(keeps.reserve().has_value());
    keeps.store(1, some_key(2), 1);
    EXPECT_EQ(keeps.free_own_units(), 1u);
    EXPECT_TRUE(keeps.reserve().has_value());
}

TEST_F(PoolTest, BitsComeOutAsTheyWentIn) {
    Bits const key = some_key(4);
    pool.store(0, key, 2);
    auto const unit = pool.reserve().value();
    auto const own = pool.draw(unit).value();
    auto const peers = pool.draw({0, 3}).value();
    auto const bytes = key.bytes();
    EXPECT_TRUE(std::equal(own.view().begin(), own.view().end(), bytes.begin() + unit.index * 32));
    EXPECT_TRUE(std::equal(peers.view().begin(), peers.view().end(), bytes.begin() + 3 * 32));
}

// Fails when a unit can be had twice, from either half, by any way.
TEST_F(PoolTest, NothingIsHandedOutTwice) {
    pool.store(0, some_key(4), 2);
    auto const own = pool.reserve().value();
    EXPECT_TRUE(pool.draw(own).has_value());
    EXPECT_FALSE(pool.draw(own).has_value());
    EXPECT_FALSE(pool.draw({0, 1}).has_value()) << "own half, not reserved: the peer may not name it";
    EXPECT_TRUE(pool.draw({0, 2}).has_value());
    EXPECT_FALSE(pool.draw({0, 2}).has_value());
    EXPECT_FALSE(pool.annul_for_peer({0, 2})) << "drawn already";
    EXPECT_FALSE(pool.annul_for_peer({0, 1})) << "not the peer's to give up";
    EXPECT_TRUE(pool.annul_for_peer({0, 3}));
    EXPECT_FALSE(pool.annul_for_peer({0, 3}));
    EXPECT_FALSE(pool.draw({0, 3}).has_value());
    EXPECT_FALSE(pool.draw({0, 4}).has_value()) << "beyond the block";
    EXPECT_FALSE(pool.draw({9, 0}).has_value()) << "no such block";
    pool.use(own);
    EXPECT_FALSE(pool.draw(own).has_value());
    expect_balance();
}

TEST_F(PoolTest, ExpiryTakesWhatIsFreeAndOnlyThisHalf) {
    pool.store(0, some_key(6), 3); // own: 0 1 2
    auto const used = pool.reserve().value(), released = pool.reserve().value();
    pool.expire(0, KeyPool::Half::own);
    EXPECT_EQ(pool.account().expired, 1u);
    EXPECT_EQ(pool.free_own_units(), 0u);
    EXPECT_TRUE(pool.draw({0, 3}).has_value()) << "the peer's half lives longer";
    EXPECT_TRUE(pool.draw(used).has_value()) << "what was reserved in time is honoured";
    pool.use(used);
    pool.release(released); // too late to be free again
    EXPECT_EQ(pool.account().expired, 2u);
    EXPECT_FALSE(pool.reserve().has_value());
    pool.expire(0, KeyPool::Half::peer);
    EXPECT_EQ(pool.account().expired, 4u);
    EXPECT_EQ(pool.account().held(), 1u);
    pool.annul({0, 3});
    EXPECT_EQ(pool.account().held(), 0u);
    EXPECT_EQ(pool.room_units(KeyPool::Half::own), 50u);
    EXPECT_EQ(pool.room_units(KeyPool::Half::peer), 50u);
    expect_balance();
}

// However a unit leaves, and whether its bits stand here or come from a stream, the same is told of it: the ledger
// compares. The unit in the middle is drawn at one end, so that what expires there is no range.
TEST_F(PoolTest, TheSameIsToldOfAUnitThatExpiresAndOfOneThatIsUsed) {
    constexpr NodeId kPeer{std::size_t{1}}, kThird{std::size_t{2}};
    KeyPool peer{kPeer, kLink, KeyPool::End::b, 100 * kUnitBits, ledger};
    KeyPool third{kThird, kLink, KeyPool::End::a, 100 * kUnitBits, ledger};
    Bits const rest = some_key(1, 5).slice(0, 100);
    auto const key = std::make_shared<KeyUnits const>(rest, KeyString{RngStream{3, "key"}, 5 * kUnitBits}, 3);
    pool.store(1, key, 5, 5);
    peer.store(1, key, 5, 5);
    third.store(1, key->slice(0, 5 * kUnitBits), 5); // the bits themselves
    ASSERT_TRUE(pool.draw({1, 2}) == std::nullopt);  // not reserved
    for (std::uint32_t i = 0; i < 3; ++i)
        ASSERT_TRUE(pool.draw(pool.reserve().value()));
    pool.use({1, 2});
    pool.put_back({1, 0});
    pool.put_back({1, 1});
    pool.expire(1, KeyPool::Half::own);
    for (std::uint32_t i = 0; i < 5; ++i) {
        ASSERT_TRUE(peer.draw_of_peer({1, i}));
        peer.use({1, i});
    }
    third.expire(1, KeyPool::Half::own);
    EXPECT_EQ(pool.account().expired, 4u);
    EXPECT_EQ(peer.account().used, 5u);
    EXPECT_EQ(third.account().expired, 5u);
    EXPECT_EQ(ledger.digests.size(), 5u);
    expect_balance();
}

TEST_F(PoolTest, AfterACrashWhatWasOutIsVoided) {
    pool.store(0, some_key(6), 3);
    pool.reserve();
    auto const drawn = pool.reserve().value();
    pool.draw(drawn);
    EXPECT_EQ(pool.annul_open(), (std::vector<UnitId>{{0, 0}, {0, 1}}));
    EXPECT_EQ(pool.account().voided, 2u);
    EXPECT_EQ(pool.reserve(), (UnitId{0, 2}));
    expect_balance();
}

// An end that hands nothing out must not crowd out one that does. Fails when the halves share one capacity.
TEST_F(PoolTest, AFullHalfLeavesTheOtherItsRoom) {
    for (std::uint64_t block = 1; block <= 50; ++block)
        pool.store(block, some_key(1, block), 0);
    EXPECT_EQ(pool.room_units(KeyPool::Half::peer), 0u);
    EXPECT_EQ(pool.room_units(KeyPool::Half::own), 50u);
    pool.store(51, some_key(50, 51), 50);
    EXPECT_EQ(pool.free_own_units(), 50u);
    auto const used = pool.reserve().value();
    EXPECT_EQ(pool.room_units(KeyPool::Half::own), 0u) << "what is reserved still takes room";
    pool.draw(used);
    pool.use(used);
    EXPECT_EQ(pool.room_units(KeyPool::Half::own), 1u);
}

/// What the pool should be, said in the simplest way.
struct Model {
    enum class State { free, reserved, drawn, expired };
    std::map<UnitId, State> units;
    std::set<std::pair<std::uint64_t, KeyPool::Half>> expired_halves;
    std::set<UnitId> ever_drawn;
    PoolAccount account;
    std::map<std::uint64_t, std::uint32_t> units_of_a;
    bool own(UnitId u) const { return units_of_a.contains(u.block) && u.index < units_of_a.at(u.block); }
};

// Random histories against the model. Fails on reuse (set `block.first_free = 0` and skip the state in reserve), on a
// leak (drop the `++free_own_` in release) and on any imbalance.
RC_GTEST_PROP(KeyPoolModel, AgreesOverRandomHistories, ()) {
    using State = Model::State;
    test::UnitLedger ledger;
    KeyPool pool{kNode, kLink, KeyPool::End::a, 40 * kUnitBits, ledger};
    Model model;
    std::uint64_t next_block = 1;
    auto const some_unit = [&] {
        return UnitId{*rc::gen::inRange<std::uint64_t>(0, next_block + 1), *rc::gen::inRange<std::uint32_t>(0, 7)};
    };
    auto const end = [&](UnitId unit, std::uint64_t PoolAccount::*fate) {
        model.units.erase(unit);
        ++(model.account.*fate);
    };
    int const steps = *rc::gen::inRange(1, 120);
    for (int step = 0; step < steps; ++step) {
        UnitId const unit = some_unit();
        auto const found = model.units.find(unit);
        State const state = found == model.units.end() ? State::expired : found->second;
        bool const late = model.expired_halves.contains({unit.block, KeyPool::Half::own});
        switch (*rc::gen::inRange(0, 9)) {
        case 0: {
            auto const size = *rc::gen::inRange<std::uint32_t>(1, 7);
            auto const of_a = *rc::gen::inRange<std::uint32_t>(0, size + 1);
            if (pool.room_units(KeyPool::Half::own) < of_a || pool.room_units(KeyPool::Half::peer) < size - of_a) break;
            pool.store(next_block, some_key(size, next_block), of_a);
            model.units_of_a[next_block] = of_a;
            for (std::uint32_t i = 0; i < size; ++i)
                model.units[{next_block, i}] = State::free;
            model.account.stored += size;
            ++next_block;
            break;
        }
        case 1:
        case 2: {
            std::optional<UnitId> expected;
            for (auto const& [candidate, s] : model.units)
                if (s == State::free && model.own(candidate) && !expected) expected = candidate;
            auto const reserved = pool.reserve();
            RC_ASSERT(reserved == expected);
            if (reserved) model.units[*reserved] = State::reserved;
            break;
        }
        case 3: {
            bool const allowed =
                found != model.units.end() && state == (model.own(unit) ? State::reserved : State::free);
            RC_ASSERT(pool.draw(unit).has_value() == allowed);
            if (allowed) {
                RC_ASSERT(model.ever_drawn.insert(unit).second);
                model.units[unit] = State::drawn;
            }
            break;
        }
        case 4:
            if (state != State::reserved) break;
            pool.release(unit);
            if (late)
                end(unit, &PoolAccount::expired);
            else
                model.units[unit] = State::free;
            break;
        case 5:
            if (state != State::drawn) break;
            pool.use(unit);
            end(unit, &PoolAccount::used);
            break;
        case 6:
            if (state != State::drawn && state != State::reserved) break;
            pool.annul(unit);
            end(unit, &PoolAccount::voided);
            break;
        case 7: {
            bool const allowed = found != model.units.end() && state == State::free && !model.own(unit);
            RC_ASSERT(pool.annul_for_peer(unit) == allowed);
            if (allowed) end(unit, &PoolAccount::voided);
            break;
        }
        case 8: {
            auto const half = *rc::gen::arbitrary<bool>() ? KeyPool::Half::own : KeyPool::Half::peer;
            pool.expire(unit.block, half);
            if (unit.block == 0 || unit.block >= next_block) break;
            model.expired_halves.insert({unit.block, half});
            for (std::uint32_t i = 0; i < 7; ++i) {
                UnitId const candidate{unit.block, i};
                auto const it = model.units.find(candidate);
                if (it == model.units.end() || it->second != State::free) continue;
                if (model.own(candidate) == (half == KeyPool::Half::own)) end(candidate, &PoolAccount::expired);
            }
            break;
        }
        }
        auto const& account = pool.account();
        RC_ASSERT(account.stored == model.account.stored && account.used == model.account.used);
        RC_ASSERT(account.expired == model.account.expired && account.voided == model.account.voided);
        RC_ASSERT(account.held() == model.units.size());
        RC_ASSERT(ledger.held(kNode, kLink) == model.units.size());
        RC_ASSERT(ledger.faults.empty());
    }
}

} // namespace
} // namespace qkdes
