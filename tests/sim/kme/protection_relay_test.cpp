// Hop protections at work: every policy and every mix of them from end to end, what each costs, and what somebody on
// the channel can do to hops under one-time pads.
#include "tests/support/loopback_network.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace qkdes {
namespace {

using namespace std::chrono_literals;
using test::kOneWay;
using test::LoopbackNetwork;
using Delays = std::vector<SimDuration>;

NodeId node(std::size_t i) { return NodeId{i}; }
LinkId link(std::size_t i) { return LinkId{i}; }

Topology line_of(std::vector<HopProtection> const& hops) {
    std::vector<bool> qkd;
    for (auto hop : hops)
        qkd.push_back(needs_qkd(hop));
    Topology out = test::line(qkd);
    for (std::size_t i = 0; i < hops.size(); ++i)
        out.links[i].protect = hops[i];
    return out;
}

Exposure exposure_of(std::vector<HopProtection> const& hops) {
    Exposure out;
    for (auto hop : hops)
        out |= Exposure{hop};
    return out;
}

/// Units that the first message over a hop takes, a new hash key included.
std::uint64_t first_units(HopProtection hop, std::uint32_t bits, std::uint32_t number) {
    return hop_units(hop, bits, number) + (hop == HopProtection::otp ? 1 : 0);
}

struct Case {
    HopProtection hop;
    bool by_value;
};
class Protections : public testing::TestWithParam<Case> {};

std::vector<Case> cases() {
    std::vector<Case> out;
    for (auto hop : kHopProtections)
        for (bool by_value : {false, true})
            out.push_back({hop, by_value});
    return out;
}
INSTANTIATE_TEST_SUITE_P(Each, Protections, testing::ValuesIn(cases()), [](auto const& each) {
    return std::string{to_string(each.param.hop)} + (each.param.by_value ? "AsValues" : "AsBytes");
});

TEST_P(Protections, DeliverKeysOfTheirClassAtTheirCost) {
    auto const [hop, by_value] = GetParam();
    LoopbackNetwork net{line_of({hop, hop}), {}, 1, nullptr, by_value};
    net.give_key_everywhere(40);
    net.record = true;
    auto const answer = net.request(0, 2, 3);
    net.clock.run_for(1s);
    ASSERT_TRUE(answer->ok());
    for (auto const& key : answer->reply.keys) {
        EXPECT_EQ(key.exposure, Exposure{hop});
        EXPECT_EQ(key.security, security_class(Exposure{hop}));
        auto const far = net.fetch(2, key.id);
        ASSERT_EQ(far.status, KeyStatus::ok);
        EXPECT_TRUE(far.keys[0].key == key.key);
        EXPECT_EQ(far.keys[0].exposure, Exposure{hop});
    }
    std::uint64_t const units = first_units(hop, 256, 3);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(net.ledger.fate(node(i), link(i), UnitFate::used), units);
        EXPECT_EQ(net.ledger.fate(node(i + 1), link(i), UnitFate::used), units);
    }
    ASSERT_EQ(net.ledger.hops.size(), 6u);
    EXPECT_EQ(net.ledger.hops[0].units, units);
    EXPECT_EQ(net.ledger.hops[0].protection, security_class(Exposure{hop}));
    EXPECT_EQ(net.ledger.hops[1].units, 0u);
    if (!by_value) {
        auto const kem = std::count_if(net.sent.begin(), net.sent.end(), [](auto const& m) { return m.kind() <= 2; });
        EXPECT_EQ(kem, needs_kem(hop) ? 6 : 0); // three messages on each hop, or none
    }
    auto const again = net.request(0, 2);
    net.clock.run_for(1s);
    ASSERT_TRUE(again->ok());
    EXPECT_EQ(net.ledger.fate(node(0), link(0), UnitFate::used), units + hop_units(hop, 256, 1)); // the hash key stays
    EXPECT_EQ(net.books(), "");
}

TEST_P(Protections, MixedPathsAreExposedByWhatExposesAnyHop) {
    auto const [first, by_value] = GetParam();
    for (auto second : kHopProtections)
        for (auto third : kHopProtections) {
            LoopbackNetwork net{line_of({first, second, third}), {}, 1, nullptr, by_value};
            net.give_key_everywhere(20);
            auto const answer = net.request(0, 3);
            net.clock.run_for(1s);
            ASSERT_TRUE(answer->ok());
            auto const& key = answer->reply.keys[0];
            Exposure const expected = exposure_of({first, second, third});
            EXPECT_EQ(key.exposure, expected) << to_string(key.exposure);
            EXPECT_EQ(key.security, security_class(expected));
            auto const far = net.fetch(3, key.id);
            ASSERT_EQ(far.status, KeyStatus::ok);
            EXPECT_EQ(far.keys[0].exposure, expected);
            EXPECT_EQ(net.books(), "");
        }
}

