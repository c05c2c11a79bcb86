// The encoding between nodes: what goes in comes out, and nothing else is let in.
#include "sim/kme/messages.hpp"
#include "tests/support/loopback_network.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

std::vector<Message> one_of_each() {
    SessionId const session{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    RelayMessage relay{
        session, UnitId{0x0102030405060708, 77}, std::vector<std::uint8_t>(Kem::kCiphertextBytes, 3), {}};
    relay.envelope.iv.fill(9);
    relay.envelope.ciphertext.assign(100, 5);
    RelayMessage without = relay;
    without.unit.reset();
    return {KeyRequestMessage{session},
            PublicKeyMessage{session, std::vector<std::uint8_t>(Kem::kPublicKeyBytes, 2)},
            relay,
            without,
            AcknowledgementMessage{session, KeyStatus::no_key, true, SecurityClass::hybrid},
            VoidMessage{session, UnitId{5, 6}, true},
            VoidMessage{session, std::nullopt, false},
            VoidDoneMessage{session}};
}

// Fails when a field is left out, or written and read in different orders.
TEST(Messages, EveryKindSurvivesTheWire) {
    for (Message const& message : one_of_each()) {
        auto const bytes = encode(message);
        auto const back = decode(bytes);
        ASSERT_TRUE(back.has_value()) << message.index();
        EXPECT_EQ(back->index(), message.index());
        EXPECT_EQ(encode(*back), bytes);
    }
    auto const relay = std::get<RelayMessage>(*decode(encode(one_of_each()[2])));
    EXPECT_EQ(relay.unit, (UnitId{0x0102030405060708, 77}));
    auto const refusal = std::get<AcknowledgementMessage>(*decode(encode(one_of_each()[4])));
    EXPECT_EQ(refusal.status, KeyStatus::no_key);
    EXPECT_TRUE(refusal.unit_used);
    EXPECT_EQ(refusal.security, SecurityClass::hybrid);
    EXPECT_FALSE(std::get<VoidMessage>(*decode(encode(one_of_each()[6]))).unit.has_value());
}

// Fails when a decoder reads past the end, or ignores what is left over.
TEST(Messages, NoPrefixAndNoLongerTextIsAMessage) {
    for (Message const& message : one_of_each()) {
        auto bytes = encode(message);
        for (std::size_t size = 0; size < bytes.size(); ++size)
            EXPECT_FALSE(decode(std::span{bytes}.first(size))) << message.index() << " cut to " << size;
        bytes.push_back(0);
        EXPECT_FALSE(decode(bytes)) << message.index();
    }
}

// Fails when a value out of range becomes an enumerator that no switch knows.
TEST(Messages, ValuesOutOfRangeAreRefused) {
    auto const with = [](Message const& message, std::size_t at, std::uint8_t value) {
        auto bytes = encode(message);
        bytes.at(at) = value;
        return decode(bytes).has_value();
    };
    auto const all = one_of_each();
    EXPECT_FALSE(with(all[0], 0, 2)) << "version";
    EXPECT_FALSE(with(all[0], 1, 6)) << "kind";
    EXPECT_FALSE(with(all[2], 18, 2)) << "flag";
    EXPECT_FALSE(with(all[2], 18, 0)) << "a unit that is not there";
    EXPECT_FALSE(with(all[4], 18, 9)) << "status";
    EXPECT_FALSE(with(all[4], 19, 2)) << "flag";
    EXPECT_FALSE(with(all[4], 20, 4)) << "class";
    EXPECT_FALSE(with(all[5], 31, 2)) << "flag";
    EXPECT_FALSE(decode(std::vector<std::uint8_t>(kMessageLimit + 1)));
}

Payload some_payload(std::size_t keys, std::size_t key_bytes, std::size_t visited) {
    test::StreamEntropy entropy{4};
    Payload payload{AppId{3}, AppId{4}, SecurityClass::hybrid, {}, {}};
    for (std::size_t i = 0; i < visited; ++i)
        payload.visited.emplace_back(100 + i);
    payload.keys.resize(keys);
    for (auto& key : payload.keys) {
        key.key = SecretBytes{key_bytes};
        entropy.fill(key.key.mutable_view());
        entropy.fill(key.id.bytes);
    }
    return payload;
}

// The largest legal request has to fit. Fails when a limit is set that a legal request breaks.
TEST(Messages, PayloadsSurviveAndTheLargestFits) {
    for (auto [keys, bytes, visited] : {std::tuple{1u, 8u, 1u}, {2u, 32u, 3u}, {128u, 512u, 64u}}) {
        Payload const payload = some_payload(keys, bytes, visited);
        SecretBytes const text = encode(payload);
        auto const back = decode_payload(text);
        ASSERT_TRUE(back.has_value());
        EXPECT_TRUE(encode(*back) == text);
        EXPECT_EQ(back->visited, payload.visited);
        EXPECT_TRUE(back->keys.back().key == payload.keys.back().key);
        RelayMessage relay{{}, UnitId{}, std::vector<std::uint8_t>(Kem::kCiphertextBytes), {}};
        relay.envelope.ciphertext.resize(text.size() + Envelope::kTagBytes);
        EXPECT_TRUE(decode(encode(Message{relay})).has_value());
    }
}

TEST(Messages, PayloadsAreHeldToTheirLimits) {
    SecretBytes const good = encode(some_payload(2, 32, 3));
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_FALSE(decode_payload(good.view().first(size)));
    auto const with = [&](std::size_t at, std::uint8_t value) {
        SecretBytes bytes = good;
        bytes.data()[at] = value;
        return decode_payload(bytes).has_value();
    };
    EXPECT_TRUE(with(8, 1));
    EXPECT_FALSE(with(8, 4)) << "class";
    EXPECT_FALSE(with(9, 0)) << "visited nobody";
    EXPECT_FALSE(with(9, 65)) << "visited too many";
    EXPECT_FALSE(with(23, 31)) << "key size";
    EXPECT_FALSE(with(24, 0)) << "no key";
    EXPECT_FALSE(with(24, 3)) << "more keys than there are";
}

} // namespace
} // namespace qkdes
