// An agents' interface over hand-held sites: two links, a vault that a test can make refuse, and two relay routes.
#pragma once
#include "sim/base/contracts.hpp"
#include "sim/kme/agent/api.hpp"
#include "tests/sim/kme/agent_support.hpp"

namespace qkdes::test {

/// hq = annex, hq = tower = branch; trust of the tower 0.9.
inline Topology relay_topology() {
    Topology topology;
    topology.nodes = {"hq", "annex", "tower", "branch"};
    topology.links = {
        {NodeId{0}, NodeId{1}, 1, true}, {NodeId{0}, NodeId{2}, 1, true}, {NodeId{3}, NodeId{2}, 1, true}};
    return topology;
}

struct ApiBench {
    ApiBench() {
        agent::AgentConfig other;
        other.link_id = "hq tower/1";
        other.leads = false;
        second = std::make_unique<Site>(sites.clock, other, sites.supply.b);
        second->send = [](auto) {};
        second->agent.start();
        config.site = "hq";
        config.epoch = 1'771'857'000; // 2026-02-23T14:30:00Z
        config.kept = 3;
        api = std::make_unique<agent::AgentApi>(
            config, std::vector{&sites.a->agent, &second->agent}, topology.nodes,
            std::vector<std::string>{"hk-lk", "hq tower/1", "tower-branch"},
            agent::AgentApi::Ports{sites.clock,
                                   [this](agent::KeyRecord const& record, agent::AgentApi::Kept answer) {
                                       if (vault_open) vault.push_back(record);
                                       answer(vault_open);
                                   },
                                   [this] { return routes(); },
                                   [this](NodeId, std::uint32_t bits, agent::AgentApi::Supplied answer) {
                                       sites.supply.a.fresh(bits, std::move(answer));
                                   }});
    }
    std::vector<agent::RelayRoute> routes() const {
        std::vector<double> const rates{5000, 1200, 700}, trust{1, 1, 0.9, 1};
        return {agent::describe_route(topology, NodeId{0}, {LinkId{0}}, rates, trust),
                agent::describe_route(topology, NodeId{0}, {LinkId{1}, LinkId{2}}, rates, trust)};
    }
    agent::ApiResponse call(std::string verb, std::string target, std::string body = "", std::string type = "") {
        int answers = 0;
        agent::ApiResponse last;
        api->handle({std::move(verb), std::move(target), std::move(type), std::move(body)}, [&](agent::ApiResponse r) {
            ++answers;
            last = std::move(r);
        });
        QKDES_ENSURES(answers == 1);
        return last;
    }
    TwoSites sites;
    std::unique_ptr<Site> second;
    Topology topology = relay_topology();
    agent::ApiConfig config;
    std::unique_ptr<agent::AgentApi> api;
    std::vector<agent::KeyRecord> vault;
    bool vault_open = true;
};

} // namespace qkdes::test
