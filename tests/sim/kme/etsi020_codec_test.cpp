// The formats of ETSI GS QKD 020 V1.1.1 as its OpenAPI description spells them, and what is no such format.
#include "sim/base/rng.hpp"
#include "sim/kme/etsi020/codec.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace qkdes::etsi020 {
namespace {

using nlohmann::json;

constexpr char kId[] = "550e8400-e29b-41d4-a716-446655440000";
constexpr char kValue[] = "wHHVxRwDJs3/bXd38GHP3oe4svTuRpZS0yCC7x4Ly+s=";

json ext_keys() {
    return json::parse(R"({"keys": [{"key_id": "550e8400-e29b-41d4-a716-446655440000",
        "value": "wHHVxRwDJs3/bXd38GHP3oe4svTuRpZS0yCC7x4Ly+s=", "extension": {"E32473_protocol": "BB84"}}],
        "initiator_sae_id": "encryptor1", "target_sae_ids": ["encryptor2", "encryptor3"],
        "ack_callback_url": "https://kme1/kmapi/v1/ext_keys/ack",
        "extension_mandatory": {"E32473_route_type": "direct", "E32473_method": {"hybrid_keys": true}},
        "extension_optional": {"E32473_min": 2.5}})");
}
json ack() {
    return json::parse(R"({"key_id_container": [{"key_id": "550e8400-e29b-41d4-a716-446655440000",
        "extension": {"E32473_x": {"a": 10111}}}], "ack_status": "relayed", "initiator_sae_id": "encryptor1",
        "target_sae_ids": ["encryptor2"], "message": "string", "extension": {"E32473_y": [1, true]}})");
}
json void_request() {
    return json::parse(R"({"key_ids": ["550e8400-e29b-41d4-a716-446655440000"], "initiator_sae_id": "encryptor1",
        "target_sae_ids": ["encryptor2"], "ack_callback_url": "https://kme1/kmapi/v1/ext_keys/ack",
        "extension": {"E32473_z": "s"}, "all_confirmation": true})");
}
std::string text_of(SecretBytes const& bytes) { return {bytes.data(), bytes.data() + bytes.size()}; }

// The examples of the standard come back as they were. Fails when a name or a type is another.
TEST(Etsi020Codec, TheStandardsExamplesSurvive) {
    auto const keys = read_ext_keys(ext_keys().dump());
    ASSERT_TRUE(keys) << keys.problem;
    EXPECT_EQ(write_uuid(keys.value->keys.at(0).id), kId);
    EXPECT_EQ(keys.value->keys[0].value.size(), 32u);
    EXPECT_EQ(keys.value->target_sae_ids.size(), 2u);
    EXPECT_EQ(keys.value->extension_mandatory.size(), 2u);
    EXPECT_EQ(json::parse(text_of(write(*keys.value))), ext_keys());

    auto const acks = read_acks(json::array({ack()}).dump());
    ASSERT_TRUE(acks) << acks.problem;
    EXPECT_EQ(json::parse(write(*acks.value)), json::array({ack()}));
    auto const gone = read_void(void_request().dump());
    ASSERT_TRUE(gone) << gone.problem;
    EXPECT_EQ(json::parse(write(*gone.value)), void_request());
    auto const versions = json::parse(R"({"versions": ["v1"], "capabilities": ["synchronous_mode"]})");
    EXPECT_EQ(json::parse(write(*read_versions(versions.dump()).value)), versions);
    auto const problem = json::parse(R"({"type": "https://qkd.etsi.org/gs020-interop-kms/unauthorized", "status": 401,
        "title": "unauthorized", "details": {"unauthorized": "User-supplied certificate is invalid."}})");
    auto const read = read_problem(problem.dump());
    EXPECT_EQ(json::parse(write(*read.value)), problem);
    EXPECT_EQ(recognise(*read.value), Problem::unauthorized);
}

