#include "models/postprocessing/correction.hpp"

#include "models/postprocessing/cascade.hpp"
#include "tests/models/postprocessing/random_keys.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using test::binary_entropy;
using test::random_bits;
using test::with_errors;

constexpr CorrectionMethod kMethods[] = {CorrectionMethod::cascade, CorrectionMethod::cascade_original,
                                         CorrectionMethod::cascade_biconf, CorrectionMethod::ldpc,
                                         CorrectionMethod::ldpc_best};

// Every method, the same block: right, or says which frames it gave up; never below the entropy; transcripts hold what
// was counted; same seed, same result.
TEST(Correction, EveryMethodKeepsTheContract) {
    RngStream rng{1, "test/correction"};
    Bits const alice = random_bits(rng, 50'007), bob = with_errors(rng, alice, 0.025);
    double const entropy = 50'007 * binary_entropy(static_cast<double>(alice.distance(bob)) / 50'007);
    for (auto const method : kMethods) {
        Conversation said;
        auto const result = correct_block(method, alice, bob, 10'000, 0.025, 9, &said);
        SCOPED_TRACE(static_cast<int>(method));
        EXPECT_EQ(result.frames, 5u);
        ASSERT_EQ(result.corrected.size(), alice.size());
        EXPECT_EQ(result.failed_frames, 0u);
        EXPECT_TRUE(result.kept.empty());
        EXPECT_EQ(result.corrected, alice);
        EXPECT_EQ(result.flips % 2, alice.distance(bob) % 2);
        EXPECT_GE(static_cast<double>(result.leaked), entropy);
        EXPECT_LE(static_cast<double>(result.leaked), 1.3 * entropy);
        EXPECT_GE(result.round_trips, 1u);
        EXPECT_GE(said.from_alice.bits(), result.leaked);
        auto const again = correct_block(method, alice, bob, 10'000, 0.025, 9);
        EXPECT_EQ(again.leaked, result.leaked);
        EXPECT_EQ(again.corrected, result.corrected);
        EXPECT_EQ(again.round_trips, result.round_trips);
        EXPECT_EQ(again.message_bits, result.message_bits);
        EXPECT_EQ(correct_block(method, {}, {}, 10'000, 0.025, 9).corrected.size(), 0u);
    }
}

// The choice is the choice: figures that only the named method has.
TEST(Correction, MethodsAreTheOnesNamed) {
    RngStream rng{2, "test/correction"};
    Bits const alice = random_bits(rng, 100'000), bob = with_errors(rng, alice, 0.03);
    std::vector<CorrectionResult> results;
    for (auto const method : kMethods)
        results.push_back(correct_block(method, alice, bob, 100'000, 0.03, 4));
    EXPECT_EQ(results[0].leaked, cascade_correct(alice, bob, {.qber_estimate = 0.03}, 4).leaked);
    EXPECT_GT(results[1].leaked, results[2].leaked); // original, biconf
    EXPECT_GT(results[2].leaked, results[0].leaked);
    EXPECT_EQ(results[3].round_trips, 1u);
    EXPECT_GT(results[3].leaked, results[4].leaked);
    EXPECT_LE(results[4].round_trips, 12u);
    EXPECT_GE(results[0].round_trips, 50u);
}

} // namespace
} // namespace qkdes
