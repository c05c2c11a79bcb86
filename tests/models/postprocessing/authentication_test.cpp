#include "models/postprocessing/authentication.hpp"

#include "tests/models/postprocessing/random_keys.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using test::random_bits;

struct Ends {
    AuthenticationSecret alice{{0x1234, 0x5678}}, bob{{0x1234, 0x5678}};
    explicit Ends(std::uint64_t tags) {
        RngStream rng{1, "test"};
        Bits const pad = random_bits(rng, tags * kAuthenticationTagBits);
        alice.refill(pad);
        bob.refill(pad);
    }
};

Transcript sample_transcript() {
    RngStream rng{2, "test"};
    Transcript transcript;
    transcript.add(random_bits(rng, 1000));
    transcript.add_number(42);
    transcript.add(random_bits(rng, 77));
    return transcript;
}

TEST(Authentication, HonestMessagesPassAndCost128BitsEach) {
    Ends ends{3};
    Transcript const transcript = sample_transcript();
    for (std::uint64_t i = 1; i <= 3; ++i) {
        auto const tag = ends.alice.tag(transcript);
        ASSERT_TRUE(tag);
        EXPECT_TRUE(ends.bob.check(transcript, *tag));
        EXPECT_EQ(ends.alice.bits_used(), 128 * i);
        EXPECT_EQ(ends.bob.bits_used(), 128 * i);
    }
    EXPECT_FALSE(ends.alice.tag(transcript)); // the pads are spent, and nothing more is taken
    EXPECT_EQ(ends.alice.bits_used(), 384u);
    EXPECT_FALSE(ends.bob.check(transcript, {}));
}

// Any single changed bit of a message, and any changed tag, is refused.
TEST(Authentication, TamperingIsSeen) {
    RngStream rng{3, "test"};
    Bits const message = random_bits(rng, 500);
    for (std::size_t i = 0; i < message.size(); ++i) {
        Ends ends{1};
        Transcript sent, received;
        Bits changed = message;
        changed.flip(i);
        sent.add(message);
        received.add(changed);
        ASSERT_FALSE(ends.bob.check(received, *ends.alice.tag(sent))) << i;
    }
    Ends ends{1};
    Transcript const transcript = sample_transcript();
    Word128 tag = *ends.alice.tag(transcript);
    tag.high ^= 1;
    EXPECT_FALSE(ends.bob.check(transcript, tag));
}

// A replayed tag meets another pad. Mutation: a pad used twice makes this pass.
TEST(Authentication, ReplayIsSeen) {
    Ends ends{2};
    Transcript const transcript = sample_transcript();
    Word128 const tag = *ends.alice.tag(transcript);
    EXPECT_TRUE(ends.bob.check(transcript, tag));
    EXPECT_FALSE(ends.bob.check(transcript, tag));
}

// The pad hides the hash: the same transcript gets tags that differ by the pads alone.
TEST(Authentication, TagIsHashUnderPad) {
    Bits pad{256, {1, 2, 3, 4}};
    AuthenticationSecret secret{{7, 9}};
    secret.refill(pad);
    Transcript const transcript = sample_transcript();
    Word128 const hash = polynomial_hash(transcript.words(), transcript.bits(), {7, 9});
    EXPECT_EQ(*secret.tag(transcript), (hash ^ Word128{1, 2}));
    EXPECT_EQ(*secret.tag(transcript), (hash ^ Word128{3, 4}));
}

// Where one message ends and the next begins is part of what is authenticated.
TEST(Authentication, TranscriptKeepsMessagesApart) {
    Bits const a{8, {0x11}}, b{8, {0x22}}, joined{16, {0x2211}};
    Transcript two, one;
    two.add(a);
    two.add(b);
    one.add(joined);
    EXPECT_FALSE(two.words().size() == one.words().size() && two == one);
    EXPECT_EQ(two.messages(), 2u);
    std::vector<std::uint32_t> const items{1, 2, 3};
    Transcript queries;
    queries.add(std::span<std::uint32_t const>{items});
    EXPECT_EQ(queries.bits(), 64u * 3);
    EXPECT_EQ(queries.words()[1], 1u | std::uint64_t{2} << 32);
    EXPECT_EQ(queries.words()[2], 3u);
}

TEST(Authentication, ABlockPaysThreeTags) {
    EXPECT_EQ(AuthenticationPolicy{}.bits_per_block(), 384u);
    EXPECT_EQ((AuthenticationPolicy{.tags_per_direction = 2, .tags_for_estimation = 0}.bits_per_block()), 512u);
}

} // namespace
} // namespace qkdes
