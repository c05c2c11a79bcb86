// The auditor must see what it is there to see: each kind of violation is planted once, and a sound story has none.
#include "sim/world/auditor.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

constexpr NodeId kA{0}, kB{1};
constexpr LinkId kLink{0};

Auditor one_link() { return Auditor{{LinkEnds{kA, kB}}}; }

/// Two units of block 0 made and stored at both ends.
Auditor with_two_units() {
    Auditor auditor = one_link();
    auditor.made(kLink, 600, 60, true);
    auditor.pending(kLink, 600 - 60 - 512);
    for (NodeId const end : {kA, kB})
        auditor.block_stored(end, kLink, 0, 2);
    return auditor;
}

TEST(Auditor, ASoundStoryIsClean) {
    Auditor auditor = with_two_units();
    auditor.unit(kA, kLink, {0, 0}, UnitFate::used, 100);
    auditor.unit(kB, kLink, {0, 0}, UnitFate::used, 100);
    auditor.unit(kB, kLink, {0, 1}, UnitFate::expired, 101);
    auditor.check_pool(kLink, kA, 256);
    auditor.check_pool(kLink, kB, 0);
    auditor.check_links();
    EXPECT_TRUE(auditor.clean()) << auditor.messages().front();
}

TEST(Auditor, SeesAUnitLeaveTwice) {
    Auditor auditor = with_two_units();
    auditor.unit(kA, kLink, {0, 0}, UnitFate::used, 100);
    EXPECT_TRUE(auditor.clean());
    auditor.unit(kA, kLink, {0, 0}, UnitFate::used, 100);
    EXPECT_EQ(auditor.violations(), 1u);
}

TEST(Auditor, SeesAUnitLeaveTwiceEvenWhenItsBlockIsGone) {
    Auditor auditor = with_two_units();
    for (std::uint32_t u = 0; u < 2; ++u) {
        auditor.unit(kA, kLink, {0, u}, UnitFate::used, 100 + u);
        auditor.unit(kB, kLink, {0, u}, UnitFate::used, 100 + u);
    }
    EXPECT_TRUE(auditor.clean());
    auditor.unit(kB, kLink, {0, 1}, UnitFate::used, 101);
    EXPECT_FALSE(auditor.clean());
}

TEST(Auditor, SeesAUnitThatWasNeverStored) {
    Auditor auditor = with_two_units();
    auditor.unit(kA, kLink, {7, 0}, UnitFate::used, 1);
    EXPECT_FALSE(auditor.clean());
}

TEST(Auditor, SeesEndsThatDiffer) {
    Auditor auditor = with_two_units();
    auditor.unit(kA, kLink, {0, 0}, UnitFate::used, 100);
    EXPECT_TRUE(auditor.clean());
    auditor.unit(kB, kLink, {0, 0}, UnitFate::used, 99);
    EXPECT_EQ(auditor.violations(), 1u) << "other bits left the other end, or they changed while they were stored";
    Auditor keys = one_link();
    keys.made(kLink, 10, 10, false);
    EXPECT_FALSE(keys.clean());
}

// Of units that expire first the sum over a block is compared, once all are gone.
TEST(Auditor, SeesExpiredUnitsThatDiffer) {
    struct Case {
        UnitFate later;
        std::uint64_t first, second; ///< digests at the later end
        std::uint64_t violations;
    };
    for (auto const& c :
         {Case{UnitFate::expired, 100, 101, 0}, Case{UnitFate::expired, 100, 99, 1},
          Case{UnitFate::expired, 101, 100, 1}, Case{UnitFate::used, 100, 101, 0}, Case{UnitFate::used, 98, 101, 1}}) {
        Auditor auditor = with_two_units();
        auditor.unit(kA, kLink, {0, 0}, UnitFate::expired, 100);
        auditor.unit(kA, kLink, {0, 1}, UnitFate::expired, 101);
        auditor.unit(kB, kLink, {0, 0}, c.later, c.first);
        EXPECT_TRUE(auditor.clean());
        auditor.unit(kB, kLink, {0, 1}, c.later, c.second);
        EXPECT_EQ(auditor.violations(), c.violations) << c.first << ' ' << c.second;
    }
}

TEST(Auditor, SeesAUsedUnitThatDiffersWhereItExpires) {
    Auditor auditor = with_two_units();
    auditor.unit(kA, kLink, {0, 1}, UnitFate::used, 100);
    auditor.unit(kB, kLink, {0, 1}, UnitFate::expired, 98);
    EXPECT_EQ(auditor.violations(), 1u);
}

TEST(Auditor, SeesBlocksThatDiffer) {
    Auditor sizes = one_link();
    sizes.block_stored(kA, kLink, 0, 2);
    sizes.block_stored(kB, kLink, 0, 3);
    EXPECT_EQ(sizes.violations(), 1u);
    sizes.unit(kB, kLink, {0, 2}, UnitFate::used, 1);
    EXPECT_EQ(sizes.violations(), 1u) << "of a unit that the other end never had nothing more can be said";
    Auditor twice = with_two_units();
    twice.block_stored(kA, kLink, 0, 2);
    EXPECT_EQ(twice.violations(), 1u);
}

TEST(Auditor, SeesBitsThatVanish) {
    Auditor lost_between_link_and_store = one_link();
    lost_between_link_and_store.made(kLink, 512, 0, true);
    for (NodeId const end : {kA, kB})
        lost_between_link_and_store.block_stored(end, kLink, 0, 1);
    lost_between_link_and_store.check_links();
    EXPECT_FALSE(lost_between_link_and_store.clean());

    Auditor vanished_in_the_store = with_two_units();
    vanished_in_the_store.check_pool(kLink, kA, 256);
    EXPECT_FALSE(vanished_in_the_store.clean());
}

TEST(Auditor, SeesApplicationsWithDifferentKeys) {
    Auditor auditor = one_link();
    KeyId const id{{1, 2, 3}};
    auditor.delivered(id, true, 11);
    auditor.delivered(id, false, 11);
    EXPECT_TRUE(auditor.clean());
    auditor.delivered(id, false, 12);
    EXPECT_EQ(auditor.violations(), 1u);
    auditor.delivered(id, true, 11);
    EXPECT_EQ(auditor.violations(), 2u) << "one id for two keys";
    auditor.delivered(KeyId{{9}}, false, 1);
    EXPECT_EQ(auditor.violations(), 3u) << "a key from nowhere";
}

TEST(Auditor, KeepsTheFirstHundredMessagesButCountsAll) {
    Auditor auditor = one_link();
    for (std::uint32_t i = 0; i < 250; ++i)
        auditor.unit(kA, kLink, {9, i}, UnitFate::used, 0);
    EXPECT_EQ(auditor.violations(), 250u);
    EXPECT_EQ(auditor.messages().size(), 100u);
}

} // namespace
} // namespace qkdes