TEST(Etsi020Codec, AllFiveStatesOfAnAcknowledgement) {
    for (auto const* status : {"relayed", "failed", "voided", "failed to void", "key not present"}) {
        auto one = ack();
        one["ack_status"] = status;
        auto const read = read_acks(json::array({one}).dump());
        ASSERT_TRUE(read) << status;
        EXPECT_EQ(to_string(read.value->at(0).status), status);
    }
    auto one = ack();
    one["ack_status"] = "lost";
    EXPECT_FALSE(read_acks(json::array({one}).dump()));
}

// The draft: one object, ids in a plain list, one target, four states.
TEST(Etsi020Codec, TheDraftIsReadAndWritten) {
    auto const draft = json::parse(R"({"key_ids": ["550e8400-e29b-41d4-a716-446655440000"], "ack_status": "relayed",
        "initiator_sae_id": "encryptor1", "target_sae_id": "encryptor2"})");
    auto const read = read_acks(draft.dump());
    ASSERT_TRUE(read) << read.problem;
    EXPECT_EQ(read.value->at(0).target_sae_ids, std::vector<std::string>{"encryptor2"});
    EXPECT_EQ(json::parse(write(*read.value, AckStyle::draft)), draft);
    auto late = *read.value;
    late[0].status = AckStatus::failed_to_void;
    EXPECT_EQ(json::parse(write(late, AckStyle::draft))["ack_status"], "failed") << "the draft does not know it";
    late[0].target_sae_ids.push_back("encryptor3");
    EXPECT_EQ(json::parse(write(late, AckStyle::draft)).size(), 2u) << "one per target";
}

/// Whether a document is still read with one member replaced (null: taken away).
template <class Reader>
bool reads(json document, std::string const& name, json const& value, Reader read) {
    if (value.is_null())
        document.erase(name);
    else
        document[name] = value;
    return bool{read(document.dump())};
}

// Fails when a rule of the OpenAPI description is not held to.
TEST(Etsi020Codec, RulesOfTheDescriptionAreHeld) {
    auto const long_text = [](std::size_t size) { return std::string(size, 'x'); };
    auto const keys = [](std::string const& name, json const& value) {
        return reads(ext_keys(), name, value, read_ext_keys);
    };
    EXPECT_TRUE(keys("ack_callback_url", nullptr)) << "synchronous mode";
    EXPECT_TRUE(keys("initiator_sae_id", long_text(64)));
    EXPECT_FALSE(keys("initiator_sae_id", long_text(65)));
    EXPECT_FALSE(keys("initiator_sae_id", ""));
    EXPECT_FALSE(keys("initiator_sae_id", "with space"));
    EXPECT_FALSE(keys("initiator_sae_id", "back\\slash"));
    EXPECT_FALSE(keys("initiator_sae_id", nullptr));
    EXPECT_FALSE(keys("target_sae_ids", json::array()));
    EXPECT_FALSE(keys("target_sae_ids", "encryptor2"));
    EXPECT_FALSE(keys("target_sae_ids", json::array({1})));
    EXPECT_FALSE(keys("keys", json::array()));
    EXPECT_FALSE(keys("keys", json::array({{{"key_id", kId}}})));
    EXPECT_FALSE(keys("keys", json::array({{{"key_id", kId}, {"value", "A==="}}})));
    EXPECT_FALSE(keys("keys", json::array({{{"key_id", kId}, {"value", ""}}})));
    EXPECT_FALSE(keys("keys", json::array({{{"key_id", "1"}, {"value", kValue}}})));
    EXPECT_FALSE(keys("keys", json::array({{{"key_id", kId}, {"value", kValue}, {"key", kValue}}})));
    EXPECT_FALSE(keys("ack_callback_url", "http://kme1/ack"));
    EXPECT_FALSE(keys("ack_callback_url", "https://"));
    EXPECT_FALSE(keys("ack_callback_url", "https://" + long_text(1024)));
    EXPECT_FALSE(keys("extension_optional", json::object())) << "minProperties";
    EXPECT_FALSE(keys("extension_optional", {{"route", 1}})) << "no vendor";
    EXPECT_FALSE(keys("extension_optional", {{"E_route", 1}}));
    EXPECT_FALSE(keys("extension_optional", {{"E12_", 1}}));
    EXPECT_FALSE(keys("extension_optional", {{"E13019_route", 1}})) << "reserved";
    EXPECT_FALSE(keys("unknown", 1));

    auto const acks = [](std::string const& name, json const& value) { return reads(ack(), name, value, read_acks); };
    EXPECT_TRUE(acks("message", long_text(4096)));
    EXPECT_FALSE(acks("message", long_text(4097)));
    EXPECT_FALSE(acks("key_id_container", json::array()));
    EXPECT_FALSE(acks("key_id_container", {{"key_id", kId}})) << "the slip of the description: not an array";
    EXPECT_FALSE(acks("ack_status", 1));
    json many = json::array();
    for (int i = 0; i < 1024; ++i)
        many.push_back(
            {{"key_ids", {kId}}, {"ack_status", "voided"}, {"initiator_sae_id", "a"}, {"target_sae_id", "b"}});
    EXPECT_TRUE(read_acks(many.dump()));
    many.push_back(many[0]);
    EXPECT_FALSE(read_acks(many.dump())) << "1025";
    EXPECT_FALSE(read_acks("[]"));

    auto const voids = [](std::string const& name, json const& value) {
        return reads(void_request(), name, value, read_void);
    };
    EXPECT_TRUE(voids("key_ids", json::array())) << "for whoever confirms: the service says";
    EXPECT_FALSE(voids("key_ids", nullptr));
    EXPECT_FALSE(voids("all_confirmation", 1));
    EXPECT_TRUE(read_ext_keys("{}").missing);
    EXPECT_FALSE(read_ext_keys("[]").missing);
}

