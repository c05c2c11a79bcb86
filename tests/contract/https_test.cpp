// What only the host of sockets and TLS can show: curl speaks to it, and who has no good certificate does not.
#ifdef QKDES_HAVE_HTTPS
#include "sim/kme/etsi014/errors.hpp"
#include "tests/contract/https_contract_host.hpp"
#include "tests/support/https_client.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <thread>

namespace qkdes::test {

HttpsContractHost::HttpsContractHost(KmeConfig const& config)
    : host{contract_network().topology,
           contract_network().saes,
           config,
           {certificates().certificate("ca"), certificates().certificate("server"), certificates().key("server")}} {}

etsi014::Response HttpsContractHost::call(std::size_t node, etsi014::Request const& request) {
    auto const& made = certificates();
    auto const response = https_call(
        host.port(node), {made.certificate("ca"), made.certificate(request.caller), made.key(request.caller)}, request);
    EXPECT_NE(response.code, 0) << "no connection: " << response.body;
    return response;
}

void HttpsContractHost::pass(SimDuration span) { std::this_thread::sleep_for(span); }

} // namespace qkdes::test

namespace qkdes::etsi014 {
namespace {

struct Curl {
    int exit = 0;
    std::string output; ///< body, then a line with the code
    std::string body() const { return output.substr(0, output.rfind('\n')); }
    std::string code() const { return output.substr(output.rfind('\n') + 1); }
};

class Https : public testing::Test {
  protected:
    Https() {
        host.give_key(LinkId{0}, 20);
        host.give_key(LinkId{1}, 20);
    }
    /// As a person would type it. `as` empty: without a certificate.
    Curl curl(std::size_t node, std::string const& as, std::string const& path, std::string const& more = "",
              std::string const& trust = "ca") {
        auto const& made = test::certificates();
        std::string command = std::string{QKDES_CURL} + " -s --max-time 30 -w '\\n%{http_code}' --cacert " +
                              made.certificate(trust) + " " + more;
        if (!as.empty()) command += " --cert " + made.certificate(as) + " --key " + made.key(as);
        command += " 'https://127.0.0.1:" + std::to_string(host.host.port(node)) + path + "' 2>/dev/null";
        Curl out;
        FILE* const pipe = ::popen(command.c_str(), "r");
        std::array<char, 4096> buffer{};
        while (auto const got = std::fread(buffer.data(), 1, buffer.size(), pipe))
            out.output.append(buffer.data(), got);
        out.exit = ::pclose(pipe);
        return out;
    }
    test::HttpsContractHost host{KmeConfig{}};
};

// The three methods, from a shell. Fails when a real client cannot use what we serve.
TEST_F(Https, CurlRunsStatusEncKeysAndDecKeys) {
    auto const status = curl(0, "alice", "/api/v1/keys/bob/status");
    EXPECT_EQ(status.code(), "200");
    auto const told = read_status(status.body());
    ASSERT_TRUE(told) << told.problem;
    EXPECT_EQ(told.value->stored_key_count, 10u);

    auto const sent = curl(0, "alice", "/api/v1/keys/bob/enc_keys",
                           R"(-H 'Content-Type: application/json' -d '{"number": 2, "size": 128}')");
    EXPECT_EQ(sent.code(), "200") << sent.output;
    auto const keys = read_key_container(sent.body());
    ASSERT_TRUE(keys) << keys.problem;
    ASSERT_EQ(keys.value->keys.size(), 2u);
    EXPECT_EQ(keys.value->keys[0].key.size(), 16u);

    auto const first = curl(2, "bob", "/api/v1/keys/alice/dec_keys?key_ID=" + write_uuid(keys.value->keys[0].id));
    ASSERT_TRUE(read_key_container(first.body())) << first.output;
    EXPECT_EQ(read_key_container(first.body()).value->keys.at(0), keys.value->keys[0]);
    std::string const list = write(KeyIdsBody{{keys.value->keys[1].id}});
    std::string const post = "-H 'Content-Type: application/json' -d '" + list + "'";
    auto const second = curl(2, "bob", "/api/v1/keys/alice/dec_keys", post);
    ASSERT_TRUE(read_key_container(second.body())) << second.output;
    EXPECT_EQ(read_key_container(second.body()).value->keys.at(0), keys.value->keys[1]);

    auto const again = curl(2, "bob", "/api/v1/keys/alice/dec_keys", post);
    EXPECT_EQ(again.code(), "400");
    EXPECT_EQ(read_error(again.body()).value.value_or(ErrorBody{}).message, kKeysNotFound);
}

// Fails when the server serves somebody whom the authority does not vouch for, or an application that trusts another
// authority is served all the same.
TEST_F(Https, AWrongCertificateIsRefused) {
    EXPECT_EQ(curl(0, "alice", "/api/v1/keys/bob/status").exit, 0);
    auto const impostor = curl(0, "impostor", "/api/v1/keys/bob/status");
    EXPECT_NE(impostor.exit, 0);
    EXPECT_EQ(impostor.code(), "000") << "refused in the handshake, before any HTTP";
    auto const nobody = curl(0, "", "/api/v1/keys/bob/status");
    EXPECT_NE(nobody.exit, 0);
    EXPECT_EQ(nobody.code(), "000");
    auto const suspicious = curl(0, "alice", "/api/v1/keys/bob/status", "", "rogue");
    EXPECT_NE(suspicious.exit, 0);
    EXPECT_EQ(curl(0, "alice", "/api/v1/keys/bob/status", "--tls-max 1.1").code(), "000") << "TLS 1.2 at least";
    auto const stranger = curl(0, "stranger", "/api/v1/keys/bob/status");
    EXPECT_EQ(stranger.code(), "401") << "a good certificate of no SAE";
    EXPECT_EQ(read_error(stranger.body()).value.value_or(ErrorBody{}).message, kNotAuthorized);
}

// Requests in parallel from both sides. Fails on a race between the servers' threads and the node's.
TEST_F(Https, ManyApplicationsAtOnce) {
    std::vector<std::thread> clients;
    std::array<int, 4> served{};
    for (std::size_t c = 0; c < served.size(); ++c)
        clients.emplace_back([&, c] {
            bool const forth = c % 2 == 0;
            std::string const master = forth ? "alice" : "bob", slave = forth ? "bob" : "alice";
            for (int i = 0; i < 4; ++i) {
                auto const sent =
                    host.call(forth ? 0 : 2, {master, "GET", "/api/v1/keys/" + slave + "/enc_keys", "", ""});
                auto const keys = read_key_container(sent.body);
                if (!keys) continue;
                auto const got = host.call(
                    forth ? 2 : 0,
                    {slave, "GET",
                     "/api/v1/keys/" + master + "/dec_keys?key_ID=" + write_uuid(keys.value->keys.at(0).id), "", ""});
                auto const same = read_key_container(got.body);
                served[c] += same && *same.value == *keys.value;
            }
        });
    for (auto& client : clients)
        client.join();
    for (int count : served)
        EXPECT_EQ(count, 4);
}

} // namespace
} // namespace qkdes::etsi014
#else
#include <gtest/gtest.h>

TEST(Https, NeedsCppHttplib) {
    GTEST_SKIP() << "built without cpp-httplib, OpenSSL or curl: tools/setup installs them, then configure again";
}
#endif
