// Sifting by two parties against nature's joint record: the same bits, counts and errors. Red when a party keeps
// another position than the other, or an intensity is booked under the wrong bit.
#include "models/link/decoy/sifting_parties.hpp"

#include "sim/base/rng.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

TEST(SiftingParties, KeepsWhatMatchesAndBooksTheRest) {
    RngStream rng{1, "sifting"};
    Sifting sifting;
    SiftedCounts truth;
    std::uint64_t mismatch = 0, dropped = 0, z = 0;
    std::vector<bool> alice_z, bob_x;
    int const events = 100'000;
    for (int i = 0; i < events; ++i) {
        Sent const sent{static_cast<unsigned>(rng.below(3)), rng.bernoulli(0.3), rng.bernoulli(0.5)};
        Seen const seen{rng.bernoulli(0.4), rng.bernoulli(0.1) != sent.bit, rng.bernoulli(0.9)};
        bool const became_z = sifting.exchange(sent, seen);
        EXPECT_EQ(became_z, seen.usable && !seen.x && !sent.x);
        z += became_z;
        if (!seen.usable) {
            ++dropped;
        } else if (seen.x != sent.x) {
            ++mismatch;
        } else if (seen.x) {
            ++truth.n_x[sent.intensity];
            truth.m_x[sent.intensity] += seen.bit != sent.bit;
            bob_x.push_back(seen.bit);
        } else {
            ++truth.n_z[sent.intensity];
            truth.m_z[sent.intensity] += seen.bit != sent.bit;
            alice_z.push_back(sent.bit);
        }
    }
    EXPECT_EQ(sifting.basis_mismatch, mismatch);
    EXPECT_EQ(sifting.dropped, dropped);
    EXPECT_EQ(z, truth.total_z());
    Bits const alice = sifting.alice.z.take(), bob = sifting.bob.z.take(), low = sifting.z.low.take(),
               high = sifting.z.high.take();
    ASSERT_EQ(alice.size(), alice_z.size());
    for (std::size_t i = 0; i < alice_z.size(); ++i)
        ASSERT_EQ(alice.get(i), alice_z[i]);
    Bits errors = alice;
    errors ^= bob;
    EXPECT_EQ(count_intensities(low, high), truth.n_z);
    EXPECT_EQ(count_by_intensity(errors, low, high), truth.m_z);

    Bits const x_low = sifting.x.low.take(), x_high = sifting.x.high.take(), x_bob = sifting.bob.x.take();
    ASSERT_EQ(x_bob.size(), bob_x.size());
    for (std::size_t i = 0; i < bob_x.size(); ++i)
        ASSERT_EQ(x_bob.get(i), bob_x[i]);
    Bits x_errors = sifting.alice.x.take();
    x_errors ^= x_bob;
    EXPECT_EQ(count_intensities(x_low, x_high), truth.n_x);
    EXPECT_EQ(count_by_intensity(x_errors, x_low, x_high), truth.m_x);
}

// Three states: the dark port's clicks are kept whatever Alice sent; only those of |+> are errors.
TEST(SiftingParties, KeepsTheReferenceOfThreeStates) {
    Sifting sifting;
    sifting.three_state = true;
    for (int i = 0; i < 30; ++i) {
        bool const reference = i % 3 != 0;
        sifting.exchange({static_cast<unsigned>(i % 2), !reference, reference && i % 2 == 0}, {true, true, true});
    }
    EXPECT_FALSE(sifting.exchange({0, true, false}, {false, true, true})); // |+> seen in Z: of no use
    EXPECT_TRUE(sifting.exchange({0, false, true}, {false, true, true}));
    EXPECT_EQ(sifting.basis_mismatch, 1u);
    EXPECT_EQ(sifting.alice.z.size(), 1u);
    Bits errors = sifting.alice.x.take();
    errors ^= sifting.bob.x.take();
    EXPECT_EQ(errors.size(), 30u);
    EXPECT_EQ(errors.count(), 10u);
}

TEST(BitTape, GivesBackWhatWasPushed) {
    for (int size : {0, 1, 63, 64, 65, 200}) {
        BitTape tape;
        for (int i = 0; i < size; ++i)
            tape.push(i % 3 == 0);
        Bits const bits = tape.take();
        ASSERT_EQ(bits.size(), static_cast<std::size_t>(size));
        for (int i = 0; i < size; ++i)
            ASSERT_EQ(bits.get(static_cast<std::size_t>(i)), i % 3 == 0);
        EXPECT_EQ(tape.size(), 0u);
    }
}

} // namespace
} // namespace qkdes
