// A tunnel with one pre-shared key: what a mismatch does, and for how long nothing does.
#include "sim/kme/agent/wireguard_peer.hpp"

#include "tests/support/loopback_network.hpp"

#include <gtest/gtest.h>

namespace qkdes::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

SimTime at(double s) { return kSimStart + from_seconds(s); }
SecretBytes key(std::uint8_t fill) {
    SecretBytes k{std::size_t{32}};
    for (auto& byte : k.mutable_view())
        byte = fill;
    return k;
}

struct AgentTunnel : testing::Test {
    struct End {
        End(AgentTunnel& t, bool begins, char const* name)
            : entropy{1, name}, peer{{.begins = begins},
                                     {t.clock, entropy,
                                      [&t, this](std::vector<std::uint8_t> m) {
                                          if (t.cut) return;
                                          t.clock.call_at(t.clock.now() + milliseconds{10},
                                                          [this, m] { other->peer.on_message(m); });
                                      },
                                      [&t] { t.changed(); }}} {}
        test::StreamEntropy entropy;
        End* other = nullptr;
        WireGuardPeer peer;
    };
    AgentTunnel() {
        a.other = &b;
        b.other = &a;
    }
    void start() {
        a.peer.start();
        b.peer.start();
        clock.run_until(at(1));
        outage = 0;
    }
    bool up() const { return a.peer.session() && b.peer.session(); }
    void changed() {
        double const now = seconds_now();
        if (!was_up) outage += now - since;
        since = now;
        was_up = up();
    }
    double seconds_now() const { return qkdes::seconds(clock.now()); }
    test::ManualClock clock;
    bool cut = false, was_up = false;
    double since = 0, outage = 0;
    End a{*this, true, "a"}, b{*this, false, "b"};
};

TEST_F(AgentTunnel, ShakesHandsEveryTwoMinutes) {
    a.peer.use_key(key(1));
    b.peer.use_key(key(1));
    start();
    EXPECT_TRUE(up());
    clock.run_until(at(3600));
    EXPECT_EQ(a.peer.counts().completed, 30u);
    EXPECT_EQ(a.peer.counts().failed, 0u);
    EXPECT_EQ(b.peer.counts().initiated, 0u);
    EXPECT_TRUE(a.peer.session()->keyed && b.peer.session()->keyed);
    EXPECT_EQ(a.peer.session()->number, b.peer.session()->number);
    changed();
    EXPECT_EQ(outage, 0);
}

/// Different keys for so long, beginning right after a handshake or right before the next one is due.
double outage_of_mismatch(AgentTunnel& t, double lasting, double begin) {
    t.a.peer.use_key(key(1));
    t.b.peer.use_key(key(1));
    t.start();
    t.clock.run_until(at(begin));
    t.a.peer.use_key(key(2));
    t.clock.run_until(at(begin + lasting));
    t.b.peer.use_key(key(2));
    t.clock.run_until(at(begin + lasting + 400));
    t.changed();
    return t.outage;
}

// Less than a minute costs nothing whenever it comes; fails when data does not go on over the old session.
TEST_F(AgentTunnel, AShortMismatchIsHitless) {
    EXPECT_EQ(outage_of_mismatch(*this, 55, 119), 0);
    EXPECT_GT(a.peer.counts().mismatched, 5u) << "handshakes did fail meanwhile";
    EXPECT_GT(a.peer.counts().failed, 5u);
}
TEST_F(AgentTunnel, AMismatchBetweenHandshakesIsNotEvenNoticed) {
    EXPECT_EQ(outage_of_mismatch(*this, 100, 5), 0);
    EXPECT_EQ(a.peer.counts().failed, 0u);
}
TEST_F(AgentTunnel, ALongMismatchIsAnOutageFrom180SecondsOn) {
    double const down = outage_of_mismatch(*this, 300, 1);
    EXPECT_GT(down, 301 - 180.1);
    EXPECT_LT(down, 301 - 180 + 7) << "and ends with the first retry after it";
    EXPECT_EQ(a.peer.counts().gave_up, 1u) << "after 90 s of trying; then the next packet begins anew";
}

TEST_F(AgentTunnel, WithoutKeysSessionsAreUnkeyed) {
    a.peer.use_key(key(1));
    b.peer.use_key(key(1));
    start();
    a.peer.use_key({});
    b.peer.use_key({});
    clock.run_until(at(119));
    EXPECT_TRUE(a.peer.session()->keyed) << "the session there is stays as it was";
    clock.run_until(at(130));
    EXPECT_FALSE(a.peer.session()->keyed);
    EXPECT_FALSE(b.peer.session()->keyed);
    b.peer.use_key(key(1));
    clock.run_until(at(250));
    EXPECT_GT(a.peer.counts().mismatched, 0u) << "none and one are different keys";
}

TEST_F(AgentTunnel, ALossOfTheChannelHealsItself) {
    start();
    cut = true;
    clock.run_until(at(1000));
    EXPECT_FALSE(up());
    EXPECT_GT(b.peer.counts().initiated, 10u) << "the other end tries too";
    cut = false;
    clock.run_until(at(1012));
    EXPECT_TRUE(up());
    clock.run_until(at(1400));
    EXPECT_TRUE(up());
}

TEST_F(AgentTunnel, AnEndThatComesBackBeginsAnew) {
    start();
    clock.run_until(at(30));
    b.peer.restart();
    EXPECT_FALSE(up());
    clock.run_until(at(125));
    EXPECT_TRUE(up()) << "at the next handshake";
    a.peer.restart();
    EXPECT_FALSE(up());
    clock.run_until(at(126));
    EXPECT_TRUE(up());
}

TEST_F(AgentTunnel, DropsWhatItDoesNotUnderstand) {
    start();
    auto const session = a.peer.session()->number;
    RngStream rng{9, "junk"};
    for (int i = 0; i < 2000; ++i) {
        std::vector<std::uint8_t> junk(rng.below(60));
        for (auto& byte : junk)
            byte = static_cast<std::uint8_t>(rng.below(4));
        a.peer.on_message(junk);
        b.peer.on_message(junk);
    }
    EXPECT_EQ(a.peer.session()->number, session);
    EXPECT_TRUE(up());
}

} // namespace
} // namespace qkdes::agent