TEST_P(Protections, WithoutKeyTheApplicationIsTold) {
    auto const [hop, by_value] = GetParam();
    if (!needs_qkd(hop)) return;
    LoopbackNetwork net{line_of({hop, hop}), {}, 1, nullptr, by_value};
    net.give_key(link(0), 20);
    auto const later = net.request(0, 2); // the second hop lacks it
    net.clock.run_for(1s);
    EXPECT_EQ(later->reply.status, KeyStatus::no_key);
    auto const at_once = net.request(2, 0);
    EXPECT_EQ(at_once->reply.status, KeyStatus::no_key);
    EXPECT_EQ(net.books(), "");
}

TEST(Otp, OddSizesTakeWholeUnits) {
    for (auto [bits, number] : {std::pair{64u, 1u}, {64u, 3u}, {64u, 4u}, {64u, 5u}, {1000u, 2u}, {4096u, 128u}}) {
        LoopbackNetwork net{line_of({HopProtection::otp})};
        net.give_key(link(0), 5000);
        auto const answer = net.request(0, 1, number, bits);
        net.clock.run_for(1s);
        ASSERT_TRUE(answer->ok()) << bits << " x " << number;
        std::uint64_t const pads = (bits * number + 255) / 256;
        EXPECT_EQ(net.ledger.fate(node(0), link(0), UnitFate::used), pads + 2); // a tag's unit, a hash key
        EXPECT_EQ(net.ledger.fate(node(1), link(0), UnitFate::used), pads + 2);
        for (auto const& key : answer->reply.keys)
            EXPECT_TRUE(net.fetch(1, key.id).keys.at(0).key == key.key);
        EXPECT_EQ(net.books(), "");
    }
}

TEST(Otp, TheKeyIsNotOnTheWireAndTheRestIs) {
    LoopbackNetwork net{line_of({HopProtection::otp})};
    net.give_key(link(0), 20);
    net.record = true;
    auto const answer = net.request(0, 1);
    net.clock.run_for(1s);
    ASSERT_TRUE(answer->ok());
    for (auto const& flight : net.sent) {
        if (flight.kind() != test::kExtKeys) continue;
        auto const relay = std::get<ExtKeysMessage>(*decode(flight.bytes));
        ASSERT_TRUE(relay.otp.has_value());
        auto const read = decode_payload(relay.otp->text);
        ASSERT_TRUE(read.has_value());
        EXPECT_EQ(read->keys[0].id, answer->reply.keys[0].id);
        EXPECT_FALSE(read->keys[0].key == answer->reply.keys[0].key);
    }
}

/// Sends the same altered copy of every message of a kind; false when the alteration means nothing (upper case in a
/// UUID, a bit that base64 ignores).
bool alter_all(LoopbackNetwork& net, std::size_t kind, std::function<void(std::vector<std::uint8_t>&)> alter,
               bool& hit) {
    auto matters = std::make_shared<bool>(true);
    net.meddler = [=, &hit](test::InFlight& flight) {
        if (flight.kind() != kind) return Delays{kOneWay};
        auto const before = decode(flight.bytes);
        auto bytes = flight.bytes;
        alter(bytes);
        auto const after = decode(bytes);
        hit = true;
        *matters = !after || encode(*after.message) != encode(*before.message);
        flight.bytes = bytes;
        return Delays{kOneWay};
    };
    net.request(0, 1);
    net.clock.run_for(1s);
    net.meddler = [](test::InFlight&) { return Delays{kOneWay}; };
    return *matters;
}

TEST(Otp, AnyFlippedBitOfTheMessageIsRefused) {
    std::size_t size = 0;
    int meant_nothing = 0;
    for (std::size_t bit = 8 * 18; size == 0 || bit < 8 * size;
         bit += 5) { // 5 and 8 share no factor: any bit of a byte
        LoopbackNetwork net{line_of({HopProtection::otp})};
        net.give_key(link(0), 20);
        bool hit = false;
        bool const matters = alter_all(
            net, test::kExtKeys,
            [&](auto& bytes) {
                size = bytes.size();
                bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ 1u << bit % 8);
            },
            hit);
        ASSERT_TRUE(hit);
        meant_nothing += !matters;
        EXPECT_EQ(net.ledger.counted("relay.completed"), matters ? 0u : 1u) << "bit " << bit;
        EXPECT_EQ(net.books(), "") << "bit " << bit;
    }
    EXPECT_LT(meant_nothing, 60);
}

