// Bytes from outside, random, mutated and replayed: the node may refuse, never crash, leak key or lose count.
#include "tests/support/loopback_network.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using test::InFlight;
using test::LoopbackNetwork;
using namespace std::chrono_literals;

// 100,000 random and mutated messages into the middle of live traffic (more under --all would find no more: the grammar
// is small). Fails on any exception, contract or sanitizer report; on a unit drawn twice; on a stuck node.
TEST(HostileInput, RandomAndMutatedMessagesDoNoHarm) {
    KmeConfig config;
    config.queue_limit = 500;
    LoopbackNetwork net{test::line({true, true}), config};
    net.give_key_everywhere(2000);
    net.record = true;
    RngStream rng{77, "hostile"};
    for (int round = 0; round < 1000; ++round) {
        if (round % 10 == 0) net.request(0, 2);
        if (round % 10 == 5) net.request(2, 1);
        for (int shot = 0; shot < 100; ++shot) {
            InFlight message;
            if (net.sent.empty() || rng.bernoulli(0.2)) {
                message.bytes.resize(rng.below(200));
                rng.fill(message.bytes);
                if (message.bytes.size() > 2 && rng.bernoulli(0.9)) {
                    message.bytes[0] = 1;
                    message.bytes[1] = static_cast<std::uint8_t>(rng.below(9));
                }
                message.link = LinkId{rng.below(3)};
                message.from = NodeId{rng.below(4)};
                message.to = NodeId{rng.below(3)};
            } else {
                std::size_t const recent = std::min<std::size_t>(net.sent.size(), 400); // most are refusals
                message = net.sent[net.sent.size() - 1 - rng.below(recent)];
                auto const whole = decode(message.bytes);
                if (whole && std::holds_alternative<ExtKeysMessage>(*whole.message) && rng.bernoulli(0.5)) {
                    auto forged = std::get<ExtKeysMessage>(*whole.message); // well formed, of another session
                    rng.fill(forged.session);
                    message.bytes = encode(Message{forged});
                }
                for (auto flips = rng.below(4); flips > 0; --flips) {
                    std::size_t const range =
                        rng.bernoulli(0.5) ? message.bytes.size() : std::min<std::size_t>(40, message.bytes.size());
                    message.bytes[rng.below(range)] = static_cast<std::uint8_t>(rng.below(256));
                }
                if (rng.bernoulli(0.1)) message.bytes.resize(rng.below(message.bytes.size() + 1));
                if (rng.bernoulli(0.1)) message.bytes.resize(message.bytes.size() + rng.below(100));
                if (rng.bernoulli(0.1)) message.to = NodeId{rng.below(3)};
                if (rng.bernoulli(0.1)) message.link = LinkId{rng.below(2)};
            }
            net.deliver(message);
        }
        net.clock.run_for(std::chrono::microseconds{rng.below(2000)});
    }
    EXPECT_EQ(net.books(), "");
    EXPECT_GT(net.ledger.counted("message.malformed"), 1000u);
    EXPECT_GT(net.ledger.counted("message.stranger"), 1000u);
    EXPECT_GT(net.ledger.counted("relay.refused.session"), 100u);
    EXPECT_GT(net.ledger.counted("relay.refused.envelope"), 10u);

    net.clock.run_for(120s);
    auto const after = net.request(0, 2);
    net.clock.run_for(1s);
    EXPECT_TRUE(after->ok()) << to_string(after->reply.status);
    EXPECT_EQ(net.books(), "");
}

// A flood of sessions that never go on: the table is bounded, the flood is refused as busy, and it passes.
TEST(HostileInput, AFloodOfSessionsIsBounded) {
    KmeConfig config;
    config.queue_limit = 50;
    LoopbackNetwork net{test::line({true}), config};
    net.give_key_everywhere(10);
    for (int i = 0; i < 1000; ++i) {
        KemRequestMessage request;
        request.session[0] = static_cast<std::uint8_t>(i);
        request.session[1] = static_cast<std::uint8_t>(i >> 8);
        net.deliver({LinkId{std::size_t{0}}, NodeId{std::size_t{0}}, NodeId{std::size_t{1}}, encode(Message{request})});
    }
    EXPECT_EQ(net.ledger.counted("relay.refused.queue"), 950u);
    EXPECT_EQ(net.request(1, 0)->reply.status, KeyStatus::busy);
    net.clock.run_for(10s);
    EXPECT_EQ(net.ledger.counted("relay.abandoned"), 50u);
    auto const answer = net.request(1, 0);
    net.clock.run_for(1s);
    EXPECT_TRUE(answer->ok());
}

} // namespace
} // namespace qkdes
