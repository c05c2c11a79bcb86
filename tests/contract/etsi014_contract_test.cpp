// One suite for every host: what an application may rely upon when it speaks ETSI GS QKD 014 to a node.
#include "sim/kme/etsi014/errors.hpp"
#include "tests/contract/simulated_host.hpp"
#ifdef QKDES_HAVE_HTTPS
#include "tests/contract/https_contract_host.hpp"
#endif

#include <gtest/gtest.h>

namespace qkdes::etsi014 {
namespace {

using namespace std::chrono_literals;
constexpr char kJson[] = "application/json";

class Etsi014Contract : public testing::TestWithParam<std::string> {
  protected:
    void start(KmeConfig const& config = {}, std::size_t units = 20) {
        if (GetParam() == "simulated") host_ = test::make_simulated_host(config);
#ifdef QKDES_HAVE_HTTPS
        if (GetParam() == "https") host_ = test::make_https_host(config);
#endif
        if (!host_) GTEST_SKIP() << "built without cpp-httplib, OpenSSL or their tools: tools/setup installs them";
        if (units > 0)
            for (std::size_t link : {0, 1})
                host_->give_key(LinkId{link}, units);
    }
    Response get(std::size_t node, std::string const& caller, std::string const& rest) {
        return host_->call(node, {caller, "GET", "/api/v1/keys/" + rest, "", ""});
    }
    Response post(std::size_t node, std::string const& caller, std::string const& rest, std::string const& body,
                  std::string const& type = kJson) {
        return host_->call(node, {caller, "POST", "/api/v1/keys/" + rest, type, body});
    }
    KeyContainer keys(Response const& response) {
        EXPECT_EQ(response.code, 200) << response.body;
        auto container = read_key_container(response.body);
        EXPECT_TRUE(container) << container.problem;
        return container.value.value_or(KeyContainer{});
    }
    Status status(std::size_t node, std::string const& caller, std::string const& slave) {
        auto const response = get(node, caller, slave + "/status");
        EXPECT_EQ(response.code, 200) << response.body;
        auto const read = read_status(response.body);
        EXPECT_TRUE(read) << read.problem;
        return read.value.value_or(Status{});
    }
    static std::string names(KeyContainer const& container) {
        KeyIdsBody ids;
        for (auto const& key : container.keys)
            ids.ids.push_back(key.id);
        return write(ids);
    }
    static void expect_error(Response const& response, int code, std::string const& message) {
        EXPECT_EQ(response.code, code) << response.body;
        auto const error = read_error(response.body);
        ASSERT_TRUE(error) << error.problem << ": " << response.body;
        EXPECT_EQ(error.value->message, message) << response.body;
    }
    std::unique_ptr<test::ContractHost> host_;
};

#define START(...)                                                                                                     \
    start(__VA_ARGS__);                                                                                                \
    if (IsSkipped()) return

// Fails when a field is missing or misnamed, when more is stored than can be, or when a request costs nothing.
TEST_P(Etsi014Contract, StatusTellsPoolsAndLimits) {
    START();
    Status const before = status(0, "alice", "bob");
    EXPECT_EQ(before.source_kme_id, "node-0");
    EXPECT_EQ(before.target_kme_id, "node-2");
    EXPECT_EQ(before.master_sae_id, "alice");
    EXPECT_EQ(before.slave_sae_id, "bob");
    EXPECT_EQ(before.key_size, 256u);
    EXPECT_EQ(before.min_key_size, 64u);
    EXPECT_EQ(before.max_key_size, 4096u);
    EXPECT_EQ(before.max_key_per_request, 128u);
    EXPECT_EQ(before.max_sae_id_count, 8u);
    EXPECT_EQ(before.stored_key_count, 10u) << "this end's half of 20 units";
    EXPECT_GE(before.max_key_count, before.stored_key_count);
    keys(get(0, "alice", "bob/enc_keys"));
    EXPECT_EQ(status(0, "alice", "bob").stored_key_count, 9u);
    EXPECT_EQ(status(0, "alice", "hermit").stored_key_count, 0u);
}

// Fails when the ends differ, when a number or size is not what was asked for, or when a key goes out twice.
TEST_P(Etsi014Contract, BothEndsGetTheSameKeysOnce) {
    START();
    auto const sent = keys(post(0, "alice", "bob/enc_keys", R"({"number": 3, "size": 512})"));
    ASSERT_EQ(sent.keys.size(), 3u);
    for (auto const& key : sent.keys)
        EXPECT_EQ(key.key.size(), 64u);
    EXPECT_TRUE(sent.extension.empty());
    auto const got = keys(post(2, "bob", "alice/dec_keys", names(sent)));
    EXPECT_EQ(got, sent);
    expect_error(post(2, "bob", "alice/dec_keys", names(sent)), 400, kKeysNotFound);
}

TEST_P(Etsi014Contract, DefaultsAndGet) {
    START();
    for (auto const& response : {get(0, "alice", "bob/enc_keys"), post(0, "alice", "bob/enc_keys", "{}"),
                                 post(0, "alice", "bob/enc_keys", "")}) {
        auto const sent = keys(response);
        ASSERT_EQ(sent.keys.size(), 1u);
        EXPECT_EQ(sent.keys[0].key.size(), 32u);
        EXPECT_EQ(keys(get(2, "bob", "alice/dec_keys?key_ID=" + write_uuid(sent.keys[0].id))), sent);
    }
    auto const sent = keys(get(0, "alice", "bob/enc_keys?number=2&size=64"));
    ASSERT_EQ(sent.keys.size(), 2u);
    EXPECT_EQ(sent.keys[1].key.size(), 8u);
    EXPECT_EQ(keys(post(2, "bob", "alice/dec_keys", names(sent))), sent);
}

// Fails when somebody who was not named, or who speaks to another node, gets a key, or when a refusal costs the owner
// its key.
TEST_P(Etsi014Contract, WhoWasNotNamedIsRefused) {
    START();
    auto const sent = keys(get(0, "alice", "bob/enc_keys"));
    expect_error(post(2, "mallory", "alice/dec_keys", names(sent)), 401, kNotAuthorized);
    expect_error(post(2, "alice", "alice/dec_keys", names(sent)), 401, kNotAuthorized);
    expect_error(post(0, "bob", "alice/dec_keys", names(sent)), 401, kNotAuthorized);
    expect_error(post(2, "bob", "dave/dec_keys", names(sent)), 400, kKeysNotFound); // dave did not ask for it
    expect_error(get(1, "alice", "bob/enc_keys"), 401, kNotAuthorized);
    expect_error(get(2, "alice", "bob/status"), 401, kNotAuthorized);
    EXPECT_EQ(keys(post(2, "bob", "alice/dec_keys", names(sent))), sent);
}

// Fails when one known key goes out, and is lost, along with an unknown one.
TEST_P(Etsi014Contract, AllKeysOrNone) {
    START();
    auto const sent = keys(get(0, "alice", "bob/enc_keys?number=2"));
    KeyContainer with_stranger = sent;
    with_stranger.keys.push_back({KeyId{{1, 2, 3}}, {}});
    expect_error(post(2, "bob", "alice/dec_keys", names(with_stranger)), 400, kKeysNotFound);
    EXPECT_EQ(keys(post(2, "bob", "alice/dec_keys", names(sent))), sent);
}

// Slaves on the far node, on the relay and beside the master. Fails when one gets other bits, none, or two.
TEST_P(Etsi014Contract, AdditionalSlavesGetTheSameKeys) {
    START();
    auto const sent = keys(
        post(0, "alice", "bob/enc_keys", R"({"number": 2, "additional_slave_SAE_IDs": ["carol", "dave", "erin"]})"));
    ASSERT_EQ(sent.keys.size(), 2u);
    struct {
        std::size_t node;
        char const* name;
    } const slaves[] = {{2, "bob"}, {2, "carol"}, {1, "dave"}, {0, "erin"}};
    for (auto const& slave : slaves) {
        EXPECT_EQ(keys(post(slave.node, slave.name, "alice/dec_keys", names(sent))), sent) << slave.name;
        expect_error(post(slave.node, slave.name, "alice/dec_keys", names(sent)), 400, kKeysNotFound);
        if (slave.node == 2 && slave.name[0] == 'b')
            expect_error(post(2, "mallory", "alice/dec_keys", names(sent)), 401, kNotAuthorized);
    }
}

// Fails when the master gets a key that an SAE it named will never have.
TEST_P(Etsi014Contract, AMulticastThatCannotReachEverybodyFails) {
    START();
    expect_error(post(0, "alice", "bob/enc_keys", R"({"additional_slave_SAE_IDs": ["hermit"]})"), 503, kNoRoute);
    EXPECT_EQ(status(0, "alice", "bob").stored_key_count, 10u) << "nothing was spent on it";
}

// The same when it shows only after the first slave has its copy.
TEST_P(Etsi014Contract, AMulticastThatFailsHalfwayFails) {
    START({}, 0);
    host_->give_key(LinkId{0}, 10); // towards dave; none from there to bob
    expect_error(post(0, "alice", "dave/enc_keys", R"({"additional_slave_SAE_IDs": ["bob", "erin"]})"), 503, kNoKey);
}

TEST_P(Etsi014Contract, WithoutKeyOrRouteTheServiceIsUnavailable) {
    START({}, 0);
    expect_error(get(0, "alice", "bob/enc_keys"), 503, kNoKey);
    expect_error(get(0, "alice", "hermit/enc_keys"), 503, kNoRoute);
    host_->give_key(LinkId{0}, 4); // the first hop has key, the second none
    expect_error(get(0, "alice", "bob/enc_keys"), 503, kNoKey);
    EXPECT_EQ(keys(get(0, "alice", "dave/enc_keys")).keys.size(), 1u);
}

// Fails when a key that nobody fetched is kept for ever, or forgotten at once.
TEST_P(Etsi014Contract, AKeyExpires) {
    KmeConfig config;
    config.key_lifetime = 2s;
    START(config);
    auto const early = keys(get(0, "alice", "bob/enc_keys")), late = keys(get(0, "alice", "bob/enc_keys"));
    EXPECT_EQ(keys(post(2, "bob", "alice/dec_keys", names(early))), early);
    host_->pass(2500ms);
    expect_error(post(2, "bob", "alice/dec_keys", names(late)), 400, kKeysNotFound);
}

// Fails when a protection or path that was asked for is quietly not given.
TEST_P(Etsi014Contract, Extensions) {
    START();
    auto const with = [&](std::string const& slave, std::string const& kind, std::string const& pair) {
        return post(0, "alice", slave + "/enc_keys", "{\"" + kind + "\": [{" + pair + "}]}");
    };
    expect_error(with("bob", "extension_mandatory", R"("abc_colour": "green")"), 400, kUnknownMandatory);
    expect_error(with("bob", "extension_mandatory", R"("qkdes_min_security": "its")"), 400, kUnmetMandatory);
    expect_error(with("bob", "extension_mandatory", R"("qkdes_min_security": 3)"), 400, kUnmetMandatory);
    expect_error(with("bob", "extension_mandatory", R"("qkdes_route_type": "direct")"), 400, kUnmetMandatory);
    expect_error(with("dave", "extension_mandatory", R"("qkdes_route_type": "indirect")"), 400, kUnmetMandatory);
    EXPECT_EQ(status(0, "alice", "bob").stored_key_count, 10u) << "a refusal costs nothing";
    auto const hybrid =
        keys(with("bob", "extension_mandatory", R"("qkdes_min_security": "hybrid", "qkdes_route_type": "indirect")"));
    std::vector<Extension> const told{{"qkdes_route_type", "\"indirect\""}, {"qkdes_security", "\"hybrid\""}};
    EXPECT_EQ(hybrid.extension, told);
    EXPECT_EQ(keys(with("erin", "extension_mandatory", R"("qkdes_min_security": "its")")).keys.size(), 1u);
    EXPECT_EQ(keys(with("bob", "extension_optional", R"("abc_colour": "green")")).keys.size(), 1u);
    EXPECT_EQ(keys(with("bob", "extension_optional", R"("qkdes_min_security": "its")")).keys.size(), 1u);
}

// Every kind of wrong request gets the standard's code and a body with its message. Fails on any other code, on an
// answer without the Error format, and on none.
TEST_P(Etsi014Contract, WrongRequestsGetTheStandardsErrors) {
    START();
    std::string const deep = R"({"extension_optional": [{"a": )" + std::string(50, '[') + std::string(50, ']') + "}]}";
    std::string const big = R"({"additional_slave_SAE_IDs": [")" + std::string(80'000, 'x') + "\"]}";
    struct {
        char const* verb;
        std::string path, body;
        char const* message;
    } const wrong[] = {
        {"POST", "bob/enc_keys", R"({"size": 100})", kSizeNotBytes},
        {"POST", "bob/enc_keys", R"({"size": 56})", kOutOfRange},
        {"POST", "bob/enc_keys", R"({"size": 4104})", kOutOfRange},
        {"POST", "bob/enc_keys", R"({"size": 18446744073709551615})", kSizeNotBytes},
        {"POST", "bob/enc_keys", R"({"size": 99999999999999999999999})", kBadFormat},
        {"POST", "bob/enc_keys", R"({"number": 0})", kOutOfRange},
        {"POST", "bob/enc_keys", R"({"number": 129})", kOutOfRange},
        {"POST", "bob/enc_keys", R"({"number": -1})", kBadFormat},
        {"POST", "bob/enc_keys", R"({"number": 1.5})", kBadFormat},
        {"POST", "bob/enc_keys", R"({"number": "3"})", kBadFormat},
        {"POST", "bob/enc_keys", R"({"number": 1, "number": 2})", kBadFormat},
        {"POST", "bob/enc_keys", R"({"nubmer": 1})", kBadFormat},
        {"POST", "bob/enc_keys", "[]", kBadFormat},
        {"POST", "bob/enc_keys", "{", kBadFormat},
        {"POST", "bob/enc_keys", "{} {}", kBadFormat},
        {"POST", "bob/enc_keys", "\"\xff\xfe\"", kBadFormat},
        {"POST", "bob/enc_keys", deep, kBadFormat},
        {"POST", "bob/enc_keys", big, kBadFormat},
        {"POST", "bob/enc_keys", R"({"additional_slave_SAE_IDs": "carol"})", kBadFormat},
        {"POST", "bob/enc_keys", R"({"additional_slave_SAE_IDs": [1]})", kBadFormat},
        {"POST", "bob/enc_keys", R"({"additional_slave_SAE_IDs": ["bob"]})", kOutOfRange},
        {"POST", "bob/enc_keys", R"({"additional_slave_SAE_IDs": ["alice"]})", kOutOfRange},
        {"POST", "bob/enc_keys", R"({"additional_slave_SAE_IDs": ["1","2","3","4","5","6","7","8","9"]})", kOutOfRange},
        {"POST", "bob/enc_keys", R"({"additional_slave_SAE_IDs": ["nobody"]})", kUnknownSae},
        {"POST", "bob/enc_keys", R"({"extension_mandatory": [1]})", kBadFormat},
        {"POST", "nobody/enc_keys", "{}", kUnknownSae},
        {"POST", "alice/enc_keys", "{}", kOutOfRange},
        {"POST", "bob/enc_keys?number=1", "{}", kBadFormat},
        {"GET", "bob/enc_keys?number=one", "", kBadFormat},
        {"GET", "bob/enc_keys?number=1&number=1", "", kBadFormat},
        {"GET", "bob/enc_keys?additional_slave_SAE_IDs=carol", "", kBadFormat},
        {"GET", "bob/status?x=1", "", kBadFormat},
        {"POST", "bob/status", "{}", kNoSuchMethod},
        {"PUT", "bob/enc_keys", "{}", kNoSuchMethod},
        {"DELETE", "bob/enc_keys", "", kNoSuchMethod},
        {"GET", "bob/keys", "", kNoSuchMethod},
        {"GET", "bob", "", kNoSuchMethod},
        {"GET", "bob/status/more", "", kNoSuchMethod},
        {"GET", "/status", "", kNoSuchMethod},
        {"GET", "bob%zz/status", "", kNoSuchMethod},
        {"POST", "bob/dec_keys", "", kBadFormat},
        {"POST", "bob/dec_keys", "{}", kBadFormat},
        {"POST", "bob/dec_keys", R"({"key_IDs": []})", kBadFormat},
        {"POST", "bob/dec_keys", R"({"key_IDs": ["9e2b8a44-0000-4000-8000-000000000000"]})", kBadFormat},
        {"POST", "bob/dec_keys", R"({"key_IDs": [{"key_ID": "9e2b8a44"}]})", kBadFormat},
        {"POST", "bob/dec_keys", R"({"key_IDs": [{"key_ID": "9e2b8a44-0000-4000-8000-000000000000"}]})", kKeysNotFound},
        {"GET", "bob/dec_keys", "", kBadFormat},
        {"GET", "bob/dec_keys?key_ID=1", "", kBadFormat},
    };
    for (auto const& request : wrong) {
        SCOPED_TRACE(std::string{request.verb} + " " + request.path + " " + request.body.substr(0, 80));
        expect_error(host_->call(0, {"alice", request.verb, "/api/v1/keys/" + request.path, kJson, request.body}), 400,
                     request.message);
    }
    expect_error(host_->call(0, {"alice", "GET", "/", "", ""}), 400, kNoSuchMethod);
    expect_error(post(0, "alice", "bob/enc_keys", "{}", "text/plain"), 400, kBadFormat);
    EXPECT_EQ(post(0, "alice", "bob/enc_keys", "{}", "Application/JSON; charset=utf-8").code, 200);
    EXPECT_EQ(status(0, "alice", "bob").stored_key_count, 9u) << "only the good one cost a unit";
}

INSTANTIATE_TEST_SUITE_P(Hosts, Etsi014Contract, testing::Values("simulated", "https"),
                         [](auto const& parameter) { return parameter.param; });

} // namespace
} // namespace qkdes::etsi014
