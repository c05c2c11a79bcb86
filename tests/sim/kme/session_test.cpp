// What a session's name carries, hops that may not be there, and that the name proves nothing.
#include "sim/base/rng.hpp"
#include "sim/kme/session.hpp"
#include "tests/support/loopback_network.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace qkdes {
namespace {

using namespace std::chrono_literals;
using test::InFlight;
using test::LoopbackNetwork;
using Delays = std::vector<SimDuration>;

TEST(Session, CarriesTheLowHalfOfASerial) {
    SessionId session{};
    RngStream{1, "session"}.fill(std::span{session});
    SessionId const before = session;
    for (std::uint64_t const serial :
         {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0xfedcba98}, (std::uint64_t{7} << 32) + 0x01020304}) {
        set_serial(session, serial);
        EXPECT_EQ(serial_in(session), static_cast<std::uint32_t>(serial));
        EXPECT_TRUE(std::equal(before.begin(), before.begin() + 12, session.begin())); // left to chance
    }
}

TEST(Session, AHopIsThereOrNot) {
    Hop const hop{LinkId{3}, {1, 2, 3}}, other{LinkId{3}, {1, 2, 4}};
    MaybeHop maybe;
    EXPECT_FALSE(maybe);
    EXPECT_FALSE(maybe == Hop{}); // none equals nothing
    maybe = hop;
    EXPECT_TRUE(maybe.has_value() && maybe == hop);
    EXPECT_NE(maybe, other);
    EXPECT_EQ(maybe->link, LinkId{3});
    EXPECT_EQ((*maybe).session, hop.session);
    maybe.reset();
    EXPECT_FALSE(maybe);
}

/// Messages of this kind arrive as if another session, with the same serial in it, had been theirs.
template <class M>
Delays in_another_session(InFlight& message) {
    auto decoded = decode(message.bytes);
    if (auto* meant = std::get_if<M>(&*decoded.message)) {
        meant->session[0] ^= 1;
        message.bytes = encode(*decoded.message);
    }
    return {test::kOneWay};
}

// Red when a relay is taken for the session's because the serial fits.
TEST(Session, TheSerialAloneIsNoAnswer) {
    LoopbackNetwork net{test::line({true})};
    net.give_key_everywhere(10);
    net.meddler = in_another_session<KemPublicKeyMessage>;
    auto const answer = net.request(0, 1);
    net.clock.run_for(60s);
    EXPECT_EQ(answer->reply.status, KeyStatus::timeout);
    EXPECT_GT(net.ledger.counted("message.late"), 0u);
    EXPECT_EQ(net.books(), "");
}

// A foreign peer may acknowledge in a session of its own: the keys say which relay is meant.
TEST(Session, AnAcknowledgementMayComeInAnother) {
    LoopbackNetwork net{test::line({true})};
    net.give_key_everywhere(10);
    net.meddler = in_another_session<AckMessage>;
    auto const answer = net.request(0, 1);
    net.clock.run_for(100ms);
    EXPECT_EQ(answer->reply.status, KeyStatus::ok);
}

// Keys that were given out early, and never sent: nobody can have relayed them, whoever says so in their session.
TEST(Session, NothingIsAcknowledgedBeforeItIsSent) {
    KmeConfig config;
    set_profile(config, NodeProfile::kmstn_paper);
    LoopbackNetwork net{test::line({true}), config};
    net.give_key_everywhere(10);
    std::optional<SessionId> session;
    net.meddler = [&](InFlight& message) {
        auto const decoded = decode(message.bytes);
        if (auto const* request = std::get_if<KemRequestMessage>(&*decoded.message)) session = request->session;
        return std::holds_alternative<KemPublicKeyMessage>(*decoded.message) ? Delays{} : Delays{test::kOneWay};
    };
    auto const answer = net.request(0, 1);
    ASSERT_EQ(answer->replies, 1) << "early";
    net.clock.run_for(10ms);
    AckMessage ack{session.value(), {{answer->reply.keys.at(0).id}, AppId{0}, AppId{1}}};
    net.deliver({LinkId{0}, NodeId{1}, NodeId{0}, encode(Message{ack})});
    net.clock.run_for(60s);
    EXPECT_EQ(net.ledger.counted("relay.completed"), 0u);
    EXPECT_EQ(net.ledger.counted("relay.failed"), 1u);
}

} // namespace
} // namespace qkdes
