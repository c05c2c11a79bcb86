// Agents outside a simulation: two sites over a relay on the host of sockets, TLS and the system's clock, with keys of
// the real nodes, asked by curl. The code of the agents is the one that runs in worlds.
#ifdef QKDES_HAVE_HTTPS
#include "sim/kme/agent/api.hpp"
#include "sim/kme/agent/site_store.hpp"
#include "tests/contract/https_contract_host.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <thread>

namespace qkdes::test {
namespace {

using nlohmann::json;

struct StillDevice final : QkdDevice {
    void request_key(std::uint64_t bits, std::function<void(KeyBlockResult)> answer) override {
        KeyBlock block;
        block.id.bytes.fill(++blocks);
        block.material = SecretBytes{bits / 8};
        block.bits = bits;
        block.qber = 0.011;
        answer(std::move(block));
    }
    ChannelStatus channel_status() const override {
        ChannelStatus status;
        status.qber = 0.011;
        status.key_rate = BitsPerSecond{1500};
        return status;
    }
    DeviceHealth health() const override { return {}; }
    std::uint8_t blocks = 0;
};

/// Keys of the node at this site, shared with an application at the other.
struct NodeSupply final : agent::KeySupply {
    NodeSupply(KmeNode& of, AppId here, AppId there) : node{of}, own{here}, peer{there} {}
    void fresh(std::uint32_t bits, std::function<void(std::optional<agent::SuppliedKey>)> answer) override {
        node.request_keys({own, peer, bits, 1}, [answer](KeyReply reply) {
            if (reply.status != KeyStatus::ok) return answer(std::nullopt);
            answer(agent::SuppliedKey{reply.keys[0].id, std::move(reply.keys[0].key)});
        });
    }
    std::optional<agent::SuppliedKey> by_id(KeyId id) override {
        KeyReply reply = node.fetch_keys(own, std::span{&id, 1}, peer);
        if (reply.status != KeyStatus::ok) return {};
        return agent::SuppliedKey{id, std::move(reply.keys[0].key)};
    }
    KmeNode& node;
    AppId own, peer;
};

struct NearStore final : agent::SecretStore {
    void put(agent::KeyRecord const& record, std::function<void(bool)> answer) override {
        store.publish(record);
        answer(true);
    }
    void get(std::function<void(std::optional<agent::KeyRecord>)> answer) override { answer(store.current()); }
    agent::SiteStore store{"long-haul"};
};

agent::AgentConfig config_of(bool leads) {
    agent::AgentConfig config;
    config.link_id = "long-haul";
    config.leads = leads;
    config.rotation.retry = std::chrono::milliseconds{100};
    config.poll = std::chrono::milliseconds{100};
    return config;
}

struct AgentSite {
    AgentSite(HttpsHost& host, std::size_t at, AppId own, AppId peer, bool leads)
        : supply{host.node(at), own, peer}, agent{config_of(leads),
                                                  {host.clock(),
                                                   device,
                                                   supply,
                                                   store,
                                                   [this](std::vector<std::uint8_t> m) {
                                                       other->agent.on_message(m); // within the process, as the nodes'
                                                   },
                                                   {},
                                                   {},
                                                   {}}} {}
    StillDevice device;
    NodeSupply supply;
    NearStore store;
    AgentSite* other = nullptr;
    agent::QkdAgent agent;
};

class AgentHttps : public testing::Test {
  protected:
    AgentHttps() {
        auto& nodes = contract.host;
        contract.give_key(LinkId{0}, 20);
        contract.give_key(LinkId{1}, 20);
        nodes.on_their_thread([&] {
            near = std::make_unique<AgentSite>(nodes, 0, AppId{0}, AppId{3}, true);
            far = std::make_unique<AgentSite>(nodes, 2, AppId{3}, AppId{0}, false);
            near->other = far.get();
            far->other = near.get();
            near->agent.start();
            far->agent.start();
            agent::ApiConfig config;
            config.site = "node-0";
            api = std::make_unique<agent::AgentApi>(
                config, std::vector{&near->agent}, topology.nodes, std::vector<std::string>{"first", "second"},
                agent::AgentApi::Ports{nodes.clock(),
                                       [this](agent::KeyRecord const& record, agent::AgentApi::Kept answer) {
                                           vault.push_back(record);
                                           answer(true);
                                       },
                                       [this, &nodes] {
                                           std::vector<double> const rates{1500, 400}, trust{1, 0.95, 1, 1};
                                           std::vector<agent::RelayRoute> all;
                                           for (auto& links : nodes.node(0).disjoint_routes(NodeId{2}, 4))
                                               all.push_back(agent::describe_route(topology, NodeId{0},
                                                                                   std::move(links), rates, trust));
                                           return all;
                                       },
                                       [this](NodeId, std::uint32_t bits, agent::AgentApi::Supplied answer) {
                                           near->supply.fresh(bits, std::move(answer));
                                       }});
        });
        nodes.also_serve(0, [this](etsi014::Request const& request, std::function<void(HttpsHost::Answer)> reply) {
            if (!request.target.starts_with("/v1/") && request.target != "/healthz" && request.target != "/metrics")
                return false;
            api->handle({request.verb, request.target, request.content_type, request.body},
                        [reply](agent::ApiResponse r) {
                            reply({r.code, std::move(r.body), r.content_type});
                        });
            return true;
        });
    }
    ~AgentHttps() override {
        contract.host.on_their_thread([this] {
            api.reset();
            near.reset();
            far.reset();
        });
    }
    /// Body, then a line with the code and the type.
    std::string curl(std::string const& path, std::string const& more = "") {
        auto const& made = certificates();
        std::string const command =
            std::string{QKDES_CURL} + " -s --max-time 30 -w '\\n%{http_code} %{content_type}'" + " --cacert " +
            made.certificate("ca") + " --cert " + made.certificate("alice") + " --key " + made.key("alice") + " " +
            more + " 'https://127.0.0.1:" + std::to_string(contract.host.port(0)) + path + "' 2>/dev/null";
        FILE* const pipe = ::popen(command.c_str(), "r");
        std::array<char, 4096> buffer{};
        std::string out;
        while (auto const got = std::fread(buffer.data(), 1, buffer.size(), pipe))
            out.append(buffer.data(), got);
        EXPECT_EQ(::pclose(pipe), 0);
        return out;
    }
    static json body(std::string const& out) { return json::parse(out.substr(0, out.rfind('\n')), nullptr, false); }
    static std::string code(std::string const& out) { return out.substr(out.rfind('\n') + 1, 3); }
    static std::string post(std::string const& text) { return "-H 'Content-Type: application/json' -d '" + text + "'"; }