TEST(Otp, NoAlteredAcknowledgementReleasesKeys) {
    std::size_t size = 0;
    for (std::size_t bit = 8 * 2; size == 0 || bit < 8 * size; bit += 5) {
        LoopbackNetwork net{line_of({HopProtection::otp})};
        net.give_key(link(0), 20);
        bool hit = false;
        bool const matters = alter_all(
            net, test::kAck,
            [&](auto& bytes) {
                size = bytes.size();
                bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ 1u << bit % 8);
            },
            hit);
        ASSERT_TRUE(hit);
        EXPECT_EQ(net.ledger.counted("relay.completed"), matters ? 0u : 1u) << "bit " << bit;
        EXPECT_EQ(net.books(), "");
    }
}

TEST(Otp, AnAcknowledgementWithoutATagIsNone) {
    LoopbackNetwork net{line_of({HopProtection::otp})};
    net.give_key(link(0), 20);
    bool hit = false;
    alter_all(
        net, test::kAck,
        [](auto& bytes) {
            auto ack = std::get<AckMessage>(*decode(bytes));
            EXPECT_TRUE(ack.first.tag.has_value());
            ack.first.tag.reset();
            bytes = encode(Message{ack});
        },
        hit);
    EXPECT_TRUE(hit);
    EXPECT_EQ(net.ledger.counted("relay.completed"), 0u);
    EXPECT_GE(net.ledger.counted("ack.refused.tag"), 1u);
    net.clock.run_for(2s); // an honest copy comes later, and serves
    EXPECT_EQ(net.ledger.counted("relay.completed"), 1u);
}

// A hop is never weaker than configured: whatever form a message comes in, only the link's own is opened.
TEST(Otp, NoOtherProtectionIsAccepted) {
    for (auto hop : kHopProtections) {
        LoopbackNetwork net{line_of({hop})};
        net.give_key_everywhere(20);
        // Units that the honest request below does not take: whoever is on the channel may spend those it names.
        ExtKeysMessage sealed{SessionId{1}, {}, {}}, pads{SessionId{2}, {UnitId{1, 7}, UnitId{1, 8}}, {}};
        sealed.envelope.ciphertext.resize(80);
        pads.otp = OtpEnvelope{UnitId{1, 9}};
        pads.otp->text.resize(40);
        ExtKeysMessage with_unit = sealed;
        with_unit.session = SessionId{3};
        with_unit.units = {UnitId{1, 6}};
        for (auto const& message : {sealed, with_unit, pads})
            net.deliver({link(0), node(0), node(1), encode(Message{message})});
        net.clock.run_for(1s);
        EXPECT_EQ(net.ledger.holders.size(), 0u);
        auto const answer = net.request(0, 1);
        net.clock.run_for(1s);
        EXPECT_TRUE(answer->ok()) << to_string(hop);
        EXPECT_EQ(net.books(), "");
    }
}

// Named by the neighbour, a unit of the own half stays the own: it may be on its way in a message of one's own.
TEST(Otp, ANeighbourCannotSpendWhatIsNotItsOwn) {
    for (auto hop : {HopProtection::otp, HopProtection::qkd}) {
        LoopbackNetwork net{line_of({hop})};
        net.give_key(link(0), 20);
        bool sent = false;
        net.meddler = [&](test::InFlight& flight) {
            if (!sent && flight.from == node(1)) {
                sent = true; // the first half of a block is node 0's
                ExtKeysMessage forged{SessionId{9}, {UnitId{1, 0}}, {}};
                forged.envelope.ciphertext.resize(80);
                if (hop == HopProtection::otp) {
                    forged.units = {UnitId{1, 0}, UnitId{1, 1}};
                    forged.otp = OtpEnvelope{UnitId{1, 2}};
                }
                net.deliver({link(0), node(1), node(0), encode(Message{forged})});
            }
            return Delays{kOneWay};
        };
        auto const answer = net.request(0, 1);
        net.clock.run_for(1s);
        EXPECT_TRUE(sent && answer->ok()) << to_string(hop);
        EXPECT_EQ(net.ledger.fate(node(0), link(0), UnitFate::voided), 0u);
        EXPECT_EQ(net.books(), "");
    }
}

TEST(Otp, ForgottenHashKeysAreReplaced) {
    LoopbackNetwork net{line_of({HopProtection::otp})};
    net.give_key(link(0), 100);
    auto const ask = [&] {
        auto const answer = net.request(0, 1);
        net.clock.run_for(1s);
        return answer->reply.status;
    };
    EXPECT_EQ(ask(), KeyStatus::ok);
    net.node(1).on_restart(); // it forgets the hash key of node 0
    net.clock.run_for(1s);
    EXPECT_EQ(ask(), KeyStatus::hop_failed);
    EXPECT_EQ(ask(), KeyStatus::ok);
    net.node(0).on_restart(); // it forgets its own
    net.clock.run_for(1s);
    EXPECT_EQ(ask(), KeyStatus::ok);
    net.clock.run_for(60s);
    EXPECT_EQ(net.ledger.held(node(0), link(0)), net.ledger.held(node(1), link(0)));
    EXPECT_EQ(net.books(), "");
}

