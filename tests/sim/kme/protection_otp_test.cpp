// Pads and Wegman-Carter tags of an OTP hop. The tag is checked against a Horner loop in the slow field of
// sim/kme/shares/gf128.hpp, which shares no code with the fast one.
#include "sim/base/rng.hpp"
#include "sim/kme/protection/one_time_pad.hpp"
#include "sim/kme/shares/gf128.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace qkdes {
namespace {

SecretBytes random_unit(RngStream& rng) {
    SecretBytes out{32};
    rng.fill(out.mutable_view());
    return out;
}

std::vector<std::uint8_t> random_bytes(RngStream& rng, std::size_t size) {
    std::vector<std::uint8_t> out(size);
    rng.fill(std::span{out});
    return out;
}

OneTimeTag slow_tag(std::span<std::uint8_t const> key, std::span<std::uint8_t const> pad,
                    std::span<std::uint8_t const> message) {
    Gf128 const k = Gf128::from_bytes(key);
    Gf128 sum;
    for (std::size_t at = 0; at < message.size(); at += 16)
        sum = (sum ^ Gf128::from_bytes(message.subspan(at, std::min<std::size_t>(16, message.size() - at)))) * k;
    sum = (sum ^ Gf128{8 * message.size(), 0}) * k ^ Gf128::from_bytes(pad);
    OneTimeTag out{};
    sum.to_bytes(out);
    return out;
}

TEST(OneTimeTag, IsThePolynomialOfTheHeader) {
    RngStream rng{11, "otp"};
    auto const hash = random_unit(rng), unit = random_unit(rng);
    for (std::size_t size : {0u, 1u, 7u, 8u, 15u, 16u, 17u, 24u, 31u, 32u, 127u, 128u, 129u, 1000u}) {
        auto const message = random_bytes(rng, size);
        EXPECT_EQ(one_time_tag(TaggedMessage::relay, hash, unit, message),
                  slow_tag(hash.view().first(16), unit.view().first(16), message))
            << size;
        EXPECT_EQ(one_time_tag(TaggedMessage::acknowledgement, hash, unit, message),
                  slow_tag(hash.view().subspan(16), unit.view().subspan(16), message))
            << size;
    }
}

TEST(OneTimeTag, AnyFlippedBitOfMessageTagKeyOrPadShows) {
    RngStream rng{12, "otp"};
    auto const hash = random_unit(rng), unit = random_unit(rng);
    auto message = random_bytes(rng, 217);
    auto const tag = one_time_tag(TaggedMessage::relay, hash, unit, message);
    EXPECT_TRUE(tag_fits(tag, one_time_tag(TaggedMessage::relay, hash, unit, message)));
    for (std::size_t bit = 0; bit < 8 * message.size(); ++bit) {
        message[bit / 8] = static_cast<std::uint8_t>(message[bit / 8] ^ 1u << bit % 8);
        EXPECT_FALSE(tag_fits(tag, one_time_tag(TaggedMessage::relay, hash, unit, message))) << bit;
        message[bit / 8] = static_cast<std::uint8_t>(message[bit / 8] ^ 1u << bit % 8);
    }
    auto const expected = one_time_tag(TaggedMessage::relay, hash, unit, message);
    for (std::size_t bit = 0; bit < 128; ++bit) {
        auto forged = tag;
        forged[bit / 8] = static_cast<std::uint8_t>(forged[bit / 8] ^ 1u << bit % 8);
        EXPECT_FALSE(tag_fits(forged, expected)) << bit;
        for (auto const* which : {&hash, &unit}) {
            SecretBytes other = *which;
            other.data()[bit / 8] = static_cast<std::uint8_t>(other.data()[bit / 8] ^ 1u << bit % 8);
            auto const& h = which == &hash ? other : hash;
            auto const& u = which == &unit ? other : unit;
            EXPECT_FALSE(tag_fits(tag, one_time_tag(TaggedMessage::relay, h, u, message))) << bit;
        }
    }
}

TEST(OneTimeTag, LengthCountsAndTheTwoMessagesOfAHopDiffer) {
    RngStream rng{13, "otp"};
    auto const hash = random_unit(rng), unit = random_unit(rng);
    auto message = random_bytes(rng, 40);
    auto const relay = one_time_tag(TaggedMessage::relay, hash, unit, message);
    EXPECT_NE(relay, one_time_tag(TaggedMessage::acknowledgement, hash, unit, message)); // no reflection
    message.push_back(0); // the padding of the last block must not hide it
    EXPECT_NE(relay, one_time_tag(TaggedMessage::relay, hash, unit, message));
}

/// A pad used once hides the hash completely: over all pads, a tag takes every value of a byte equally often.
TEST(OneTimeTag, ThePadHidesTheHash) {
    RngStream rng{14, "otp"};
    auto const hash = random_unit(rng);
    auto const message = random_bytes(rng, 64);
    std::array<int, 256> seen{};
    SecretBytes unit{32};
    for (int pad = 0; pad < 256; ++pad) {
        unit.data()[5] = static_cast<std::uint8_t>(pad);
        ++seen[one_time_tag(TaggedMessage::relay, hash, unit, message)[5]];
    }
    for (int count : seen)
        EXPECT_EQ(count, 1);
}

TEST(OtpCost, IsExact) {
    for (std::uint32_t bits = 64; bits <= 4096; bits += 8)
        for (std::uint32_t number : {1u, 2u, 3u, 7u, 128u}) {
            auto const cost = otp_cost(bits, number);
            EXPECT_EQ(std::uint64_t{cost.pad_units} * 256, std::uint64_t{bits} * number + cost.spare_bits);
            EXPECT_LT(cost.spare_bits, 256u);
            EXPECT_EQ(cost.units(), cost.pad_units + 1);
        }
    EXPECT_EQ(otp_cost(256, 1).pad_units, 1u);
    EXPECT_EQ(otp_cost(256, 1).spare_bits, 0u);
    EXPECT_EQ(otp_cost(64, 1).spare_bits, 192u);
    EXPECT_EQ(otp_cost(64, 4).spare_bits, 0u); // keys of one message share units
}

TEST(Pad, IsItsOwnInverse) {
    RngStream rng{15, "otp"};
    auto const key = random_bytes(rng, 56), pad = random_bytes(rng, 64);
    auto text = key;
    apply_pad(text, pad);
    for (std::size_t i = 0; i < key.size(); ++i)
        EXPECT_EQ(text[i], key[i] ^ pad[i]);
    apply_pad(text, pad);
    EXPECT_EQ(text, key);
}

} // namespace
} // namespace qkdes