    Topology const topology = *contract_network().topology;
    HttpsContractHost contract{KmeConfig{}};
    std::unique_ptr<AgentSite> near, far;
    std::unique_ptr<agent::AgentApi> api;
    std::vector<agent::KeyRecord> vault;
};

// The first rotation puts the same key of the real nodes into both sites' stores, without any simulation.
TEST_F(AgentHttps, TwoSitesHoldTheSameKeyByTheSystemsClock) {
    bool same = false;
    for (int tries = 0; tries < 200 && !same; ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
        contract.host.on_their_thread([&] {
            auto const &a = near->store.store.current(), &b = far->store.store.current();
            same = a && b && a->key == b->key && a->id == b->id && a->key.size() == 32;
        });
    }
    EXPECT_TRUE(same);
}

TEST_F(AgentHttps, CurlRunsEveryResource) {
    auto const given = curl("/v1/keys/request", post(R"({"bits": 256, "link_id": "long-haul"})"));
    ASSERT_EQ(code(given), "200") << given;
    EXPECT_EQ(body(given)["bits"], 256);
    EXPECT_EQ(vault.size(), 1u);
    auto const about = curl("/v1/keys/" + body(given)["key_id"].get<std::string>());
    EXPECT_EQ(code(about), "200");
    EXPECT_EQ(body(about)["link_id"], "long-haul");
    EXPECT_EQ(body(curl("/v1/links"))["links"][0]["link_id"], "long-haul");
    EXPECT_EQ(body(curl("/v1/links/long-haul/metrics"))["secure_key_rate_bps"], 1500.0);
    std::size_t points = 0;
    for (int tries = 0; tries < 200 && points < 2; ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
        points = body(curl("/v1/links/long-haul/qber"))["series"].size();
    }
    EXPECT_GE(points, 2u);
    auto const routes = body(curl("/v1/relay/routes"))["routes"];
    ASSERT_EQ(routes.size(), 1u);
    EXPECT_EQ(routes[0]["cumulative_key_rate_bps"], 400.0);
    EXPECT_EQ(routes[0]["trust"], 0.95);
    EXPECT_EQ(routes[0]["readable_by"], (json{"node-0", "node-1", "node-2"}));
    auto const relayed = curl("/v1/relay/keys/request", post(R"({"bits": 256, "to": "node-2"})"));
    ASSERT_EQ(code(relayed), "200") << relayed;
    EXPECT_EQ(body(relayed)["readable_by"], (json{"node-0", "node-1", "node-2"}));
    EXPECT_EQ(vault.size(), 2u);
    EXPECT_EQ(body(curl("/healthz")).contains("links"), true);
    auto const metrics = curl("/metrics");
    EXPECT_NE(metrics.find("# TYPE qkd_kms_key_push_latency_seconds histogram"), std::string::npos);
    EXPECT_NE(metrics.find("qkd_qber{link_id=\"long-haul\"} 0.011"), std::string::npos);
    EXPECT_NE(metrics.find("\n200 text/plain"), std::string::npos);
    EXPECT_EQ(code(curl("/v1/links/long-haul/calibrate", "-d ''")), "202");
    EXPECT_EQ(code(curl("/v1/links/long-haul/calibrate", "-d ''")), "409");
    EXPECT_EQ(code(curl("/v1/nothing")), "404");
    EXPECT_EQ(code(curl("/api/v1/keys/bob/status")), "200") << "the node's own interface is still there";
}

} // namespace
} // namespace qkdes::test
#endif
