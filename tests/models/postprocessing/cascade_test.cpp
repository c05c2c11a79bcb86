#include "models/postprocessing/cascade.hpp"

#include "models/postprocessing/cascade_parties.hpp"
#include "tests/models/postprocessing/random_keys.hpp"
#include "tests/support/statistics.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <set>

namespace qkdes {
namespace {

using test::binary_entropy;
using test::random_bits;
using test::with_errors;

/// Frames corrected one block of ten at a time, and what came of them.
struct Tally {
    std::uint64_t frames = 0, wrong_frames = 0, leaked = 0;
    double entropy = 0; // n h(observed QBER), summed

    double efficiency() const { return static_cast<double>(leaked) / entropy; }
    void run(std::size_t frame_bits, double qber, std::uint64_t blocks, std::uint64_t seed) {
        RngStream rng{seed, "test/cascade", static_cast<std::uint64_t>(qber * 1e6)};
        for (std::uint64_t block = 0; block < blocks; ++block) {
            Bits const alice = random_bits(rng, 10 * frame_bits);
            Bits const bob = with_errors(rng, alice, qber);
            CorrectionResult const result =
                correct_in_frames(alice, bob, frame_bits, {.qber_estimate = qber}, rng.next());
            leaked += result.leaked;
            entropy += static_cast<double>(alice.size()) *
                       binary_entropy(static_cast<double>(alice.distance(bob)) / static_cast<double>(alice.size()));
            frames += 10;
            if (result.corrected == alice) continue;
            for (std::size_t f = 0; f < 10; ++f) // whole words are compared, so no residual bit can hide
                wrong_frames +=
                    alice.slice(f * frame_bits, frame_bits) != result.corrected.slice(f * frame_bits, frame_bits);
        }
    }
};

// Known size, known answer: with equal keys nothing is searched, so the leak is the opening parities and no more.
TEST(Cascade, EqualKeysCostTheOpeningParitiesOnly) {
    RngStream rng{1, "test"};
    Bits const key = random_bits(rng, 100'000);
    // 1 %: k1 = 128, k2 = 2^round(9.14) = 512. The last block of pass 1 follows from pass 0; each subset is one parity.
    CorrectionResult const result = cascade_correct(key, key, {.qber_estimate = 0.01}, 5);
    EXPECT_EQ(result.leaked, 782u + 196u - 1 + 12);
    EXPECT_EQ(result.round_trips, 14u);
    EXPECT_EQ(result.flips, 0u);
    EXPECT_EQ(result.corrected, key);
}

// Odd sizes, silly estimates. Where an even number of errors survives pass 1, twelve subsets miss it once in 4096, so
// of these 600 frames more than three stay wrong with a chance below 2e-5. Mutations: fold_range without its check of
// the last word reads beyond the key; settle without has_live_bits asks what it knows (ChildrenWithoutBits).
TEST(Cascade, AnySizeAndAnyEstimate) {
    RngStream rng{2, "test"};
    unsigned wrong = 0;
    for (std::size_t const size : {0, 1, 2, 3, 63, 64, 65, 127, 1000, 1024, 1025, 10'007}) {
        for (double const qber : {0.0, 0.01, 0.05, 0.2, 1.0}) {
            for (double const estimate :
                 {0.0, 1e-300, 1e-4, 0.01, 0.05, 0.5, 7.0, -1.0, std::numeric_limits<double>::quiet_NaN(),
                  std::numeric_limits<double>::infinity()}) {
                Bits const alice = random_bits(rng, size);
                Bits const bob = qber == 1.0 && size > 0 ? [&] { Bits b = alice; b.flip(size - 1); return b; }()
                                                         : with_errors(rng, alice, qber);
                CorrectionResult const result = cascade_correct(alice, bob, {.qber_estimate = estimate}, rng.next());
                wrong += result.corrected != alice;
                EXPECT_EQ(result.corrected.distance(bob) % 2, result.flips % 2);
            }
        }
    }
    EXPECT_LE(wrong, 3u);
    Bits const alice = random_bits(rng, 100'001);
    for (double const estimate : {0.01, 0.05}) {
        Bits const bob = with_errors(rng, alice, estimate == 0.01 ? 0.05 : 0.01);
        EXPECT_EQ(cascade_correct(alice, bob, {.qber_estimate = estimate}, 3).corrected, alice);
    }
}

// One bit: pass 0 tells all. Everything after is a repetition that an honest count must not hide, nor invent.
TEST(Cascade, OneBitIsAskedOnceAndThenOnlyBySubsets) {
    Bits alice{1}, bob{1};
    alice.flip(0);
    CorrectionResult const result = cascade_correct(alice, bob, {.qber_estimate = 0.1}, 1);
    EXPECT_EQ(result.corrected, alice);
    EXPECT_EQ(result.leaked, 1u + 12u);
    EXPECT_EQ(result.round_trips, 13u); // pass 1 needs no message
}

/// The queries in a transcript of Bob's messages.
std::vector<cascade::Query> queries_of(Transcript const& transcript) {
    std::vector<cascade::Query> queries;
    auto const words = transcript.words();
    for (std::size_t at = 0; at < words.size();) {
        std::size_t const count = words[at++] / 32;
        for (std::size_t i = 0; i < count; ++i)
            queries.push_back(static_cast<cascade::Query>(words[at + i / 2] >> (32 * (i % 2))));
        at += (count + 1) / 2;
    }
    return queries;
}

// What Bob knows he does not ask: both halves of every block that he asks about hold at least one bit.
TEST(Cascade, ChildrenWithoutBitsAreNotAsked) {
    RngStream rng{12, "test"};
    for (std::size_t size = 1; size < 200; ++size) {
        Bits const alice = random_bits(rng, size);
        Bits const bob = with_errors(rng, alice, 0.5);
        cascade::Plan const plan{size, {.qber_estimate = 0.0}, size};
        Conversation said;
        cascade_correct(alice, bob, {.qber_estimate = 0.0}, size, &said);
        for (auto const query : queries_of(said.from_bob)) {
            for (cascade::Query const half : {query, query + 1}) {
                cascade::Range const range = plan.range(half);
                unsigned const pass = cascade::pass_of(half);
                std::size_t members = 0;
                for (std::size_t i = range.first; i < std::min(size, range.first + (std::size_t{1} << range.log2_size));
                     ++i)
                    members += pass < 2 || (plan.subset(pass)[i / 64] >> (i % 64) & 1) == (range.block == 0);
                ASSERT_GT(members, 0u) << "pass " << pass << " of " << size << " bits";
            }
        }
    }
}

// Leak is counted from the messages themselves: every bit of Alice's is a parity, and Bob never asks what he knows: no
// node twice, no right child (it follows), no root (the opening told).
// Mutation: asking again where "its halves are being asked by another search" in Bob::settle ends here, or in the
// contract that no frame has more flips than bits.
TEST(Cascade, EveryDisclosedParityIsNewAndCounted) {
    RngStream rng{3, "test"};
    for (double const qber : {0.01, 0.03, 0.08}) {
        Bits const alice = random_bits(rng, 20'011);
        Bits const bob = with_errors(rng, alice, qber);
        Conversation said;
        CorrectionResult const result = cascade_correct(alice, bob, {.qber_estimate = qber}, 9, &said);
        ASSERT_EQ(result.corrected, alice);
        auto const queries = queries_of(said.from_bob);
        std::set<cascade::Query> const unique(queries.begin(), queries.end());
        EXPECT_EQ(unique.size(), queries.size());
        for (auto const query : queries)
            EXPECT_EQ(query % 2, 0u);

        std::uint64_t alice_bits = 0, messages = 0;
        auto const words = said.from_alice.words();
        for (std::size_t at = 0; at < words.size(); ++messages) {
            alice_bits += words[at];
            at += 1 + (words[at] + 63) / 64;
        }
        EXPECT_EQ(result.leaked, alice_bits);
        EXPECT_EQ(result.round_trips, messages);
        EXPECT_EQ(result.message_bits, alice_bits + 32 * queries.size());
        cascade::Plan const plan{alice.size(), {.qber_estimate = qber}, 9};
        EXPECT_EQ(result.leaked, queries.size() + plan.blocks(0) + plan.blocks(1) - 1 + 12);
    }
}

// Two parties: Bob, alone with a recording of Alice's words, arrives at her key. What Alice answers is checked against
// parities counted bit by bit from the definition of a query's range.
TEST(Cascade, BobNeedsNothingButAlicesAnswers) {
    RngStream rng{4, "test"};
    Bits const key = random_bits(rng, 5'003);
    Bits const noisy = with_errors(rng, key, 0.03);
    cascade::Plan const plan{key.size(), {.qber_estimate = 0.03}, 77};
    cascade::Alice const alice{plan, key};
    std::vector<Bits> recording;
    auto const run = [&](auto const& open, auto const& answer) {
        cascade::Bob bob{plan};
        bob.take(noisy);
        for (unsigned pass = 0; pass < plan.passes(); ++pass) {
            bob.open_pass(pass, open(pass));
            for (auto queries = bob.ask(); !queries.empty(); queries = bob.ask())
                bob.hear(answer(queries));
        }
        return bob.corrected();
    };
    auto const by_hand = [&](cascade::Query query) {
        unsigned const pass = cascade::pass_of(query);
        cascade::Range const range = plan.range(query);
        bool sum = false;
        for (std::size_t place = range.first; place < range.first + (std::size_t{1} << range.log2_size); ++place) {
            if (place >= key.size()) break;
            std::size_t const position = pass == 1 ? plan.order()[place] : place;
            bool const member =
                pass < 2 || (plan.subset(pass)[position / 64] >> (position % 64) & 1) == (range.block == 0);
            sum ^= member && key.get(position);
        }
        return sum;
    };
    Bits const live = run(
        [&](unsigned pass) {
            recording.push_back(alice.open_pass(pass));
            return recording.back();
        },
        [&](std::span<cascade::Query const> queries) {
            recording.push_back(alice.answer(queries));
            for (std::size_t i = 0; i < queries.size(); ++i)
                EXPECT_EQ(recording.back().get(i), by_hand(queries[i]));
            return recording.back();
        });
    EXPECT_EQ(live, key);
    std::size_t at = 0;
    EXPECT_EQ(run([&](unsigned) { return recording[at++]; },
                  [&](std::span<cascade::Query const>) { return recording[at++]; }),
              key);
}

// A block is its frames: leak and messages are sums, round trips those of the slowest. One plan serves all, and a Bob
// used before must behave as a new one. Mutation: skip the clearing of touched nodes in Bob::take.
TEST(Cascade, BlockIsTheSumOfItsFrames) {
    RngStream rng{5, "test"};
    std::size_t const frame = 5'000;
    Bits const alice = random_bits(rng, 6 * frame);
    Bits const bob = with_errors(rng, alice, 0.04);
    CascadeParameters const parameters{.qber_estimate = 0.04};
    CorrectionResult sum;
    for (std::size_t f = 0; f < 6; ++f) {
        auto const one = cascade_correct(alice.slice(f * frame, frame), bob.slice(f * frame, frame), parameters, 8);
        sum.leaked += one.leaked;
        sum.flips += one.flips;
        sum.message_bits += one.message_bits;
        sum.round_trips = std::max(sum.round_trips, one.round_trips);
        sum.corrected.append(one.corrected);
    }
    CorrectionResult const block = correct_in_frames(alice, bob, frame, parameters, 8);
    EXPECT_EQ(block.corrected, sum.corrected);
    EXPECT_EQ(block.corrected, alice);
    EXPECT_EQ(block.leaked, sum.leaked);
    EXPECT_EQ(block.flips, sum.flips);
    EXPECT_EQ(block.message_bits, sum.message_bits);
    EXPECT_EQ(block.round_trips, sum.round_trips);
}

// Sizes that do not divide: frames of two lengths, the second with the shortened permutation.
TEST(Cascade, BlocksOfAnySize) {
    RngStream rng{6, "test"};
    for (std::size_t const size : {1, 7, 999, 1'499, 1'501, 10'007, 64 * 157 + 1}) {
        Bits const alice = random_bits(rng, size);
        Bits const bob = with_errors(rng, alice, 0.03);
        EXPECT_EQ(correct_in_frames(alice, bob, 1'000, {.qber_estimate = 0.03}, 4).corrected, alice) << size;
    }
}

TEST(Cascade, ShortenedPlanIsAPermutation) {
    cascade::Plan plan{1'025, {.qber_estimate = 0.05}, 3};
    for (std::size_t size = 1'025; size > 1'020; --size, plan = plan.shortened()) {
        ASSERT_EQ(plan.frame_bits(), size);
        std::set<std::uint32_t> const places(plan.order().begin(), plan.order().end());
        EXPECT_EQ(places.size(), size);
        EXPECT_EQ(*places.rbegin(), size - 1);
        for (std::uint32_t i = 0; i < size; ++i)
            ASSERT_EQ(plan.place()[plan.order()[i]], i);
    }
}

// The permutation is uniform: each of the 24 orders of four bits, to one false alarm in 1e9 each.
// Power: a shuffle that draws j below n instead of below i + 1 gives orders of 8/256 to 15/256 for 1/24.
TEST(Cascade, PermutationIsUniform) {
    std::map<std::vector<std::uint32_t>, std::uint64_t> seen;
    std::uint64_t const trials = 60'000;
    for (std::uint64_t seed = 0; seed < trials; ++seed) {
        cascade::Plan const plan{4, {.passes = 2}, seed};
        ++seen[{plan.order().begin(), plan.order().end()}];
    }
    EXPECT_EQ(seen.size(), 24u);
    auto const band = test::binomial_band(trials, 1.0 / 24);
    for (auto const& [order, count] : seen)
        EXPECT_TRUE(band.contains(static_cast<double>(count) / static_cast<double>(trials)));
    EXPECT_FALSE(band.contains(8.0 / 256));
    EXPECT_FALSE(band.contains(15.0 / 256));
}

TEST(Cascade, SameSeedSameConversation) {
    RngStream rng{7, "test"};
    Bits const alice = random_bits(rng, 3'000);
    Bits const bob = with_errors(rng, alice, 0.03);
    Conversation first, again, other;
    cascade_correct(alice, bob, {.qber_estimate = 0.03}, 1, &first);
    cascade_correct(alice, bob, {.qber_estimate = 0.03}, 1, &again);
    cascade_correct(alice, bob, {.qber_estimate = 0.03}, 2, &other);
    EXPECT_EQ(first.from_alice, again.from_alice);
    EXPECT_EQ(first.from_bob, again.from_bob);
    EXPECT_FALSE(first.from_bob == other.from_bob);
}

// Literature anchor: modern variants reach f = 1.040 at n = 1e5, 1-3 % (Martinez-Mateo 2015), here within 1 %. f is
// taken against the entropy of the errors that were there, which leaves a spread of 0.1 % over 40 frames: ten of them
// fit in the band. Power: block sizes off by a factor of two, or counting each asked child's sibling too, move f by
// more.
TEST(Cascade, EfficiencyIsTheModernVariants) {
    for (double const qber : {0.01, 0.02, 0.03}) {
        Tally tally;
        tally.run(100'000, qber, 4, 11);
        EXPECT_NEAR(tally.efficiency(), 1.040, 0.0104) << "QBER " << qber;
        EXPECT_LE(tally.wrong_frames, 2u); // 40 frames at 1e-3: three wrong with 1e-5
    }
    Tally tally;
    tally.run(100'000, 0.05, 4, 12);
    EXPECT_LE(tally.efficiency(), 1.06);
}

// Frame error rate at most 1e-3, counted bit by bit over 6000 frames of 1e5 at each QBER. The rate is near 3.3e-4 (8
// wrong of 24 000), so that 2 are expected and more than 6 have a chance of 5e-3 at a new seed; this one is fixed.
// Power: a rate of 3e-3 (18 expected) would pass with a chance of 1e-3.
TEST(CascadeLong, FrameErrorRateAndEfficiency) {
    for (double const qber : {0.01, 0.02, 0.03, 0.05}) {
        Tally tally;
        tally.run(100'000, qber, 600, 21);
        EXPECT_LE(tally.wrong_frames, tally.frames / 1000) << "QBER " << qber;
        EXPECT_LE(tally.efficiency(), 1.06);
        if (qber < 0.04) {
            EXPECT_NEAR(tally.efficiency(), 1.040, 0.0104) << "QBER " << qber;
        }
        RecordProperty("f_" + std::to_string(qber), std::to_string(tally.efficiency()));
        RecordProperty("wrong_" + std::to_string(qber), std::to_string(tally.wrong_frames));
    }
}

// Fourteen passes are what keeps the rate low: with two, errors remain in most frames. The negative twin of the test
// above.
TEST(Cascade, WithoutSubsetPassesErrorsRemain) {
    RngStream rng{8, "test"};
    unsigned wrong = 0;
    for (unsigned frame = 0; frame < 20; ++frame) {
        Bits const alice = random_bits(rng, 100'000);
        Bits const bob = with_errors(rng, alice, 0.03);
        wrong += cascade_correct(alice, bob, {.qber_estimate = 0.03, .passes = 2}, frame).corrected != alice;
    }
    EXPECT_GE(wrong, 10u);
}

} // namespace
} // namespace qkdes
