// Nodes joined by a loopback transport under a hand-wound clock: the second host of the node code, without the engine.
// A test sees every message before it arrives and may drop, double, delay or alter it.
#pragma once
#include "sim/base/rng.hpp"
#include "sim/kme/messages.hpp"
#include "sim/kme/modelled_kem.hpp"
#include "sim/kme/node.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/unit_ledger.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace qkdes::test {

class StreamEntropy final : public Entropy {
  public:
    explicit StreamEntropy(std::uint64_t seed, std::string_view name = "entropy") : stream_{seed, name} {}
    void fill(std::span<std::uint8_t> out) override { stream_.fill(out); }

  private:
    RngStream stream_;
};

struct InFlight {
    LinkId link;
    NodeId from, to;
    std::vector<std::uint8_t> bytes;
    std::shared_ptr<MessageValue const> value{}; ///< instead of bytes, when the network hands values over
    std::size_t size = 0;                        ///< of either
    std::size_t kind() const { return kind_of(bytes).value_or(99); } ///< index in the Message variant
};
/// Delays of the copies that arrive; an empty list loses the message.
using Meddler = std::function<std::vector<SimDuration>(InFlight&)>;

constexpr SimDuration kOneWay = std::chrono::milliseconds{2};
enum Kind : std::size_t {
    kKemRequest,
    kPublicKey,
    kCiphertext,
    kAbandon,
    kAbandoned,
    kLinkState,
    kExtKeys,
    kAck,
    kVoid,
    kVersions,
    kResponse
};

struct Answer { ///< of request_keys
    int replies = 0;
    KeyReply reply;
    bool ok() const { return replies == 1 && reply.status == KeyStatus::ok; }
};

class LoopbackNetwork {
  public:
    LoopbackNetwork(Topology topology, KmeConfig defaults = {}, std::uint64_t seed = 1, Kem* kem = nullptr,
                    bool by_value = false, FaultInjector* faults = nullptr,
                    std::function<std::unique_ptr<ServiceModel>(LinkId)> const& vendor_service = {})
        : topology_{std::make_shared<Topology const>(std::move(topology))}, by_value_{by_value}, key_{seed, "key"} {
        Kem& chosen = kem != nullptr ? *kem : modelled_;
        for (std::size_t i = 0; i < topology_->nodes.size(); ++i) {
            auto& host = hosts_.emplace_back(std::make_unique<Host>(*this, NodeId{i}, seed));
            KmeConfig config = defaults;
            config.self = NodeId{i};
            if (config.name.empty()) config.name = topology_->nodes[i];
            host->node = std::make_unique<KmeNode>(
                config, topology_, KmePorts{clock, *host, host->entropy, chosen, ledger, faults, vendor_service});
        }
    }

    KmeNode& node(std::size_t i) { return *hosts_.at(i)->node; }
    Topology const& topology() const { return *topology_; }

    /// A block of key at both ends; application i lives on node i.
    std::vector<std::uint64_t> give_key(LinkId link, std::size_t units) {
        Bits key{units * 256};
        key_.fill(key.mutable_words());
        auto const& ends = topology_->links.at(link.index());
        ++block_;
        node(ends.a.index()).on_key_block(link, block_, key, units - units / 2);
        node(ends.b.index()).on_key_block(link, block_, key, units - units / 2);
        return {key.words().begin(), key.words().end()};
    }
    void give_key_everywhere(std::size_t units) {
        for (std::size_t i = 0; i < topology_->links.size(); ++i)
            if (topology_->links[i].qkd) give_key(LinkId{i}, units);
    }
    std::shared_ptr<Answer> request(std::size_t from, std::size_t to, std::uint32_t number = 1,
                                    std::uint32_t bits = 256) {
        auto answer = std::make_shared<Answer>();
        node(topology_->applications.at(from).index())
            .request_keys({AppId{from}, AppId{to}, bits, number}, [answer](KeyReply reply) {
                ++answer->replies;
                answer->reply = std::move(reply);
            });
        return answer;
    }
    KeyReply fetch(std::size_t app, KeyId id) {
        return node(topology_->applications.at(app).index()).fetch_keys(AppId{app}, {&id, 1});
    }
    /// Bypasses the meddler.
    void deliver(InFlight const& message) {
        if (message.value)
            node(message.to.index()).on_value(message.link, message.from, *message.value);
        else
            node(message.to.index()).on_message(message.link, message.from, message.bytes);
    }
    /// The pools' own figures agree with the ledger and no unit broke a rule; "" when all is well.
    std::string books() const {
        if (!ledger.faults.empty()) return ledger.faults.front();
        for (std::size_t i = 0; i < topology_->links.size(); ++i) {
            auto const& ends = topology_->links[i];
            if (!ends.qkd) continue;
            for (NodeId end : {ends.a, ends.b})
                if (hosts_[end.index()]->node->pool(LinkId{i}).held_bits != 256 * ledger.held(end, LinkId{i}))
                    return "node " + std::to_string(end.value) + " holds other than it accounts for";
        }
        return "";
    }

    ManualClock clock;
    UnitLedger ledger;
    Meddler meddler = [](InFlight&) { return std::vector{kOneWay}; };
    std::vector<InFlight> sent; ///< everything, as it was handed over, when `record` is set
    bool record = false;

  private:
    struct Host final : Transport {
        Host(LoopbackNetwork& network, NodeId id, std::uint64_t seed)
            : self{id}, entropy{seed, "node" + std::to_string(id.value)}, net{network} {}
        void send(LinkId link, NodeId to, std::vector<std::uint8_t> message) override {
            std::size_t const size = message.size();
            let_go({link, self, to, std::move(message), {}, size});
        }
        bool by_value() const override { return net.by_value_; }
        void send_value(LinkId link, NodeId to, std::shared_ptr<MessageValue const> value, std::size_t size) override {
            let_go({link, self, to, {}, std::move(value), size});
        }
        void let_go(InFlight flight) {
            if (net.record) net.sent.push_back(flight);
            for (SimDuration delay : net.meddler(flight))
                net.clock.call_at(net.clock.now() + delay, [&n = net, flight] { n.deliver(flight); });
        }
        NodeId self;
        StreamEntropy entropy;
        LoopbackNetwork& net;
        std::unique_ptr<KmeNode> node;
    };

    std::shared_ptr<Topology const> topology_;
    bool by_value_;
    ModelledKem modelled_;
    RngStream key_;
    std::uint64_t block_ = 0;
    std::vector<std::unique_ptr<Host>> hosts_;
};

/// Nodes in a row, an application on each; link i joins nodes i and i + 1.
inline Topology line(std::vector<bool> const& qkd) {
    Topology out;
    for (std::size_t i = 0; i <= qkd.size(); ++i) {
        out.nodes.push_back("node-" + std::to_string(i));
        out.applications.emplace_back(i);
    }
    for (std::size_t i = 0; i < qkd.size(); ++i)
        out.links.push_back({NodeId{i}, NodeId{i + 1}, 1.0, qkd[i]});
    return out;
}

} // namespace qkdes::test
