// Share agents joined by a loopback transport under a hand-wound clock. A test sees every frame before it arrives and
// may drop, double, delay or alter it.
#pragma once
#include "sim/kme/modelled_kem.hpp"
#include "sim/kme/shares/share_agent.hpp"
#include "tests/sim/kme/shares_support.hpp"
#include "tests/support/manual_clock.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace qkdes::test {

class CountingTelemetry final : public Telemetry {
  public:
    void block_stored(NodeId, LinkId, std::uint64_t, std::uint32_t) override {}
    void unit(NodeId, LinkId, UnitId, UnitFate, std::uint64_t) override {}
    void key_in_clear(NodeId, KeyId) override {}
    void hop(NodeId, LinkId, KeyId, SecurityClass, std::uint32_t) override {}
    void count(NodeId, std::string_view what) override { ++counts[std::string{what}]; }
    std::map<std::string, std::uint64_t> counts;
};

struct ShareFlight {
    LinkId link;
    NodeId from, to;
    std::vector<std::uint8_t> bytes;
};

class ShareNetwork {
  public:
    /// Node 0 deals and asks; all others keep shares.
    ShareNetwork(std::size_t nodes, RetryPolicy retry, Kem* real_kem = nullptr, SignatureScheme* real_scheme = nullptr)
        : kem_{real_kem != nullptr ? *real_kem : modelled_}, scheme_{real_scheme != nullptr ? *real_scheme : hashes_} {
        signer = scheme_.generate(entropy);
        ShareAgentConfig config;
        config.signer = signer;
        config.requester = 77;
        config.dealers = {signer->public_key()};
        config.requesters[77] = Requester{signer->public_key(), 3, 0b110, false};
        config.retry = retry;
        for (std::size_t i = 0; i < nodes; ++i) {
            auto& host = hosts_.emplace_back(std::make_unique<Host>(*this, NodeId{i}));
            config.self = NodeId{i};
            host->agent = std::make_unique<ShareAgent>(config, ports(), *host);
        }
    }
    SharePorts ports() { return {clock, entropy, kem_, scheme_, telemetry}; }
    ShareAgent& agent(std::size_t i) { return *hosts_.at(i)->agent; }

    /// By the nodes passed; the link between a and b is number 100 min + max.
    static CourierPath path(std::vector<std::size_t> const& nodes) {
        CourierPath out;
        for (std::size_t i = 1; i < nodes.size(); ++i)
            out.push_back({link(nodes[i - 1], nodes[i]), NodeId{nodes[i]}});
        return out;
    }
    static LinkId link(std::size_t a, std::size_t b) { return LinkId{100 * std::min(a, b) + std::max(a, b)}; }

    std::vector<CustodianAddress> addresses() {
        std::vector<CustodianAddress> out;
        for (auto const& [x, way] : ways)
            out.push_back({way, agent(way.empty() ? 0 : way.back().to.index()).custodian().public_key()});
        return out;
    }
    DistributionReport distribute(SharingParameters const& sharing, SecretBytes const& key,
                                  AccessRule const& rule = {}) {
        DistributionReport report;
        int reports = 0;
        agent(0).dealer().distribute(sharing, key, KeyCheck::published, rule, addresses(), [&](DistributionReport r) {
            report = std::move(r);
            ++reports;
        });
        wait_for(reports);
        return report;
    }
    DistributionReport refresh(SignedManifest const& old, std::uint8_t quorum) {
        DistributionReport report;
        int reports = 0;
        agent(0).dealer().refresh(old, kSimNever, quorum, std::chrono::minutes{5}, addresses(),
                                  [&](DistributionReport r) {
                                      report = std::move(r);
                                      ++reports;
                                  });
        wait_for(reports);
        return report;
    }
    RecoveryReport recover(KeyId key, std::optional<SignedManifest> manifest, std::uint8_t purpose = 0) {
        RecoveryReport report;
        int reports = 0;
        agent(0).collector().recover(key, purpose, ways, std::move(manifest), [&](RecoveryReport r) {
            report = std::move(r);
            ++reports;
        });
        wait_for(reports);
        return report;
    }

    ManualClock clock;
    CountingTelemetry telemetry;
    SeededEntropy entropy{31};
    std::shared_ptr<Signer const> signer;
    std::map<std::uint8_t, CourierPath> ways; ///< to the custodian of each x, from node 0
    /// Delays of the copies that arrive; none: lost.
    std::function<std::vector<SimDuration>(ShareFlight&)> meddler = [](ShareFlight&) {
        return std::vector<SimDuration>{std::chrono::milliseconds{5}};
    };
    std::uint64_t bytes_sent = 0;

  private:
    struct Host final : Transport {
        Host(ShareNetwork& network, NodeId id) : net{network}, self{id} {}
        void send(LinkId link, NodeId to, std::vector<std::uint8_t> message) override {
            ShareFlight flight{link, self, to, std::move(message)};
            net.bytes_sent += flight.bytes.size();
            for (SimDuration delay : net.meddler(flight))
                net.clock.call_at(net.clock.now() + delay, [&n = net, flight] {
                    if (flight.to.index() < n.hosts_.size())
                        n.agent(flight.to.index()).on_message(flight.link, flight.from, flight.bytes);
                });
        }
        ShareNetwork& net;
        NodeId self;
        std::unique_ptr<ShareAgent> agent;
    };
    void wait_for(int const& reports) {
        for (int second = 0; second < 100'000 && reports == 0; ++second)
            clock.run_for(std::chrono::seconds{1});
    }

    ModelledKem modelled_;
    HashSignatures hashes_;
    Kem& kem_;
    SignatureScheme& scheme_;
    std::vector<std::unique_ptr<Host>> hosts_;
};

/// Custodians 1..n, each on its own link.
inline void star(ShareNetwork& net, std::uint8_t n) {
    for (std::uint8_t x = 1; x <= n; ++x)
        net.ways[x] = ShareNetwork::path({0, x});
}

} // namespace qkdes::test
