// The network misbehaves: whatever is lost, doubled, late, altered or refused, every relay ends, every application is
// answered once, and no unit is stranded or used twice.
#include "tests/support/loopback_network.hpp"

#include <gtest/gtest.h>

#include <array>

namespace qkdes {
namespace {

using test::InFlight;
using test::kOneWay;
using test::LoopbackNetwork;
using namespace std::chrono_literals;

using Delays = std::vector<SimDuration>;
constexpr LinkId link(std::size_t i) { return LinkId{i}; }
constexpr NodeId node(std::size_t i) { return NodeId{i}; }

/// Treats the n-th message (from 1) of a kind specially and lets all others pass.
test::Meddler only(std::size_t kind, int nth, std::function<Delays(InFlight&)> treatment) {
    return [=, seen = 0](InFlight& message) mutable {
        if (message.kind() != kind || ++seen != nth) return Delays{kOneWay};
        return treatment(message);
    };
}
Delays lose(InFlight&) { return {}; }
/// What is lost is not sent again: then the timeout decides.
KmeConfig no_retries() {
    KmeConfig config;
    config.retries = 0;
    return config;
}

struct Case {
    std::size_t kind;
    int nth; // 1: first hop's, 2: second hop's (acknowledgements come back from the second hop first)
    std::array<std::uint64_t, 2> left; // units of ten, on each link
};
std::ostream& operator<<(std::ostream& out, Case const& lost) {
    return out << "message of kind " << lost.kind << ", number " << lost.nth;
}
class LostMessage : public testing::TestWithParam<Case> {};

// One message of a two-hop relay is lost. Fails when a timeout, a void or a cascade is missing: then a unit is held for
// ever, an application waits for ever, or the far end keeps a key that the source never got. A unit that was only
// reserved goes back (nothing was protected by it); one that was sent with is voided at both ends unless it had served.
TEST_P(LostMessage, EndsInATimeoutWithBalancedBooks) {
    LoopbackNetwork net{test::line({true, true}), no_retries()};
    net.give_key_everywhere(10);
    net.meddler = only(GetParam().kind, GetParam().nth, lose);
    auto const answer = net.request(0, 2);
    net.clock.run_for(120s);
    EXPECT_EQ(answer->replies, 1);
    EXPECT_EQ(answer->reply.status, KeyStatus::timeout);
    EXPECT_EQ(net.books(), "");
    for (auto const& [key, holders] : net.ledger.holders)
        EXPECT_EQ(net.fetch(2, key).status, KeyStatus::not_found) << "the far end kept a key that the source never got";
    for (std::size_t i = 0; i < 2; ++i) {
        // What one end settled the other has settled too: neither waits for a unit that the other gave up.
        for (NodeId end : {node(i), node(i + 1)})
            EXPECT_EQ(net.ledger.held(end, link(i)), GetParam().left.at(i)) << "link " << i;
    }
    // And the way is free again.
    auto const next = net.request(0, 2);
    net.clock.run_for(1s);
    EXPECT_TRUE(next->ok());
    net.clock.run_for(120s);
    EXPECT_EQ(net.clock.pending(), 7u) << "only expiry waits: of both halves at each node, of keys at the far one";
}
INSTANTIATE_TEST_SUITE_P(AtEachStep, LostMessage,
                         testing::Values(Case{test::kKemRequest, 1, {10, 10}}, Case{test::kPublicKey, 1, {10, 10}},
                                         Case{test::kCiphertext, 1, {9, 10}}, Case{test::kExtKeys, 1, {9, 10}},
                                         Case{test::kKemRequest, 2, {9, 10}}, Case{test::kPublicKey, 2, {9, 10}},
                                         Case{test::kCiphertext, 2, {9, 9}}, Case{test::kExtKeys, 2, {9, 9}},
                                         Case{test::kAck, 1, {9, 9}}, Case{test::kAck, 2, {9, 9}}));

// A lost relay message: both ends void, and say so.
TEST(RelayFaults, ALostMessageVoidsItsUnitAtBothEnds) {
    LoopbackNetwork net{test::line({true}), no_retries()};
    net.give_key_everywhere(10);
    net.meddler = only(test::kExtKeys, 1, lose);
    net.request(0, 1);
    net.clock.run_for(60s);
    for (NodeId end : {node(0), node(1)})
        EXPECT_EQ(net.ledger.fate(end, link(0), UnitFate::voided), 1u);
    EXPECT_EQ(net.ledger.counted("void.sent"), 1u);
    EXPECT_EQ(net.ledger.counted("abandon.sent"), 1u);
}

// What is given up is repeated until it is answered, three times at most: keys and the unit each for itself.
TEST(RelayFaults, VoidsAreRepeatedAndBounded) {
    for (bool answered : {true, false}) {
        LoopbackNetwork net{test::line({true})};
        net.give_key_everywhere(10);
        int voids = 0, abandons = 0;
        net.meddler = [&](InFlight& message) {
            if (message.kind() == test::kExtKeys) return Delays{};
            if (message.kind() == test::kVoid && (++voids < 2 || !answered)) return Delays{};
            if (message.kind() == test::kAbandon && (++abandons < 2 || !answered)) return Delays{};
            return Delays{kOneWay};
        };
        net.request(0, 1);
        net.clock.run_for(300s);
        EXPECT_EQ(voids, answered ? 2 : 3);
        EXPECT_EQ(abandons, answered ? 2 : 3);
        EXPECT_EQ(net.ledger.fate(node(1), link(0), UnitFate::voided), answered ? 1u : 0u);
        EXPECT_EQ(net.ledger.counted("void.given_up"), answered ? 0u : 1u);
        EXPECT_EQ(net.ledger.counted("abandon.given_up"), answered ? 0u : 1u);
        EXPECT_EQ(net.books(), "");
    }
}

// Every message arrives three times, out of order. Fails when a second copy encapsulates again, takes another unit,
// stores again or answers twice.
TEST(RelayFaults, DuplicatesAndReorderingAreHarmless) {
    LoopbackNetwork net{test::line({true, false, true})};
    net.give_key_everywhere(200);
    RngStream rng{1, "reorder"};
    net.meddler = [&](InFlight&) {
        Delays delays;
        for (int copy = 0; copy < 3; ++copy)
            delays.push_back(std::chrono::microseconds{rng.below(50'000)});
        return delays;
    };
    std::vector<std::shared_ptr<test::Answer>> answers;
    for (std::size_t i = 0; i < 60; ++i)
        answers.push_back(i % 2 ? net.request(0, 3) : net.request(3, 0));
    net.clock.run_for(60s);
    for (std::size_t i = 0; i < 60; ++i) {
        ASSERT_TRUE(answers[i]->ok()) << to_string(answers[i]->reply.status);
        auto const& key = answers[i]->reply.keys.at(0);
        EXPECT_TRUE(net.fetch(i % 2 ? 3 : 0, key.id).keys.at(0).key == key.key);
    }
    for (std::size_t i : {std::size_t{0}, std::size_t{2}})
        for (NodeId end : {node(i), node(i + 1)}) {
            EXPECT_EQ(net.ledger.fate(end, link(i), UnitFate::used), 60u);
            EXPECT_EQ(net.ledger.held(end, link(i)), 140u);
        }
    EXPECT_EQ(net.ledger.hops.size(), 180u);
    EXPECT_EQ(net.books(), "");
}

// An acknowledgement that comes after the timeout changes nothing: the application has its answer, the unit its fate.
TEST(RelayFaults, ALateAcknowledgementIsHarmless) {
    LoopbackNetwork net{test::line({true}), no_retries()};
    net.give_key_everywhere(10);
    net.meddler = only(test::kAck, 1, [](InFlight&) { return Delays{20s}; });
    auto const answer = net.request(0, 1);
    net.clock.run_for(60s);
    EXPECT_EQ(answer->replies, 1);
    EXPECT_EQ(answer->reply.status, KeyStatus::timeout);
    EXPECT_EQ(net.node(1).fetch_keys(AppId{std::size_t{1}}, {&net.ledger.holders.begin()->first, 1}).status,
              KeyStatus::not_found);
    EXPECT_EQ(net.books(), "");
}

// The application at the far end was quicker than the void: it keeps its key, and the node says that it was too late.
TEST(RelayFaults, AVoidAfterDeliveryIsTooLate) {
    LoopbackNetwork net{test::line({true}), no_retries()};
    net.give_key_everywhere(10);
    net.meddler = only(test::kAck, 1, lose);
    net.request(0, 1);
    net.clock.run_for(1s);
    KeyId const id = net.ledger.holders.begin()->first;
    EXPECT_EQ(net.fetch(1, id).status, KeyStatus::ok);
    net.clock.run_for(60s);
    EXPECT_EQ(net.ledger.counted("void.too_late"), 1u);
    EXPECT_EQ(net.books(), "");
}

// A character of what is authenticated is altered, any: the hop is refused, told, and its unit voided at both ends.
// Fails when part of the message is not authenticated. (What is no envelope any more gets a 400, and no unit is drawn:
// the initiator's void reaches the copy.)
TEST(RelayFaults, AnAlteredMessageIsRefused) {
    for (std::string const field : {"\"ciphertext\":\"", "\"iv\":\"", "KEM"}) {
        LoopbackNetwork net{test::line({true})};
        net.give_key_everywhere(10);
        net.meddler = only(field == "KEM" ? test::kCiphertext : test::kExtKeys, 1, [&](InFlight& message) {
            std::string text{message.bytes.begin(), message.bytes.end()};
            std::size_t const at = field == "KEM" ? 18 + 700 : text.find(field) + field.size() + 3;
            message.bytes.at(at) = field == "KEM" ? message.bytes[at] ^ 1 : text[at] == 'A' ? 'B' : 'A';
            return Delays{kOneWay};
        });
        auto const answer = net.request(0, 1);
        net.clock.run_for(1s);
        EXPECT_EQ(answer->reply.status, KeyStatus::hop_failed) << field;
        EXPECT_EQ(net.ledger.counted("relay.refused.envelope"), 1u);
        for (NodeId end : {node(0), node(1)})
            EXPECT_EQ(net.ledger.fate(end, link(0), UnitFate::voided), 1u);
        EXPECT_EQ(net.books(), "");
    }
}

// A man in the middle of the KEM exchange who swaps the public key gains nothing under HKDF: the keys differ. (In the
// paper's profile with QKD he lacks the QKD key; issue 4 gives him his own tests.)
TEST(RelayFaults, ASwappedPublicKeyIsRefused) {
    LoopbackNetwork net{test::line({false})};
    ModelledKem kem;
    test::StreamEntropy entropy{99};
    net.meddler = only(test::kPublicKey, 1, [&](InFlight& message) {
        auto swapped = std::get<KemPublicKeyMessage>(*decode(message.bytes));
        swapped.public_key = kem.generate(entropy).public_key;
        message.bytes = encode(Message{swapped});
        return Delays{kOneWay};
    });
    auto const answer = net.request(0, 1);
    net.clock.run_for(1s);
    EXPECT_EQ(answer->reply.status, KeyStatus::hop_failed);
}

// A node that goes by another name than its neighbours know derives other keys. Fails when names are not bound.
TEST(RelayFaults, ANodeUnderAnotherNameIsRefused) {
    KmeConfig config;
    config.name = "impostor";
    LoopbackNetwork net{test::line({true}), config};
    net.give_key_everywhere(10);
    auto const answer = net.request(0, 1);
    net.clock.run_for(1s);
    EXPECT_EQ(answer->reply.status, KeyStatus::hop_failed);
    EXPECT_EQ(net.books(), "");
}

// The peer lacks the unit, or the message names none on a link with QKD: refused, never weakened to a hop without.
TEST(RelayFaults, AHopWithQkdNeverDoesWithout) {
    for (bool strip : {true, false}) {
        LoopbackNetwork net{test::line({true})};
        net.give_key_everywhere(10);
        net.meddler = only(test::kExtKeys, 1, [&](InFlight& message) {
            auto relay = std::get<ExtKeysMessage>(*decode(message.bytes));
            if (strip)
                relay.units.clear();
            else
                relay.units.front().block += 100;
            message.bytes = encode(Message{relay});
            return Delays{kOneWay};
        });
        auto const answer = net.request(0, 1);
        net.clock.run_for(1s);
        EXPECT_EQ(answer->reply.status, KeyStatus::hop_failed);
        EXPECT_EQ(net.ledger.counted("relay.refused.unit"), 1u);
        EXPECT_EQ(net.ledger.fate(node(0), link(0), UnitFate::voided), 1u);
        EXPECT_EQ(net.books(), "");
    }
}

// More relays than the queue holds: the source refuses at once, a relay node tells the one before, whose unit returns.
TEST(RelayFaults, AFullQueueIsBusyAndCostsNoKey) {
    KmeConfig config;
    config.queue_limit = 3;
    LoopbackNetwork net{test::line({true, true}), config};
    net.give_key_everywhere(20);
    std::vector<std::shared_ptr<test::Answer>> answers;
    for (int i = 0; i < 4; ++i)
        answers.push_back(net.request(0, 2));
    EXPECT_EQ(answers[3]->reply.status, KeyStatus::busy);
    for (int i = 0; i < 3; ++i)
        answers.push_back(net.request(1, 2)); // fills the middle before the three get there
    net.clock.run_for(1s);
    for (std::size_t i : {0, 1, 2})
        EXPECT_EQ(answers[i]->reply.status, KeyStatus::busy);
    for (std::size_t i : {4, 5, 6})
        EXPECT_TRUE(answers[i]->ok());
    EXPECT_EQ(net.ledger.held(node(0), link(0)), 20u);
    auto const later = net.request(0, 2);
    net.clock.run_for(1s);
    EXPECT_TRUE(later->ok());
    EXPECT_EQ(net.books(), "");
}

// A node crashes with relays in every stage: nothing is answered twice, what was out is voided at both ends, and its
// neighbours recover by their timeouts. Fails when on_restart forgets the pool's open units.
TEST(RelayFaults, ACrashStrandsNothing) {
    for (int moment = 0; moment < 16; ++moment) {
        LoopbackNetwork net{test::line({true, true})};
        net.give_key_everywhere(40);
        std::vector<std::shared_ptr<test::Answer>> answers;
        for (int i = 0; i < 5; ++i) {
            answers.push_back(net.request(0, 2));
            answers.push_back(net.request(1, 0));
            net.clock.run_for(1ms);
        }
        net.clock.run_for(std::chrono::milliseconds{moment});
        net.node(1).on_restart();
        net.clock.run_for(120s);
        for (auto const& answer : answers)
            EXPECT_LE(answer->replies, 1);
        for (std::size_t i = 0; i < answers.size(); i += 2)
            EXPECT_EQ(answers[i]->replies, 1) << "the source was up";
        EXPECT_EQ(net.books(), "") << "moment " << moment;
        for (std::size_t i = 0; i < 2; ++i)
            EXPECT_EQ(net.ledger.held(node(i), link(i)), net.ledger.held(node(i + 1), link(i))) << "moment " << moment;
        auto const next = net.request(0, 2);
        net.clock.run_for(1s);
        EXPECT_TRUE(next->ok());
    }
}

// Loss, doubling, delay and crashes at random, for long. The books must balance at every step and in the end both ends
// of each pool must hold the same, but for units whose every void was lost (counted).
/// Requests served.
int long_trouble(std::uint32_t retries, std::uint64_t timeouts) {
    KmeConfig config;
    config.retries = retries;
    LoopbackNetwork net{test::line({true, false, true, true}), config};
    RngStream rng{12, "trouble"};
    bool trouble = true;
    net.meddler = [&](InFlight&) {
        Delays delays{std::chrono::microseconds{500 + rng.below(20'000)}};
        if (trouble && rng.bernoulli(0.1)) delays.clear();
        if (trouble && rng.bernoulli(0.1)) delays.push_back(std::chrono::milliseconds{rng.below(9'000)});
        return delays;
    };
    std::vector<std::shared_ptr<test::Answer>> answers;
    int crashes = 0;
    for (int step = 0; step < 2000; ++step) {
        if (step % 50 == 0) net.give_key_everywhere(30);
        auto const from = rng.below(5), to = rng.below(5);
        answers.push_back(net.request(from, to, 1 + static_cast<std::uint32_t>(rng.below(3))));
        if (rng.bernoulli(0.002)) {
            net.node(rng.below(5)).on_restart();
            ++crashes;
        }
        net.clock.run_for(std::chrono::milliseconds{rng.below(200)});
        EXPECT_EQ(net.books(), "") << "step " << step;
    }
    trouble = false;
    net.clock.run_for(200s);
    int served = 0, silent = 0;
    for (auto const& answer : answers) {
        EXPECT_LE(answer->replies, 1);
        served += answer->ok();
        silent += answer->replies == 0;
    }
    EXPECT_GT(served, 500);
    EXPECT_LE(silent, crashes * 100);
    EXPECT_GT(net.ledger.counted("relay.timeout"), timeouts);
    for (std::size_t i : {std::size_t{0}, std::size_t{2}, std::size_t{3}}) {
        auto const here = net.ledger.held(node(i), link(i)), there = net.ledger.held(node(i + 1), link(i));
        EXPECT_LE(here > there ? here - there : there - here, net.ledger.counted("abandon.given_up") + 1);
    }
    EXPECT_EQ(net.books(), "");
    return served;
}
TEST(RelayFaults, LongTroubleLeavesBalancedBooks) {
    int const without = long_trouble(0, 100), with = long_trouble(2, 10);
    EXPECT_GT(with, without + without / 10) << "retries are of use";
}

} // namespace
} // namespace qkdes