// The catalogue: every problem keeps its identity over the wire, with the code that the standard gives it.
TEST(Etsi020Codec, ProblemsAreRecognised) {
    for (std::size_t i = 0; i <= static_cast<std::size_t>(kLastProblem); ++i) {
        auto const problem = static_cast<Problem>(i);
        auto const read = read_problem(write(describe(problem, "because")));
        ASSERT_TRUE(read);
        EXPECT_EQ(recognise(*read.value), problem) << i;
        EXPECT_EQ(read.value->status, static_cast<std::uint64_t>(code_of(problem)));
    }
    ProblemDetails plain{"https://qkd.etsi.org/gs020-interop-kms/key-routing-error", 503, "", {}};
    EXPECT_EQ(code_of(recognise(plain).value()), 503);
    plain.type = "https://qkd.etsi.org/gs020-interop-kms/server-side-general-error";
    EXPECT_EQ(recognise(plain), Problem::server_side_general_error);
    plain.type = "about:blank";
    EXPECT_EQ(recognise(plain), std::nullopt);
}

// Whatever one or two bytes of a legal document become, it is read or refused, never an exception; and what is read can
// be written and read again.
TEST(Etsi020Codec, MutatedDocumentsAreReadOrRefused) {
    RngStream rng{5, "etsi020"};
    auto const survive = [](auto const& read, auto reader) {
        if (!read) {
            EXPECT_FALSE(read.problem.empty());
            return;
        }
        auto const text = write(*read.value);
        auto const again = reader(std::string_view{reinterpret_cast<char const*>(text.data()), text.size()});
        EXPECT_TRUE(again && *again.value == *read.value);
    };
    int read = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string text = (i % 3 == 0 ? ext_keys() : i % 3 == 1 ? json::array({ack()}) : void_request()).dump();
        for (auto flips = 1 + rng.below(2); flips > 0; --flips)
            text[rng.below(text.size())] = static_cast<char>(rng.below(256));
        survive(read_ext_keys(text), read_ext_keys);
        survive(read_acks(text), read_acks);
        survive(read_void(text), read_void);
        read += read_ext_keys(text) || read_acks(text) || read_void(text);
    }
    EXPECT_GT(read, 500) << "some changes must be harmless, or nothing was tried";
}

} // namespace
} // namespace qkdes::etsi020