TEST(Otp, ALostFirstMessageDoesNotTakeTheHashKeyWithIt) {
    LoopbackNetwork net{line_of({HopProtection::otp})};
    net.give_key(link(0), 100);
    bool lose = true;
    net.meddler = [&](test::InFlight& flight) {
        return lose && flight.kind() == test::kExtKeys ? Delays{} : Delays{kOneWay};
    };
    auto const lost = net.request(0, 1);
    net.clock.run_for(10s);
    EXPECT_EQ(lost->reply.status, KeyStatus::timeout);
    lose = false;
    auto const answer = net.request(0, 1);
    net.clock.run_for(1s);
    EXPECT_TRUE(answer->ok());
    net.clock.run_for(60s);
    EXPECT_EQ(net.ledger.held(node(0), link(0)), net.ledger.held(node(1), link(0)));
    EXPECT_EQ(net.books(), "");
}

TEST(Protection, ARequestMayRefuseWhatIsTooWeak) {
    LoopbackNetwork net{line_of({HopProtection::otp, HopProtection::hybrid, HopProtection::pqc})};
    net.give_key_everywhere(100);
    auto const ask = [&](std::size_t to, SecurityClass worst) {
        auto const answer = std::make_shared<test::Answer>();
        net.node(0).request_keys({AppId{std::size_t{0}}, AppId{to}, 256, 1, worst}, [answer](KeyReply reply) {
            ++answer->replies;
            answer->reply = std::move(reply);
        });
        net.clock.run_for(1s);
        EXPECT_EQ(answer->replies, 1);
        return answer->reply.status;
    };
    EXPECT_EQ(ask(1, SecurityClass::its), KeyStatus::ok);
    EXPECT_EQ(ask(2, SecurityClass::its), KeyStatus::no_route);
    EXPECT_EQ(ask(2, SecurityClass::hybrid), KeyStatus::no_route); // {qkd} exposes the first hop
    EXPECT_EQ(ask(2, SecurityClass::qkd_aes), KeyStatus::ok);
    EXPECT_EQ(ask(3, SecurityClass::qkd_aes), KeyStatus::no_route);
    EXPECT_EQ(ask(3, SecurityClass::pqc), KeyStatus::ok);
    EXPECT_EQ(net.books(), "");
}

// Loss, delay, duplicates, crashes: whatever happens, units are booked and both ends hold the same in the end.
TEST(Protection, LongTroubleLeavesBalancedBooks) {
    for (bool vendor : {false, true})
        for (bool by_value : {false, true}) {
            KmeConfig config;
            if (vendor) config.vendor = VendorKmsConfig{16, VendorKmsConfig::WhenEmpty::wait, 2s};
            LoopbackNetwork net{
                line_of({HopProtection::otp, HopProtection::qkd, HopProtection::hybrid, HopProtection::otp}),
                config,
                1,
                nullptr,
                by_value,
                nullptr,
                [](LinkId) { return std::make_unique<FixedService>(30ms); }};
            RngStream rng{12, "trouble", vendor};
            bool trouble = true;
            net.meddler = [&](test::InFlight&) {
                Delays delays{std::chrono::microseconds{500 + rng.below(20'000)}};
                if (trouble && rng.bernoulli(0.1)) delays.clear();
                if (trouble && rng.bernoulli(0.1)) delays.push_back(std::chrono::milliseconds{rng.below(9'000)});
                return delays;
            };
            std::vector<std::shared_ptr<test::Answer>> answers;
            int crashes = 0;
            for (int step = 0; step < 800; ++step) {
                if (step % 25 == 0) net.give_key_everywhere(60);
                answers.push_back(
                    net.request(rng.below(5), rng.below(5), 1 + static_cast<std::uint32_t>(rng.below(3))));
                if (rng.bernoulli(0.004)) {
                    net.node(rng.below(5)).on_restart();
                    ++crashes;
                }
                net.clock.run_for(std::chrono::milliseconds{rng.below(200)});
                ASSERT_EQ(net.books(), "") << "step " << step;
            }
            trouble = false;
            net.clock.run_for(200s);
            int served = 0, silent = 0;
            for (auto const& answer : answers) {
                EXPECT_LE(answer->replies, 1);
                served += answer->ok();
                silent += answer->replies == 0;
            }
            EXPECT_GT(served, 200);
            EXPECT_LE(silent, crashes * 100);
            for (std::size_t i = 0; i < 4; ++i) {
                auto const here = net.ledger.held(node(i), link(i)), there = net.ledger.held(node(i + 1), link(i));
                EXPECT_LE(here > there ? here - there : there - here, 8 * (net.ledger.counted("abandon.given_up") + 2));
            }
            EXPECT_EQ(net.books(), "");
        }
}

} // namespace
} // namespace qkdes
