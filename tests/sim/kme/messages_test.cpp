// The encoding between nodes: what goes in comes out, nothing else is let in, and a size is the encoding's.
#include "sim/kme/messages.hpp"
#include "tests/support/loopback_network.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

KeyId id_of(std::uint8_t fill) {
    KeyId id;
    id.bytes.fill(fill);
    return id;
}

Payload some_payload(std::size_t keys, std::size_t key_bytes, std::size_t visited, std::size_t path = 0) {
    test::StreamEntropy entropy{4};
    Payload payload{AppId{3}, AppId{41}, Exposure{HopProtection::hybrid}, {}, {}};
    for (std::size_t i = 0; i < visited; ++i)
        payload.visited.emplace_back(98 + i);
    for (std::size_t i = 0; i < path; ++i)
        payload.path.emplace_back(7 * i);
    payload.keys.resize(keys);
    for (auto& key : payload.keys) {
        key.key = SecretBytes{key_bytes};
        entropy.fill(key.key.mutable_view());
        entropy.fill(key.id.bytes);
    }
    return payload;
}

std::vector<Message> one_of_each() {
    SessionId const session{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    ExtKeysMessage relay{session, {UnitId{0x0102030405060708, 77}}, {}};
    relay.envelope.iv.fill(9);
    relay.envelope.ciphertext.assign(100, 5);
    ExtKeysMessage without = relay;
    without.units.clear();
    ExtKeysMessage pads{session, {UnitId{3, 5}, UnitId{3, 6}, UnitId{3, 8}, UnitId{12, 0}}, {}};
    pads.otp = OtpEnvelope{UnitId{1, 400}, std::vector<std::uint8_t>(33, 6), {1, 2, 3}};
    AckMessage const relayed{session,
                             {{id_of(1), id_of(2)},
                              AppId{7},
                              AppId{12},
                              etsi020::AckStatus::relayed,
                              KeyStatus::ok,
                              Exposure{HopProtection::qkd}}};
    AckMessage tagged = relayed;
    tagged.first.tag = OneTimeTag{4, 5, 6};
    AckMessage several{session, {{id_of(1)}, AppId{7}, AppId{12}, etsi020::AckStatus::failed, KeyStatus::no_key}};
    for (auto const status : {etsi020::AckStatus::voided, etsi020::AckStatus::key_not_present})
        several.others.push_back({{id_of(3)}, AppId{7}, AppId{112}, status});
    AckMessage const too_late{
        session, {{id_of(1)}, AppId{7}, AppId{12}, etsi020::AckStatus::failed_to_void, KeyStatus::timeout}};
    LinkStateMessage news{{}, NodeId{4}, 17, 3, {}, {}};
    news.ends.push_back({LinkId{5}, {false, 12, 99}});
    auto const problem = std::make_shared<etsi020::ProblemDetails>(
        describe(etsi020::Problem::invalid_parameter, "a \"quoted\" \n \x01 reason"));
    return {KemRequestMessage{session},
            KemPublicKeyMessage{session, std::vector<std::uint8_t>(Kem::kPublicKeyBytes, 2)},
            KemCiphertextMessage{session, std::vector<std::uint8_t>(Kem::kCiphertextBytes, 3)},
            AbandonMessage{session, {UnitId{5, 6}, UnitId{7, 1}}},
            AbandonMessage{session, {}},
            AbandonedMessage{session},
            news,
            relay,
            without,
            relayed,
            several,
            too_late,
            VoidMessage{session, {id_of(8), id_of(9)}, AppId{std::size_t{0}}, AppId{10}},
            VoidMessage{session, {}, AppId{std::size_t{0}}, AppId{10}},
            VersionsMessage{session},
            ResponseMessage{session, Endpoint::ext_keys, etsi020::kAccepted},
            ResponseMessage{session, Endpoint::versions, etsi020::kOk},
            ResponseMessage{session, Endpoint::ext_keys, etsi020::kBadRequest, problem},
            tagged,
            pads};
}

WireFormat named_format(etsi020::AckStyle style) {
    auto topology = std::make_shared<Topology>();
    for (std::size_t i = 0; i < 200; ++i) {
        topology->applications.emplace_back(i);
        topology->application_names.push_back("app~" + std::to_string(i * i));
    }
    return {SaeDirectory{topology}, "a-longer-name", style};
}

// Fails when a field is left out, or written and read in different orders.
TEST(Messages, EveryKindSurvivesTheWire) {
    for (Message const& message : one_of_each()) {
        auto const bytes = encode(message);
        auto const back = decode(bytes);
        ASSERT_TRUE(back.has_value()) << message.index();
        EXPECT_EQ(back.message->index(), message.index());
        EXPECT_EQ(kind_of(bytes), message.index());
        EXPECT_EQ(encode(*back.message), bytes);
    }
    auto const relay = std::get<ExtKeysMessage>(*decode(encode(one_of_each()[7])));
    EXPECT_EQ(relay.units, (std::vector{UnitId{0x0102030405060708, 77}}));
    auto const acks = std::get<AckMessage>(*decode(encode(one_of_each()[10])));
    EXPECT_EQ(acks.first.reason, KeyStatus::no_key);
    EXPECT_EQ(acks.others.at(1).status, etsi020::AckStatus::key_not_present);
    EXPECT_EQ(acks.others.at(1).to, AppId{112});
    EXPECT_EQ(std::get<AckMessage>(*decode(encode(one_of_each()[9]))).first.exposure, Exposure{HopProtection::qkd});
    auto const tagged = std::get<AckMessage>(*decode(encode(one_of_each()[18]))).first;
    EXPECT_EQ(tagged.tag, (OneTimeTag{4, 5, 6}));
    auto const pads = std::get<ExtKeysMessage>(*decode(encode(one_of_each()[19])));
    EXPECT_EQ(pads.units, (std::vector{UnitId{3, 5}, UnitId{3, 6}, UnitId{3, 8}, UnitId{12, 0}}));
    ASSERT_TRUE(pads.otp.has_value());
    EXPECT_EQ(pads.otp->hash_unit, (UnitId{1, 400}));
    EXPECT_EQ(pads.otp->text, std::vector<std::uint8_t>(33, 6));
    EXPECT_EQ(pads.otp->tag, (OneTimeTag{1, 2, 3}));
    EXPECT_TRUE(std::get<VoidMessage>(*decode(encode(one_of_each()[13]))).ids.empty());
}

// Where messages are values a channel charges encoded_size: it must be what the bytes would be, in every style.
TEST(Messages, SizesAreThoseOfTheEncoding) {
    for (auto const& format :
         {plain_format(), named_format(etsi020::AckStyle::v1_1_1), named_format(etsi020::AckStyle::draft)}) {
        for (Message const& message : one_of_each())
            EXPECT_EQ(encoded_size(message, format), encode(message, format).size()) << message.index();
        for (auto [keys, bytes, visited, path] : {std::tuple{1u, 8u, 1u, 0u},
                                                  {2u, 32u, 3u, 1u},
                                                  {3u, 33u, 0u, 5u},
                                                  {5u, 40u, 2u, 12u},
                                                  {128u, 512u, 64u, 64u}}) {
            Payload payload = some_payload(keys, bytes, visited, path);
            for (bool foreign : {false, true}) {
                if (foreign) payload.extensions = {{"E99_route", R"({"a":[1,2]})"}};
                SecretBytes const text = encode(payload, format);
                EXPECT_EQ(encoded_size(payload, format), text.size());
                // ... and so does a message with the payload in clear, compared with the sealed one.
                ExtKeysMessage sealed{{}, {UnitId{12345, 6}}, {}};
                sealed.envelope.ciphertext.resize(text.size() + Envelope::kTagBytes);
                ExtKeysMessage value{{}, {UnitId{12345, 6}}, {}, std::make_shared<Payload const>(payload)};
                EXPECT_EQ(encoded_size(Message{value}, format), encode(Message{sealed}, format).size());
                sealed.otp = value.otp = OtpEnvelope{UnitId{1, 2}};
                sealed.otp->text.resize(text.size());
                EXPECT_EQ(encoded_size(Message{value}, format), encode(Message{sealed}, format).size());
            }
        }
    }
}

// Fails when a decoder reads past the end, or ignores what is left over.
TEST(Messages, NothingShorterOrLongerIsAMessage) {
    for (Message const& message : one_of_each()) {
        auto bytes = encode(message);
        bool const bare = std::holds_alternative<VersionsMessage>(message);
        auto const* const response = std::get_if<ResponseMessage>(&message);
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            bool const problem_left_out = response && response->problem && size > 18 && bytes[size - 1] == '\n';
            bool const smaller_kem = message.index() <= 2 && (size == 18 + 800 || size == 18 + 768); // ML-KEM-512's
            if (problem_left_out || smaller_kem) continue;
            EXPECT_FALSE(decode(std::span{bytes}.first(size))) << message.index() << " cut to " << size;
        }
        bytes.push_back(bare ? ' ' : 0);
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
    EXPECT_FALSE(with(all[0], 1, 8)) << "kind";
    EXPECT_FALSE(with(all[3], 19, 1)) << "fewer units than follow";
    EXPECT_FALSE(with(all[3], 18, 0xff)) << "more units than any message takes";
    EXPECT_FALSE(decode(std::vector<std::uint8_t>(kMessageLimit + 1)));
}

// A malformed request is told what is wrong with it, by the standard's catalogue; a malformed response is not answered.
TEST(Messages, MalformedRequestsGetTheStandardsAnswer) {
    auto const ask = [](std::string_view text, std::uint8_t kind = 6) {
        std::vector<std::uint8_t> bytes{1, kind};
        bytes.resize(18);
        bytes.insert(bytes.end(), text.begin(), text.end());
        auto const decoded = decode(bytes);
        EXPECT_FALSE(decoded) << text;
        return decoded.refusal
                   ? std::to_string(decoded.refusal->code) + " " + decoded.refusal->problem->type.substr(39) + " " +
                         decoded.refusal->problem->details.at(0).first
                   : "";
    };
    EXPECT_EQ(ask("POST /kmapi/v1/ext_keys\n{}"), "400 missing-parameters missing_parameters");
    EXPECT_EQ(ask("POST /kmapi/v1/ext_keys\n{\"iv\":1}"), "400 invalid-parameter malformed_property");
    EXPECT_EQ(ask("POST /kmapi/v1/ext_keys/ack\n[]"), "400 ack-not-understood ack_not_understood");
    EXPECT_EQ(ask("POST /kmapi/v1/ext_keys/void\n[]"), "400 void-request-not-understood key_voiding_error");
    std::string const all = R"("initiator_sae_id":"sae-1","target_sae_ids":["sae-2"],"ack_callback_url":"https://k/a")";
    EXPECT_EQ(ask("POST /kmapi/v1/ext_keys/void\n{\"key_ids\":[]," + all + "}"),
              "400 no-key-ids-or-confirmation no_all_confirmation");
    EXPECT_EQ(ask("POST /kmapi/v1/ext_keys/void\n{\"key_ids\":[],\"all_confirmation\":false," + all + "}"),
              "400 no-key-ids-or-confirmation no_all_confirmation");
    EXPECT_EQ(ask("PUT /kmapi/v1/ext_keys\n{}"), "") << "no such method";
    EXPECT_EQ(ask("400 /kmapi/v1/ext_keys\n{}", 7), "");
}

// The largest legal request has to fit. Fails when a limit is set that a legal request breaks.
TEST(Messages, PayloadsSurviveAndTheLargestFits) {
    for (auto [keys, bytes, visited, path] : {std::tuple{1u, 8u, 1u, 0u}, {2u, 32u, 3u, 1u}, {128u, 512u, 64u, 64u}}) {
        Payload payload = some_payload(keys, bytes, visited, path);
        payload.extensions = {{"E99_route", R"({"a":[1,2]})"}};
        SecretBytes const text = encode(payload);
        auto const back = decode_payload(text);
        ASSERT_TRUE(back.has_value()) << back.explanation;
        EXPECT_TRUE(encode(*back) == text);
        EXPECT_EQ(back->visited, payload.visited);
        EXPECT_EQ(back->path, payload.path);
        EXPECT_EQ(back->extensions, payload.extensions) << "what we do not know passes unchanged";
        EXPECT_TRUE(back->keys.back().key == payload.keys.back().key);
        ExtKeysMessage relay{{}, {UnitId{}}, {}};
        relay.envelope.ciphertext.resize(text.size() + Envelope::kTagBytes);
        EXPECT_TRUE(decode(encode(Message{relay})).has_value());
    }
}

TEST(Messages, PayloadsAreHeldToTheirLimits) {
    using etsi020::Problem;
    SecretBytes const good = encode(some_payload(2, 32, 3, 2));
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_FALSE(decode_payload(good.view().first(size)));
    std::string const text{good.data(), good.data() + good.size()};
    auto const with = [&](std::string const& from, std::string const& to) {
        std::string changed = text;
        auto const at = changed.find(from);
        EXPECT_NE(at, changed.npos) << from;
        changed.replace(at, from.size(), to);
        auto const read = decode_payload({reinterpret_cast<std::uint8_t const*>(changed.data()), changed.size()});
        return read ? std::optional<Problem>{} : read.problem;
    };
    EXPECT_EQ(with("{qkd, kem} or {aes}", "{qkd}"), std::nullopt);
    EXPECT_EQ(with("{qkd, kem} or {aes}", "{kem, qkd} or {aes}"), Problem::invalid_parameter);
    EXPECT_EQ(with("\"E32473_exposure\":\"{qkd, kem} or {aes}\",", ""), std::nullopt) << "optional";
    EXPECT_EQ(with("\"E32473_visited\":[98,99,100]", "\"E32473_visited\":[98,-1]"), Problem::invalid_parameter);
    EXPECT_EQ(with("\"E32473_path\"", "\"E32473_wish\""), Problem::unsupported_mandatory_extension);
    EXPECT_EQ(with("[0,7]", "[]"), Problem::invalid_parameter);
    EXPECT_EQ(with("\"sae-41\"", "\"sae-41\",\"sae-42\""), Problem::no_route_multiple_targets);
    EXPECT_EQ(with("\"sae-41\"", "\"alice\""), Problem::target_not_recognized);
    EXPECT_EQ(with("\"ack_callback_url\":\"https://kme/kmapi/v1/ext_keys/ack\",", ""), Problem::missing_parameters);
    EXPECT_EQ(with("\"value\":\"", "\"value\":\"AAAA"), Problem::invalid_parameter) << "keys of two sizes";
    EXPECT_EQ(with("\"initiator_sae_id\":\"sae-3\",", ""), Problem::missing_parameters);
}

} // namespace
} // namespace qkdes
