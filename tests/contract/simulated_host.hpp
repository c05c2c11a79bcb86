// The contract's network inside a simulation: the engine's clock, the world's hosts, channels of 2 ms.
#pragma once
#include "sim/kme/ml_kem.hpp"
#include "sim/world/host.hpp"
#include "tests/contract/contract_host.hpp"
#include "tests/support/unit_ledger.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>

namespace qkdes::test {

class SimulatedHost final : public ContractHost, private Network {
  public:
    explicit SimulatedHost(KmeConfig const& defaults) {
        auto const network = contract_network();
        topology_ = network.topology;
        scenario_.nodes.resize(topology_->nodes.size());
        for (std::size_t i = 0; i < topology_->nodes.size(); ++i)
            scenario_.nodes[i].id = topology_->nodes[i];
        wire_ = engine_.new_origin("wire");
        for (std::size_t i = 0; i < topology_->nodes.size(); ++i) {
            auto& host = hosts_.emplace_back(
                std::make_unique<Host>(engine_, static_cast<Network&>(*this), scenario_, NodeId{i}, never_out_, 1));
            KmeConfig config = defaults;
            config.self = NodeId{i};
            config.name = topology_->nodes[i];
            nodes_.push_back(std::make_unique<KmeNode>(config, topology_, KmePorts{*host, *host, *host, kem_, ledger}));
            host->run(nodes_.back().get());
            etsi014::ServiceConfig service;
            service.self = NodeId{i};
            services_.push_back(std::make_unique<etsi014::Service>(service, *nodes_.back(), topology_, network.saes));
        }
    }

    etsi014::Response call(std::size_t node, etsi014::Request const& request) override {
        std::optional<etsi014::Response> answer;
        hosts_[node]->serve([&] {
            services_[node]->handle(request, [&](etsi014::Response response) {
                EXPECT_FALSE(answer.has_value()) << "answered twice";
                answer = std::move(response);
            });
        });
        for (int i = 0; i < 20'000 && !answer; ++i)
            pass(std::chrono::milliseconds{1});
        EXPECT_TRUE(answer.has_value()) << "never answered";
        return answer.value_or(etsi014::Response{0, ""});
    }
    void give_key(LinkId link, std::size_t units) override {
        Bits key{units * 256};
        key_.fill(key.mutable_words());
        ++block_;
        nodes_[topology_->links[link.index()].a.index()]->on_key_block(link, block_, key, units - units / 2);
        nodes_[topology_->links[link.index()].b.index()]->on_key_block(link, block_, key, units - units / 2);
    }
    void pass(SimDuration span) override { engine_.run_until(engine_.now() + span); }

    UnitLedger ledger;

  private:
    void send(Program program, LinkId link, NodeId from, NodeId to, std::vector<std::uint8_t> message) override {
        auto flight = [this, program, link, from, to,
                       message = std::make_shared<std::vector<std::uint8_t>>(std::move(message))] {
            hosts_[to.index()]->deliver(program, link, from, std::move(*message));
        };
        engine_.schedule(engine_.now() + std::chrono::milliseconds{2}, EventClass::arrival, wire_, std::move(flight));
    }
    void send_value(LinkId link, NodeId from, NodeId to, std::shared_ptr<MessageValue const> value,
                    std::size_t) override {
        auto flight = [this, link, from, to, value = std::move(value)] {
            hosts_[to.index()]->deliver_value(link, from, value);
        };
        engine_.schedule(engine_.now() + std::chrono::milliseconds{2}, EventClass::arrival, wire_, std::move(flight));
    }

    std::shared_ptr<Topology const> topology_;
    Scenario scenario_;
    Outages never_out_;
    Engine engine_;
    Origin wire_;
    MlKem768 kem_;
    RngStream key_{3, "contract/key"};
    std::uint64_t block_ = 0;
    std::vector<std::unique_ptr<Host>> hosts_;
    std::vector<std::unique_ptr<KmeNode>> nodes_;
    std::vector<std::unique_ptr<etsi014::Service>> services_;
};

inline std::unique_ptr<ContractHost> make_simulated_host(KmeConfig const& config) {
    return std::make_unique<SimulatedHost>(config);
}

} // namespace qkdes::test
