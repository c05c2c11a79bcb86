// The formats of ETSI GS QKD 014, byte for byte, and what is no such format.
#include "sim/base/rng.hpp"
#include "sim/kme/etsi014/codec.hpp"
#include "sim/kme/etsi014/target.hpp"
#include "sim/kme/json/json_text.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace qkdes::etsi014 {
namespace {

constexpr char kUuid[] = "bc490419-7d60-487f-adc1-4ddcc177c139";

// The names as the tables of clause 6 spell them. Fails when a name or type changes.
TEST(Etsi014Codec, WritesTheStandardsNames) {
    using nlohmann::json;
    Status const status{"AAAABBBBCCCCDDDD",
                        "EEEEFFFFGGGGHHHH",
                        "IIIIJJJJKKKKLLLL",
                        "MMMMNNNNOOOOPPPP",
                        352,
                        25000,
                        100000,
                        128,
                        1024,
                        64,
                        0};
    EXPECT_EQ(json::parse(write(status)), json::parse(R"({
        "source_KME_ID": "AAAABBBBCCCCDDDD", "target_KME_ID": "EEEEFFFFGGGGHHHH",
        "master_SAE_ID": "IIIIJJJJKKKKLLLL", "slave_SAE_ID": "MMMMNNNNOOOOPPPP",
        "key_size": 352, "stored_key_count": 25000, "max_key_count": 100000, "max_key_per_request": 128,
        "max_key_size": 1024, "min_key_size": 64, "max_SAE_ID_count": 0})"));
    KeyContainer const container{{{*read_uuid(kUuid), SecretBytes{std::vector<std::uint8_t>{0xfb, 0xff, 0}}}}, {}};
    EXPECT_EQ(json::parse(write(container)),
              json::parse(R"({"keys": [{"key_ID": "bc490419-7d60-487f-adc1-4ddcc177c139", "key": "+/8A"}]})"));
    EXPECT_EQ(write(KeyIdsBody{{*read_uuid(kUuid)}}),
              R"({"key_IDs":[{"key_ID":"bc490419-7d60-487f-adc1-4ddcc177c139"}]})");
    EXPECT_EQ(write(ErrorBody{"why", {{"size", "8"}, {"number", "1"}}}),
              R"({"details":[{"size":"8"},{"number":"1"}],"message":"why"})");
    EXPECT_EQ(write(ErrorBody{"why", {}}), R"({"message":"why"})");
}

TEST(Etsi014Codec, ReadsEveryFieldOfARequest) {
    auto const read = read_key_request(R"({"number": 20, "size": 512, "additional_slave_SAE_IDs": ["ABCDEFG"],
        "extension_mandatory": [{"abc_route_type": "direct"}, {"abc_transfer_method": "qkd", "x": {"y": []}}],
        "extension_optional": [{"abc_max_age": 30000}]})");
    ASSERT_TRUE(read) << read.problem;
    KeyRequestBody const& body = *read.value;
    EXPECT_EQ(body.number, 20u);
    EXPECT_EQ(body.size, 512u);
    EXPECT_EQ(body.additional_slave_sae_ids, std::vector<std::string>{"ABCDEFG"});
    std::vector<Extension> const mandatory{
        {"abc_route_type", "\"direct\""}, {"abc_transfer_method", "\"qkd\""}, {"x", R"({"y":[]})"}};
    EXPECT_EQ(body.extension_mandatory, mandatory);
    EXPECT_EQ(body.extension_optional.at(0), (Extension{"abc_max_age", "30000"}));
    EXPECT_EQ(read_key_request(write(body)).value, body);
    EXPECT_EQ(read_key_request("").value, KeyRequestBody{});
}

// Whatever keys there are, they arrive. Fails on a wrong alphabet, padding or byte order.
TEST(Etsi014Codec, ContainersSurviveTheWire) {
    RngStream rng{5, "containers"};
    for (int round = 0; round < 200; ++round) {
        KeyContainer out;
        out.keys.resize(1 + rng.below(5));
        for (auto& key : out.keys) {
            rng.fill(key.id.bytes);
            key.key = SecretBytes{1 + rng.below(70)};
            rng.fill(key.key.mutable_view());
        }
        auto const back = read_key_container(write(out));
        ASSERT_TRUE(back) << back.problem;
        EXPECT_EQ(*back.value, out);
    }
}

TEST(Etsi014Codec, LimitsHoldBeforeATreeExists) {
    auto const nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_TRUE(read_json(nested(8)).value);
    EXPECT_EQ(read_json(nested(9)).problem, "nested too deeply");
    EXPECT_EQ(read_json(nested(30'000)).problem, "nested too deeply");
    EXPECT_EQ(read_json(std::string(64 * 1024 + 1, ' ')).problem, "the message is too long");
    std::string many = "[0";
    for (int i = 0; i < 4094; ++i)
        many += ",0";
    EXPECT_TRUE(read_json(many + "]").value);
    EXPECT_EQ(read_json(many + ",0]").problem, "too many values");
    EXPECT_FALSE(read_json(std::string_view{"{}\0", 3}).value) << "a zero byte is no end";
    EXPECT_EQ(read_json(R"({"a": 1, "b": {"a": 1}, "a": 2})").problem, "the name \"a\" occurs twice in one object");
    for (char const* bad :
         {"", "{", "nul", "1 2", "{\"a\":}", "\"\\ud800\"", "\"\xff\"", "1e999", "[1,]", "'a'", "NaN", "\xef\xbb\xbf["})
        EXPECT_FALSE(read_json(bad).value) << bad;
}

TEST(Etsi014Codec, UuidsAreThirtySixCharacters) {
    EXPECT_EQ(write_uuid(*read_uuid(kUuid)), kUuid);
    EXPECT_EQ(read_uuid("BC490419-7D60-487F-ADC1-4DDCC177C139"), read_uuid(kUuid));
    for (char const* bad : {"", "bc490419-7d60-487f-adc1-4ddcc177c13", "bc490419-7d60-487f-adc1-4ddcc177c1390",
                            "bc4904197d60-487f-adc1-4ddcc177c139-", "bc490419-7d60-487f-adc1-4ddcc177c13g",
                            "{c490419-7d60-487f-adc1-4ddcc177c139"})
        EXPECT_FALSE(read_uuid(bad)) << bad;
}

TEST(Etsi014Codec, Targets) {
    auto const target = read_target("/api/v1/keys/a%2Fb%20c/enc_keys?number=1&size=");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->method, Method::enc_keys);
    EXPECT_EQ(target->sae, "a/b c");
    ASSERT_EQ(target->query.size(), 2u);
    EXPECT_EQ(target->query[1], (std::pair<std::string, std::string>{"size", ""}));
    for (std::string const bad : {"", "/", "/api/v1/keys/", "/api/v1/keys//status", "/api/v1/keys/a", "/api/v1/keys/a/",
                                  "/api/v1/keys/a/status/", "/api/v2/keys/a/status", "/api/v1/keys/a%0/status",
                                  "/api/v1/keys/a%/status", "/api/v1/keys/%00/status", "/api/v1/keys/a%-1/status",
                                  "/api/v1/keys/a/status?%zz", "api/v1/keys/a/status", "/api/v1/keys/a/STATUS"})
        EXPECT_FALSE(read_target(bad)) << bad;
    EXPECT_FALSE(read_target("/api/v1/keys/" + std::string(257, 'a') + "/status"));
    EXPECT_FALSE(read_target("/api/v1/keys/a/status?" + std::string(3000, 'a')));
}

} // namespace
} // namespace qkdes::etsi014
