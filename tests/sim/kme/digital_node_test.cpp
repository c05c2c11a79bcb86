// Two nodes and several servers on a loopback transport: both compute the same key, or both have none.
#include "sim/kme/digital/digital_node.hpp"
#include "sim/kme/ml_kem.hpp"
#include "tests/sim/kme/shares_network_support.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using namespace std::chrono_literals;
using test::ShareFlight;
using test::ShareNetwork;

std::vector<SimDuration> const kArrives{5ms}, kLost{};

/// Node 0 asks node 1; servers are nodes 2, 3, ...
struct DigitalNetwork {
    explicit DigitalNetwork(std::size_t servers, DigitalConfig config = {}, bool real = false) {
        Kem& kem = real ? static_cast<Kem&>(real_kem) : modelled;
        SignatureScheme& scheme = real ? static_cast<SignatureScheme&>(real_scheme) : hashes;
        for (std::size_t i = 0; i < 2 + servers; ++i)
            hosts.push_back(std::make_unique<Host>(*this, NodeId{i}));
        for (std::size_t i = 2; i < hosts.size(); ++i) {
            PoolServerConfig pool{hosts[i]->self, static_cast<PoolServerId>(i), 1 << 16, config.epoch, 1min};
            hosts[i]->server = std::make_unique<PoolServer>(pool, clock, entropy, kem, *hosts[i], telemetry);
        }
        std::shared_ptr<Signer const> const signers[] = {scheme.generate(entropy), scheme.generate(entropy)};
        for (std::size_t i : {0u, 1u}) {
            config.self = NodeId{i};
            config.signer = signers[i];
            config.servers.clear();
            for (std::size_t j = 2; j < hosts.size(); ++j)
                config.servers.push_back(
                    {static_cast<PoolServerId>(j), ShareNetwork::path({i, j}), hosts[j]->server->public_key()});
            hosts[i]->node =
                std::make_unique<DigitalNode>(config, DigitalPorts{clock, *hosts[i], entropy, kem, scheme, telemetry});
        }
        for (std::size_t i : {0u, 1u})
            node(i).config().peers[NodeId{1 - i}] = {ShareNetwork::path({i, 1 - i}), node(1 - i).kem_key(),
                                                     signers[1 - i]->public_key()};
    }
    DigitalNode& node(std::size_t i) { return *hosts[i]->node; }
    DigitalReply request(std::uint32_t bits = 256) {
        DigitalReply reply;
        int replies = 0;
        node(0).request_key(NodeId{std::size_t{1}}, bits, [&](DigitalReply r) {
            reply = std::move(r);
            ++replies;
        });
        for (int i = 0; i < 10'000 && replies == 0; ++i)
            clock.run_for(100ms);
        clock.run_for(100ms);
        EXPECT_EQ(replies, 1);
        return reply;
    }
    std::optional<SecretBytes> fetch(KeyId id) { return node(1).fetch_key(NodeId{std::size_t{0}}, id); }

    struct Host final : Transport {
        Host(DigitalNetwork& network, NodeId id) : net{network}, self{id} {}
        void send(LinkId link, NodeId to, std::vector<std::uint8_t> message) override {
            ShareFlight flight{link, self, to, std::move(message)};
            net.sent += flight.bytes.size();
            for (SimDuration delay : net.meddler(flight))
                net.clock.call_at(net.clock.now() + delay, [&n = net, flight] {
                    auto& host = *n.hosts.at(flight.to.index());
                    if (host.node) host.node->on_message(flight.link, flight.from, flight.bytes);
                    if (host.server) host.server->on_message(flight.link, flight.from, flight.bytes);
                });
        }
        DigitalNetwork& net;
        NodeId self;
        std::unique_ptr<DigitalNode> node;
        std::unique_ptr<PoolServer> server;
    };
    test::ManualClock clock;
    test::CountingTelemetry telemetry;
    test::SeededEntropy entropy{61};
    ModelledKem modelled;
    MlKem768 real_kem;
    test::HashSignatures hashes;
    MlDsa65 real_scheme;
    std::function<std::vector<SimDuration>(ShareFlight&)> meddler = [](ShareFlight&) { return kArrives; };
    std::size_t sent = 0;
    std::vector<std::unique_ptr<Host>> hosts;
};

TEST(DigitalNode, BothEndsComputeTheSameKey) {
    for (bool real : {true, false})
        for (std::uint32_t bits : {64u, 256u, 4096u}) {
            DigitalNetwork net{3, {}, real};
            auto const reply = net.request(bits);
            ASSERT_EQ(reply.status, DigitalStatus::ok) << bits;
            EXPECT_EQ(reply.key.size(), bits / 8);
            EXPECT_EQ(reply.elapsed, 20ms); // offer, samples there and back, confirmation
            EXPECT_FALSE(net.node(1).fetch_key(NodeId{std::size_t{5}}, reply.id)) << "another's key";
            auto const far = net.fetch(reply.id);
            ASSERT_TRUE(far && *far == reply.key);
            EXPECT_FALSE(net.fetch(reply.id)) << "handed out twice";
            EXPECT_FALSE(net.request(bits).key == reply.key);
        }
}

// An adversary with the seed and all servers computes the key; with one server missing, or its pool of another epoch,
// it does not (that nothing is known then is in digital_extractor_test.cpp).
TEST(DigitalNode, OnlyAllServersTogetherExposeAKey) {
    DigitalNetwork net{3};
    DigitalOffer offer;
    net.meddler = [&](ShareFlight& flight) {
        auto const message = decode_digital(decode_frame(flight.bytes)->body);
        if (auto const* seen = std::get_if<DigitalOffer>(&*message)) offer = *seen;
        return kArrives;
    };
    auto const reply = net.request();
    ASSERT_EQ(reply.status, DigitalStatus::ok);
    // The modelled KEM has no security: whoever sees the public key opens the box, as one who broke ML-KEM would.
    class Broken final : public Kem::PrivateKey {
      public:
        explicit Broken(std::vector<std::uint8_t> key) : key_{std::move(key)} {}
        std::optional<SecretBytes> decapsulate(std::span<std::uint8_t const> ciphertext) const override {
            struct Replay final : Entropy {
                std::span<std::uint8_t const> bytes;
                void fill(std::span<std::uint8_t> out) override { std::copy_n(bytes.begin(), out.size(), out.begin()); }
            } replay;
            replay.bytes = ciphertext;
            return ModelledKem{}.encapsulate(key_, replay)->secret;
        }

      private:
        std::vector<std::uint8_t> key_;
    };
    auto const opened =
        open_box(Broken{net.node(1).kem_key()}, offer.box, "blast-like offer", {}, associated_part(offer));
    ASSERT_TRUE(opened);
    for (unsigned captured = 0; captured < 8; ++captured) {
        SecretBytes guess{48};
        for (std::size_t i = 0; i < 3; ++i) {
            if (!(captured >> i & 1)) continue;
            auto const& pool = net.hosts[2 + i]->server->seized().at(offer.epoch);
            auto const seeds = pool_seeds(opened->text, static_cast<PoolServerId>(2 + i), offer.key);
            auto const samples =
                sample_pool(pool, sample_positions(seeds.sampling, sampled_words(256), pool.size() / 8));
            auto const part = toeplitz_extract(seeds.extraction, samples, 48);
            for (std::size_t b = 0; b < 48; ++b)
                guess.data()[b] ^= part.data()[b];
        }
        auto const count = static_cast<std::size_t>(__builtin_popcount(captured));
        EXPECT_EQ(SecretBytes{guess.view().first(32)} == reply.key, exposed(3, count, true)) << captured;
    }
    EXPECT_FALSE(exposed(3, 3, false));
}

// One server down: the session waits and goes on when it is back, or fails, as configured; no key at either end then.
TEST(DigitalNode, AServerDownMakesThemWaitOrFail) {
    for (unsigned attempts : {0u, 3u}) {
        DigitalConfig config;
        config.attempts = attempts;
        DigitalNetwork net{3, config};
        SimTime const back = SimTime{20s};
        net.meddler = [&](ShareFlight& flight) {
            return flight.to == NodeId{std::size_t{3}} && net.clock.now() < back ? kLost : kArrives;
        };
        auto const reply = net.request();
        EXPECT_EQ(reply.status, attempts == 0 ? DigitalStatus::ok : DigitalStatus::server_down);
        if (attempts == 0) {
            EXPECT_GE(reply.elapsed, 20s);
            EXPECT_TRUE(net.fetch(reply.id));
        } else {
            EXPECT_LE(reply.elapsed, 4s);
            EXPECT_TRUE(reply.key.empty());
            EXPECT_EQ(net.node(1).waiting(), 0u);
        }
    }
    DigitalNetwork net{2};
    net.meddler = [](ShareFlight& flight) { return flight.to == NodeId{std::size_t{2}} ? kLost : kArrives; };
    auto const reply = net.request();
    EXPECT_EQ(reply.status, DigitalStatus::server_down);
    EXPECT_EQ(reply.elapsed, 60s);
}

// The offer reaches B when the epoch's pools are shredded: B fails, and A with it. Pools really are gone by then.
TEST(DigitalNode, ShreddedPoolsFailClosed) {
    DigitalConfig config;
    config.deadline = 10min;
    config.epoch = 2min;
    DigitalNetwork net{2, config};
    net.meddler = [&](ShareFlight& flight) {
        return flight.to == NodeId{std::size_t{1}} && flight.from == NodeId{std::size_t{0}} &&
                       net.clock.now() < SimTime{4min}
                   ? kLost
                   : kArrives;
    };
    auto const reply = net.request();
    EXPECT_EQ(reply.status, DigitalStatus::pool_gone);
    EXPECT_TRUE(reply.key.empty());
    EXPECT_EQ(net.node(1).waiting(), 0u);
    EXPECT_FALSE(net.hosts[2]->server->seized().contains(0));
    EXPECT_EQ(net.request().status, DigitalStatus::ok) << "the next epoch serves";
}

TEST(DigitalNode, KeysDieAtTheirTime) {
    DigitalNetwork net{2};
    auto const one = net.request(), two = net.request();
    EXPECT_EQ(net.node(1).waiting(), 2u);
    net.clock.run_for(59min);
    EXPECT_TRUE(net.fetch(one.id));
    net.clock.run_for(2min);
    EXPECT_EQ(net.node(1).waiting(), 0u);
    EXPECT_FALSE(net.fetch(two.id));
}

// A third of all messages lost, some doubled: every session ends with one key at both ends.
TEST(DigitalNode, LossIsMadeGoodByRepetition) {
    DigitalNetwork net{3};
    RngStream rng{9, "loss"};
    net.meddler = [&](ShareFlight&) {
        if (rng.bernoulli(.33)) return kLost;
        return rng.bernoulli(.1) ? std::vector<SimDuration>{5ms, 800ms} : kArrives;
    };
    for (int i = 0; i < 100; ++i) {
        auto const reply = net.request();
        ASSERT_EQ(reply.status, DigitalStatus::ok);
        auto const far = net.fetch(reply.id);
        ASSERT_TRUE(far && *far == reply.key);
    }
}

// A server that answers the two ends differently (it lies, or was restored from a backup): the confirmation catches it.
TEST(DigitalNode, AServerThatLiesToOneEndMakesAMismatch) {
    DigitalNetwork net{2};
    PoolServer liar{{NodeId{std::size_t{2}}, 2, 1 << 16, 1h, 1min},
                    net.clock,
                    net.entropy,
                    net.modelled,
                    *net.hosts[2],
                    net.telemetry};
    for (auto& server : net.node(1).config().servers)
        if (server.id == 2) server.public_key = liar.public_key();
    net.meddler = [&](ShareFlight& flight) {
        if (flight.to != NodeId{std::size_t{2}} || flight.from != NodeId{std::size_t{1}}) return kArrives;
        liar.on_message(flight.link, flight.from, flight.bytes);
        return kLost;
    };
    auto const reply = net.request();
    EXPECT_EQ(reply.status, DigitalStatus::mismatch);
    EXPECT_TRUE(reply.key.empty());
}

// Whatever is flipped, cut or made up: no key differs at the two ends, nothing crashes, and sessions recover.
TEST(DigitalNode, HostileBytes) {
    DigitalNetwork net{2};
    RngStream rng{10, "hostile"};
    net.meddler = [&](ShareFlight& flight) {
        if (rng.bernoulli(.5)) {
            auto frame = *decode_frame(flight.bytes);
            for (auto flips = 1 + rng.below(3); flips > 0; --flips)
                frame.body[rng.bernoulli(.5) ? rng.below(frame.body.size()) : rng.below(20)] ^=
                    static_cast<std::uint8_t>(1 + rng.below(255));
            if (rng.bernoulli(.2)) frame.body.resize(rng.below(frame.body.size() + 1));
            flight.bytes = encode_frame(frame);
        }
        if (rng.bernoulli(.1)) flight.bytes.resize(rng.below(flight.bytes.size() + 1));
        return kArrives;
    };
    for (int i = 0; i < 200; ++i) {
        auto const reply = net.request();
        ASSERT_EQ(reply.status, DigitalStatus::ok);
        auto const far = net.fetch(reply.id);
        ASSERT_TRUE(far && *far == reply.key);
    }
    EXPECT_GT(net.telemetry.counts["digital.malformed"] + net.telemetry.counts["pool.malformed"], 50u);
    EXPECT_GT(net.telemetry.counts["pool.refused"], 50u);
    EXPECT_EQ(net.node(0).waiting(), 0u);
}

// Timers do not survive a crash: pools whose time came meanwhile are shredded at the restart, sessions are over, and
// keys that wait die at their time.
TEST(DigitalNode, RestartsLeaveNothingHanging) {
    DigitalConfig config;
    config.epoch = 10min;
    config.time_to_live = 15min;
    DigitalNetwork net{2, config};
    auto const kept = net.request();
    ASSERT_EQ(kept.status, DigitalStatus::ok);
    net.meddler = [](ShareFlight&) { return kLost; };
    DigitalReply interrupted;
    int replies = 0;
    net.node(0).request_key(NodeId{std::size_t{1}}, 256, [&](DigitalReply reply) {
        interrupted = std::move(reply);
        ++replies;
    });
    net.clock.run_for(2s);
    auto& server = *net.hosts[2]->server;
    server.on_restart();
    EXPECT_TRUE(server.seized().contains(0)) << "its time has not come";
    net.clock.forget_all();
    net.clock.run_for(12min);
    EXPECT_TRUE(server.seized().contains(0)) << "nobody woke it";
    for (std::size_t i : {0u, 1u})
        net.node(i).on_restart();
    server.on_restart();
    EXPECT_FALSE(server.seized().contains(0));
    EXPECT_EQ(replies, 1);
    EXPECT_EQ(interrupted.status, DigitalStatus::restarted);
    EXPECT_TRUE(net.node(1).holds(NodeId{std::size_t{0}}, kept.id));
    EXPECT_FALSE(net.node(1).holds(NodeId{std::size_t{5}}, kept.id)) << "another's";
    net.meddler = [](ShareFlight&) { return kArrives; };
    auto const fresh = net.request();
    EXPECT_EQ(fresh.status, DigitalStatus::ok);
    net.clock.run_for(4min);
    EXPECT_FALSE(net.fetch(kept.id)) << "too old";
    EXPECT_TRUE(net.fetch(fresh.id));
    EXPECT_EQ(replies, 1);
}

TEST(DigitalNode, BadRequestsAreRefused) {
    DigitalNetwork net{2};
    for (std::uint32_t bits : {0u, 56u, 65u, 4104u})
        EXPECT_EQ(net.request(bits).status, DigitalStatus::bad_request) << bits;
    net.node(0).config().most_sessions = 0;
    EXPECT_EQ(net.request().status, DigitalStatus::busy);
}

} // namespace
} // namespace qkdes
