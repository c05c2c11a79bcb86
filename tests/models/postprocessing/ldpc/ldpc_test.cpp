#include "models/postprocessing/ldpc/ldpc.hpp"

#include "models/postprocessing/ldpc/parties.hpp"
#include "tests/models/postprocessing/random_keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace qkdes {
namespace {

using ldpc::Effort;
using test::binary_entropy;
using test::random_bits;
using test::with_errors;

struct Tally {
    std::uint64_t frames = 0, asked_again = 0, given_up = 0, wrong = 0;
    double leaked = 0, entropy = 0;
    double f() const { return leaked / entropy; }
    void run(std::size_t n, double qber, Effort effort, std::uint64_t count, std::uint64_t seed) {
        for (std::uint64_t i = 0; i < count; ++i, ++frames) {
            RngStream rng{seed, "test/ldpc", i};
            Bits const alice = random_bits(rng, n), bob = with_errors(rng, alice, qber);
            auto const result = ldpc_correct_in_frames(alice, bob, n, {qber, effort}, rng.next());
            leaked += static_cast<double>(result.leaked);
            entropy += static_cast<double>(n) *
                       binary_entropy(static_cast<double>(alice.distance(bob)) / static_cast<double>(n));
            asked_again += result.round_trips > 1;
            given_up += result.failed_frames;
            wrong += result.failed_frames == 0 && result.corrected != alice;
        }
    }
};

// The goal: f at most 1.25 at 1e5 bits with frame errors below 1 %, one family from .5 to 11 %. Of frames that are
// right in the end none is given up; the first attempt is enough for 99 % of them (97 % at .5 %, where the number of
// errors scatters by 4.5 %). 20 frames at a failure rate of 1 % have three failures with a chance of 1e-3. Power: a
// profile with the wrong degrees, or a check rule that overstates, fails in every frame.
TEST(Ldpc, OneFamilyServesAllRates) {
    for (double const qber : {0.005, 0.01, 0.03, 0.08, 0.11}) {
        Tally tally;
        tally.run(100'000, qber, Effort::fast, 20, 41);
        EXPECT_LE(tally.f(), 1.25) << qber;
        EXPECT_GE(tally.f(), 1.0) << "below the entropy: something is not counted";
        EXPECT_LE(tally.asked_again, 2u) << qber;
        EXPECT_EQ(tally.given_up, 0u);
        EXPECT_EQ(tally.wrong, 0u);
    }
}

// The other effort: f of 1.075 to 1.12, some rounds more. Measured over 40 frames a point; the spread is .006 at .5 %.
TEST(Ldpc, BestComesNearTheLimit) {
    for (auto const& [qber, goal] : {std::pair{0.01, 1.11}, std::pair{0.03, 1.09}, std::pair{0.08, 1.095}}) {
        Tally tally;
        tally.run(100'000, qber, Effort::best, 6, 42);
        EXPECT_LE(tally.f(), goal) << qber;
        EXPECT_GE(tally.f(), 1.0);
        EXPECT_EQ(tally.given_up + tally.wrong, 0u);
    }
}

// The goal proper, with the counts it needs: of 1000 frames fewer than 10 wrong or given up, and fewer than 10 asked
// again, at 3 % (a true rate of 2 % would pass with a chance of 5e-3).
TEST(LdpcLong, FrameErrorsAtThreePercent) {
    Tally tally;
    tally.run(100'000, 0.03, Effort::fast, 1'000, 43);
    EXPECT_LE(tally.f(), 1.25);
    EXPECT_LT(tally.asked_again, 10u);
    EXPECT_EQ(tally.given_up + tally.wrong, 0u);
    Tally best;
    best.run(100'000, 0.03, Effort::best, 200, 44);
    EXPECT_LE(best.f(), 1.09);
    EXPECT_EQ(best.given_up + best.wrong, 0u);
    RecordProperty("f_fast", std::to_string(tally.f()));
    RecordProperty("f_best", std::to_string(best.f()));
}

// Leak from the messages themselves: every bit that Alice said, less the private bits in the syndrome; no position is
// asked twice, and none that is shortened.
TEST(Ldpc, LeakIsWhatWasSaid) {
    RngStream rng{3, "test/ldpc"};
    for (double const actual : {0.03, 0.036}) { // the second needs several rounds
        Bits const alice = random_bits(rng, 30'001), bob = with_errors(rng, alice, actual);
        Conversation said;
        auto const result = ldpc_correct_in_frames(alice, bob, 30'001, {0.03, Effort::best}, 7, &said);
        ASSERT_EQ(result.corrected, alice);
        auto const plan = ldpc::plan_frame(30'001, 0.03, Effort::best);
        std::uint64_t told = 0, messages = 0, asked = 0;
        for (std::size_t at = 0; at < said.from_alice.words().size(); ++messages) {
            told += said.from_alice.words()[at];
            at += 1 + (said.from_alice.words()[at] + 63) / 64;
        }
        std::vector<std::uint32_t> positions;
        auto const words = said.from_bob.words();
        for (std::size_t at = 0; at < words.size();) {
            std::uint64_t const bits = words[at++];
            if (bits % 32 == 0)
                for (std::uint64_t i = 0; i < bits / 32; ++i, ++asked)
                    positions.push_back(static_cast<std::uint32_t>(words[at + i / 2] >> (32 * (i % 2))));
            at += (bits + 63) / 64;
        }
        std::sort(positions.begin(), positions.end());
        EXPECT_EQ(std::adjacent_find(positions.begin(), positions.end()), positions.end());
        for (std::uint32_t const p : positions)
            EXPECT_TRUE(p < plan.punctured ||
                        (p >= plan.first_key_bit() && p < plan.first_key_bit() + plan.frame_bits));
        EXPECT_EQ(result.leaked, told - plan.punctured);
        EXPECT_EQ(told, plan.syndrome_bits() + asked);
        EXPECT_EQ(result.round_trips, messages);
        EXPECT_EQ(result.message_bits, told + 32 * asked + 1);
        if (actual > 0.03) {
            EXPECT_GT(result.round_trips, 2u);
        }
    }
}

// Two parties: a Bob alone with what Alice said comes to her key, and her private bits change her syndrome.
TEST(Ldpc, BobNeedsNothingButAlicesAnswers) {
    RngStream rng{4, "test/ldpc"};
    Bits const key = random_bits(rng, 20'000), noisy = with_errors(rng, key, 0.02);
    auto const plan = ldpc::plan_frame(20'000, 0.02, Effort::fast);
    ASSERT_GT(plan.punctured, 0u);
    RngStream own{1, "own"}, other{2, "own"};
    Bits const syndrome = ldpc::Alice{plan, key, own}.syndrome();
    EXPECT_NE(syndrome, (ldpc::Alice{plan, key, other}.syndrome()));
    ldpc::Bob bob{plan};
    bob.take(noisy, syndrome);
    ASSERT_TRUE(bob.attempt());
    EXPECT_EQ(bob.corrected(), key);
}

// Too many errors for the estimate: more and more bits are told, or the frame is given up, and says so. Given-up frames
// leave the key at both ends.
TEST(Ldpc, HopelessFramesAreGivenUpAtBothEnds) {
    RngStream rng{5, "test/ldpc"};
    Bits const alice = random_bits(rng, 40'000);
    Bits bob = with_errors(rng, alice, 0.02);
    for (std::size_t i = 10'000; i < 20'000; ++i) // the second frame is noise
        if (rng.bernoulli(0.5)) bob.flip(i);
    auto const result = ldpc_correct_in_frames(alice, bob, 10'000, {0.02, Effort::fast}, 1);
    EXPECT_EQ(result.frames, 4u);
    ASSERT_EQ(result.failed_frames, 1u);
    ASSERT_EQ(result.kept.size(), 40'000u);
    EXPECT_EQ(result.kept.count(), 30'000u);
    EXPECT_FALSE(result.kept.get(10'000));
    EXPECT_FALSE(result.kept.get(19'999));
    EXPECT_EQ(result.corrected.slice(10'000, 10'000), bob.slice(10'000, 10'000));
    EXPECT_EQ(result.keep(result.corrected), result.keep(alice));
    EXPECT_LE(result.leaked, 40'000u);

    for (double const actual : {0.03, 0.05}) { // a wrong estimate is no reason to give up
        Bits const noisy = with_errors(rng, alice, actual);
        auto const late = ldpc_correct_in_frames(alice, noisy, 10'000, {0.02, Effort::fast}, 1);
        EXPECT_EQ(late.failed_frames, 0u);
        EXPECT_EQ(late.corrected, alice);
    }
}

// Codes of four block rows have light words, so that a frame or two of these 140 blocks may end wrong unknowingly when
// the estimate is a hundred times too low; sizes and books must be in order in all of them.
TEST(Ldpc, AnySizeAndAnyEstimate) {
    RngStream rng{6, "test/ldpc"};
    unsigned wrong = 0;
    for (std::size_t const size : {0, 1, 2, 63, 64, 65, 300, 1'000, 2'501, 10'007})
        for (double const estimate : {0.0, 1e-4, 0.02, 0.3, 7.0, -1.0, std::numeric_limits<double>::quiet_NaN()})
            for (Effort const effort : {Effort::fast, Effort::best}) {
                Bits const alice = random_bits(rng, size), bob = with_errors(rng, alice, 0.01);
                auto const result = ldpc_correct_in_frames(alice, bob, 1'000, {estimate, effort}, rng.next());
                EXPECT_EQ(result.corrected.size(), size);
                wrong += result.keep(result.corrected) != result.keep(alice);
                EXPECT_EQ(result.keep(alice).size(), result.kept.empty() ? size : result.kept.count());
                EXPECT_LE(result.leaked, size);
            }
    EXPECT_LE(wrong, 2u);
}

TEST(Ldpc, SameSeedSameConversation) {
    RngStream rng{7, "test/ldpc"};
    Bits const alice = random_bits(rng, 25'000), bob = with_errors(rng, alice, 0.03);
    Conversation first, again, other;
    ldpc_correct_in_frames(alice, bob, 10'000, {0.028, Effort::best}, 1, &first);
    ldpc_correct_in_frames(alice, bob, 10'000, {0.028, Effort::best}, 1, &again);
    ldpc_correct_in_frames(alice, bob, 10'000, {0.028, Effort::best}, 2, &other);
    EXPECT_EQ(first.from_alice, again.from_alice);
    EXPECT_EQ(first.from_bob, again.from_bob);
    EXPECT_FALSE(first.from_alice == other.from_alice); // other private bits
}

} // namespace
} // namespace qkdes
