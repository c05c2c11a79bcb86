// The agents' interface: every resource of HIP-0071, what is refused and how, and that nobody learns key bytes from it.
#include "tests/sim/kme/agent_api_support.hpp"

#include <botan/base64.h>
#include <botan/hex.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>

namespace qkdes {
namespace {

using nlohmann::json;
using test::ApiBench;
using test::at;

json body_of(agent::ApiResponse const& response) { return json::parse(response.body); }

TEST(AgentApi, AKeyGoesToTheVaultAndItsIdToTheCaller) {
    ApiBench bench;
    bench.sites.a->device.status.qber = 0.023;
    bench.sites.clock.run_until(at(30));
    auto const given = bench.call("POST", "/v1/keys/request", R"({"bits": 256, "link_id": "hk-lk"})");
    ASSERT_EQ(given.code, 200) << given.body;
    auto const body = body_of(given);
    EXPECT_EQ(body.size(), 3u) << "key_id, bits, qber: no key bytes";
    EXPECT_EQ(body["bits"], 256);
    EXPECT_DOUBLE_EQ(body["qber"].get<double>(), 0.023);
    ASSERT_EQ(bench.vault.size(), 1u);
    EXPECT_EQ(bench.vault[0].key.size(), 32u);
    auto const about = bench.call("GET", "/v1/keys/" + body["key_id"].get<std::string>());
    ASSERT_EQ(about.code, 200) << about.body;
    auto const known = body_of(about);
    EXPECT_EQ(known["link_id"], "hk-lk");
    EXPECT_EQ(known["protocol"], "bb84");
    EXPECT_EQ(known["generated_at"], "2026-02-23T14:30:30Z");
    EXPECT_EQ(known["expires"], "2026-02-24T14:30:30Z");
    EXPECT_EQ(known["valid"], true);
    EXPECT_EQ(known["where"], "secret store of hq");
    auto const key = bench.vault[0].key.view();
    for (auto const& text : {given.body, about.body, bench.call("GET", "/metrics").body}) {
        EXPECT_EQ(text.find(Botan::base64_encode(key)), std::string::npos);
        EXPECT_EQ(text.find(Botan::hex_encode(key, false)), std::string::npos);
    }
    EXPECT_NE(
        bench.call("GET", "/metrics").body.find("qkd_keys_generated_total{link_id=\"hk-lk\",protocol=\"bb84\"} 2"),
        std::string::npos)
        << "the first of rotation, and this one";
    bench.sites.clock.run_until(at(31 + 24 * 3600));
    EXPECT_EQ(body_of(bench.call("GET", "/v1/keys/" + body["key_id"].get<std::string>()))["valid"], false);
}

TEST(AgentApi, WithoutKeyOrVaultThereIsAReason) {
    ApiBench bench;
    auto const ask = [&](char const* body) { return bench.call("POST", "/v1/keys/request", body); };
    EXPECT_EQ(ask(R"({"bits": 256, "link_id": "nowhere"})").code, 404);
    bench.sites.a->device.stored = 100;
    EXPECT_EQ(ask(R"({"bits": 256, "link_id": "hk-lk"})").code, 503);
    bench.sites.a->device.stored = 4096;
    bench.vault_open = false;
    EXPECT_EQ(ask(R"({"bits": 256, "link_id": "hk-lk"})").code, 503);
    bench.vault_open = true;
    EXPECT_EQ(ask(R"({"bits": 256, "link_id": "hk-lk"})").code, 200);
    bench.sites.qber(0.09); // critical: no keys
    bench.sites.clock.run_until(at(40));
    auto const refused = ask(R"({"bits": 256, "link_id": "hk-lk"})");
    EXPECT_EQ(refused.code, 503);
    EXPECT_NE(refused.body.find("critical"), std::string::npos);
    bench.sites.qber(0.01);
    bench.sites.a->device.state = DeviceState::failed;
    bench.sites.clock.run_until(at(60));
    EXPECT_EQ(ask(R"({"bits": 256, "link_id": "hk-lk"})").code, 503);
    EXPECT_EQ(bench.vault.size(), 1u);
}

TEST(AgentApi, OldKeysAreForgottenFirst) {
    ApiBench bench; // remembers three
    std::vector<std::string> ids;
    for (int i = 0; i < 5; ++i)
        ids.push_back(
            body_of(bench.call("POST", "/v1/keys/request", R"({"bits": 128, "link_id": "hk-lk"})"))["key_id"]);
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 5u);
    for (std::size_t i = 0; i < 5; ++i)
        EXPECT_EQ(bench.call("GET", "/v1/keys/" + ids[i]).code, i < 2 ? 404 : 200);
    EXPECT_EQ(bench.call("GET", "/v1/keys/no-uuid").code, 400);
}

TEST(AgentApi, LinksMetricsAndSeries) {
    ApiBench bench;
    bench.sites.qber(0.04);
    bench.sites.a->device.status.loss.value = 4.5;
    bench.sites.a->device.status.visibility = 0.97;
    bench.sites.clock.run_until(at(25));
    auto const links = body_of(bench.call("GET", "/v1/links"))["links"];
    ASSERT_EQ(links.size(), 2u);
    EXPECT_EQ(links[0]["link_id"], "hk-lk");
    EXPECT_EQ(links[0]["band"], "degraded");
    EXPECT_EQ(links[0]["fallback"], "nominal");
    EXPECT_EQ(links[0]["device"], "ok");
    auto const metrics = body_of(bench.call("GET", "/v1/links/hk-lk/metrics"));
    EXPECT_DOUBLE_EQ(metrics["channel_loss_db"].get<double>(), 4.5);
    EXPECT_DOUBLE_EQ(metrics["visibility"].get<double>(), 0.97);
    EXPECT_TRUE(metrics["temperature_celsius"].is_null()) << "not measured is not 0";
    auto const series = body_of(bench.call("GET", "/v1/links/hk-lk/qber"))["series"];
    ASSERT_EQ(series.size(), 3u) << "read at 0, 10 and 20 s";
    EXPECT_DOUBLE_EQ(series[2]["seconds"].get<double>(), 20);
    EXPECT_DOUBLE_EQ(series[2]["qber"].get<double>(), 0.04);
    EXPECT_EQ(series[2]["band"], "degraded");
    EXPECT_EQ(series[2]["at"], "2026-02-23T14:30:20Z");
    EXPECT_EQ(body_of(bench.call("GET", "/v1/links/hq%20tower%2f1/metrics"))["link_id"], "hq tower/1");
    EXPECT_EQ(bench.call("GET", "/v1/links/nowhere/qber").code, 404);
}

TEST(AgentApi, CalibrationIsOneAtATime) {
    ApiBench bench;
    EXPECT_EQ(bench.call("POST", "/v1/links/hk-lk/calibrate").code, 202);
    EXPECT_EQ(bench.call("POST", "/v1/links/hk-lk/calibrate").code, 409);
    EXPECT_EQ(bench.call("POST", "/v1/keys/request", R"({"bits": 256, "link_id": "hk-lk"})").code, 503);
    bench.sites.clock.run_until(at(61));
    EXPECT_EQ(bench.call("POST", "/v1/links/hk-lk/calibrate").code, 202);
}

/// The rate of a route is that of its scarcest link, not the sum; the tower reads what it relays.
TEST(AgentApi, RoutesSayWhatTheyCarryAndWhoReads) {
    ApiBench bench;
    auto const routes = body_of(bench.call("GET", "/v1/relay/routes"))["routes"];
    ASSERT_EQ(routes.size(), 2u);
    EXPECT_EQ(routes[0]["readable_by"], (json{"hq", "annex"}));
    EXPECT_EQ(routes[0]["relays"], 0);
    EXPECT_EQ(routes[0]["trust"], 1.0);
    EXPECT_EQ(routes[1]["to"], "branch");
    EXPECT_EQ(routes[1]["cumulative_key_rate_bps"], 700.0);
    EXPECT_EQ(routes[1]["trust"], 0.9);
    EXPECT_EQ(routes[1]["readable_by"], (json{"hq", "tower", "branch"}));
    EXPECT_EQ(routes[1]["links"], (json{"hq tower/1", "tower-branch"}));
    auto const key = bench.call("POST", "/v1/relay/keys/request", R"({"bits": 256, "to": "branch"})");
    ASSERT_EQ(key.code, 200) << key.body;
    EXPECT_EQ(body_of(key)["readable_by"], (json{"hq", "tower", "branch"}));
    auto const about = body_of(bench.call("GET", "/v1/keys/" + body_of(key)["key_id"].get<std::string>()));
    EXPECT_EQ(about["readable_by"], (json{"hq", "tower", "branch"}));
    EXPECT_FALSE(about.contains("qber")) << "it comes from several links";
    EXPECT_EQ(bench.call("POST", "/v1/relay/keys/request", R"({"bits": 256, "to": "mars"})").code, 404);
    EXPECT_EQ(bench.call("POST", "/v1/relay/keys/request", R"({"bits": 256, "to": "tower"})").code, 503) << "no route";
    bench.sites.supply.stock = 0;
    EXPECT_EQ(bench.call("POST", "/v1/relay/keys/request", R"({"bits": 256, "to": "branch"})").code, 503);
}

TEST(AgentApi, ALongRouteMultipliesTrustAndTakesTheLeastRate) {
    Topology chain;
    for (int i = 0; i < 5; ++i)
        chain.nodes.push_back(std::to_string(i));
    for (std::size_t i = 0; i < 4; ++i)
        chain.links.push_back({NodeId{i}, NodeId{i + 1}, 1, i != 2});
    std::vector<double> const rates{900, 400, 1, 800}, trust{0, 0.5, 0.8, 0.25, 0};
    auto const route =
        agent::describe_route(chain, NodeId{4}, {LinkId{3}, LinkId{2}, LinkId{1}, LinkId{0}}, rates, trust);
    EXPECT_EQ(route.rate, 400) << "the link without devices sets no limit";
    EXPECT_DOUBLE_EQ(route.trust, 0.1) << "the ends count for nothing";
    EXPECT_EQ(route.relays(), 3u);
    EXPECT_EQ(route.to(), NodeId{0});
    auto const wan = agent::describe_route(chain, NodeId{2}, {LinkId{2}}, rates, trust);
    EXPECT_FALSE(wan.rate.has_value());
}

TEST(AgentApi, HealthAndMetrics) {
    ApiBench bench;
    bench.sites.clock.run_until(at(5));
    auto const before = bench.call("GET", "/healthz");
    EXPECT_EQ(before.code, 200);
    EXPECT_EQ(body_of(before)["links"]["hk-lk"], "nominal");
    EXPECT_EQ(body_of(before)["links"]["hq tower/1"], "pq-only") << "it has no key yet";
    bench.sites.a->device.state = DeviceState::failed;
    bench.sites.clock.run_until(at(20));
    EXPECT_EQ(bench.call("GET", "/healthz").code, 200) << "the agent is well, its link is not";
    EXPECT_EQ(body_of(bench.call("GET", "/healthz"))["status"], "degraded");
    EXPECT_EQ(body_of(bench.call("GET", "/v1/links"))["links"][0]["device"], "failed");
    auto const metrics = bench.call("GET", "/metrics");
    EXPECT_TRUE(metrics.content_type.starts_with("text/plain; version=0.0.4"));
    EXPECT_NE(metrics.body.find("qkd_key_generation_halted_total{link_id=\"hk-lk\"} 1"), std::string::npos);
}

TEST(AgentApi, WhatIsNotUnderstoodIsRefusedWithAReason) {
    ApiBench bench;
    struct Case {
        char const *verb, *target, *body, *type;
        int code;
    } const cases[] = {
        {"GET", "/v1/keys/request", "", "", 405},
        {"POST", "/v1/links", "", "", 405},
        {"DELETE", "/v1/links", "", "", 405},
        {"", "/v1/links", "", "", 405},
        {"GET", "", "", "", 400},
        {"GET", "v1/links", "", "", 400},
        {"GET", "/", "", "", 400},
        {"GET", "/v1//links", "", "", 400},
        {"GET", "/v1/links/", "", "", 400},
        {"GET", "/v1/links?x=1", "", "", 400},
        {"GET", "/v1/links/%zz/qber", "", "", 400},
        {"GET", "/v1/links/%0a/qber", "", "", 400},
        {"GET", "/v1/links/hk-lk", "", "", 404},
        {"GET", "/v1/links/hk-lk/qber/more", "", "", 404},
        {"GET", "/v1/links/hk-lk/qber/more/and/more", "", "", 404},
        {"GET", "/v2/links", "", "", 404},
        {"POST", "/v1/keys/request", "", "", 400},
        {"POST", "/v1/keys/request", "[]", "", 400},
        {"POST", "/v1/keys/request", R"({"bits": 256})", "", 400},
        {"POST", "/v1/keys/request", R"({"bits": 0, "link_id": "hk-lk"})", "", 400},
        {"POST", "/v1/keys/request", R"({"bits": 255, "link_id": "hk-lk"})", "", 400},
        {"POST", "/v1/keys/request", R"({"bits": -8, "link_id": "hk-lk"})", "", 400},
        {"POST", "/v1/keys/request", R"({"bits": 65544, "link_id": "hk-lk"})", "", 400},
        {"POST", "/v1/keys/request", R"({"bits": 18446744073709551608, "link_id": "hk-lk"})", "", 400},
        {"POST", "/v1/keys/request", R"({"bits": 256, "link_id": 7})", "", 400},
        {"POST", "/v1/keys/request", R"({"bits": 256, "link_id": "hk-lk", "also": 1})", "", 400},
        {"POST", "/v1/keys/request", R"({"bits": 256, "link_id": "hk-lk"})", "text/html", 415},
        {"POST", "/v1/relay/keys/request", R"({"bits": 256, "link_id": "hk-lk"})", "", 400},
    };
    for (auto const& c : cases) {
        auto const response = bench.call(c.verb, c.target, c.body, c.type);
        EXPECT_EQ(response.code, c.code) << c.verb << " " << c.target << " " << c.body << ": " << response.body;
        EXPECT_TRUE(body_of(response)["message"].is_string());
    }
    EXPECT_EQ(bench.call("POST", "/v1/keys/request", std::string(5000, ' ')).code, 413);
    EXPECT_EQ(bench.call("GET", "/" + std::string(1024, 'a')).code, 400);
    EXPECT_TRUE(bench.vault.empty());
    auto const fine = bench.call("POST", "/v1/keys/request", R"({"bits": 256, "link_id": "hk-lk"})",
                                 "application/json; charset=utf-8");
    EXPECT_EQ(fine.code, 200);
    EXPECT_EQ(bench.call("POST", "/v1/links/hk-lk/calibrate", "", "application/x-www-form-urlencoded").code, 202)
        << "nothing is of no type";
}

} // namespace
} // namespace qkdes
