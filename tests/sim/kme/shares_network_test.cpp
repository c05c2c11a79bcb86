// Dealer, custodians and collector over links that lose, double, corrupt and stay down.
#include "sim/kme/ml_kem.hpp"
#include "sim/kme/shares/availability.hpp"
#include "sim/kme/shares/contact_plan.hpp"
#include "tests/sim/kme/shares_network_support.hpp"
#include "tests/support/statistics.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using namespace std::chrono_literals;
using test::ShareFlight;
using test::ShareNetwork;

SharingParameters sharing_of(std::uint8_t k, std::uint8_t n, SimTime not_after = kSimNever) {
    return {test::key_id(9), 1, k, n, not_after};
}
std::vector<SimDuration> const kArrives{5ms}, kLost{};

// With the real primitives: every custodian gets its share, the key comes back, and the books of one recovery are
// right. Fails when any message, seal or signature is at odds with another.
TEST(ShareNetwork, RealPrimitivesDealAndRecover) {
    MlKem768 kem;
    MlDsa65 scheme;
    ShareNetwork net{6, {}, &kem, &scheme};
    test::star(net, 5);
    SecretBytes const key = test::random_key(net.entropy);
    auto const dealt = net.distribute(sharing_of(3, 5), key);
    EXPECT_TRUE(dealt.usable);
    EXPECT_EQ(dealt.stored.size(), 5u);
    EXPECT_EQ(dealt.messages, 5u);
    for (bool with_manifest : {true, false}) {
        auto const found = net.recover(test::key_id(9), with_manifest ? std::optional{dealt.manifest} : std::nullopt);
        ASSERT_TRUE(found.key && *found.key == key);
        EXPECT_EQ(found.requests, 5u);
        EXPECT_EQ(found.elapsed, 10ms);
        EXPECT_TRUE(found.culprits.empty());
    }
}

// 7 of 10 with each link up with chance p for the whole recovery: the published values of the closed form, and runs of
// the real components against them. 3000 runs each, false alarm 1e-9. Power: k = 8 would fail at all four, and k = 6 at
// .8 and .7.
TEST(ShareNetwork, SevenOfTenAgainstLinkAvailability) {
    ShareNetwork net{11, {1s, 2s, 4s}};
    test::star(net, 10);
    SecretBytes const key = test::random_key(net.entropy);
    auto const dealt = net.distribute(sharing_of(7, 10), key);
    ASSERT_EQ(dealt.stored.size(), 10u);
    RngStream rng{5, "links"};
    std::vector<bool> up(11);
    net.meddler = [&](ShareFlight& flight) {
        return up[std::max(flight.from.index(), flight.to.index())] ? kArrives : kLost;
    };
    constexpr int kRuns = 3000;
    for (auto [p, published] : {std::pair{.95, .9990}, {.9, .9872}, {.8, .8791}, {.7, .6496}}) {
        std::vector<SharedRisk> const risks(10, SharedRisk{1.0, {p}});
        double const chance = at_least(risks, 7);
        EXPECT_NEAR(chance, published, 5e-5);
        int recovered = 0;
        for (int run = 0; run < kRuns; ++run) {
            for (std::size_t i = 1; i <= 10; ++i)
                up[i] = rng.bernoulli(p);
            auto const found = net.recover(test::key_id(9), dealt.manifest);
            if (found.key) {
                ASSERT_TRUE(*found.key == key);
            }
            ASSERT_EQ(found.key.has_value(), std::count(up.begin() + 1, up.end(), true) >= 7);
            recovered += found.key.has_value();
            net.clock.run_for(10min); // sessions are forgotten
        }
        double const measured = static_cast<double>(recovered) / kRuns;
        auto const band = test::binomial_band(kRuns, chance);
        EXPECT_TRUE(band.contains(measured)) << p << ": " << measured << " vs " << chance;
        RecordProperty("p" + std::to_string(static_cast<int>(100 * p)), std::to_string(measured));
        EXPECT_FALSE(test::binomial_band(kRuns, at_least(risks, 8)).contains(measured)) << p;
        if (p < .85) {
            EXPECT_FALSE(test::binomial_band(kRuns, at_least(risks, 6)).contains(measured)) << p;
        }
    }
}

// Two of four paths through one node: the components against the closed form, and the closed form of independent paths
// is refused (the claim that shared nodes break independence).
TEST(ShareNetwork, TwoPathsThroughOneNodeAreNotIndependent) {
    ShareNetwork net{6, {1s, 2s, 4s}};
    for (std::uint8_t x = 1; x <= 4; ++x)
        net.ways[x] = x <= 2 ? ShareNetwork::path({0, x}) : ShareNetwork::path({0, 5, x});
    SecretBytes const key = test::random_key(net.entropy);
    auto const dealt = net.distribute(sharing_of(3, 4), key);
    ASSERT_EQ(dealt.stored.size(), 4u);
    double const p = .95, node = .6;
    std::vector<SharedRisk> const risks{{1, {p}}, {1, {p}}, {node, {p, p}}};
    std::vector<SharedRisk> const independent{{1, {p}}, {1, {p}}, {1, {node * p}}, {1, {node * p}}};
    RngStream rng{6, "links"};
    std::vector<bool> up(6);
    net.meddler = [&](ShareFlight& flight) {
        std::size_t const a = flight.from.index(), b = flight.to.index();
        bool const relay_up = (a != 5 && b != 5) || up[5];
        std::size_t const custodian = a == 5 ? b : b == 5 ? a : std::max(a, b); // 0 on the link to the relay
        return relay_up && (custodian == 0 || up[custodian]) ? kArrives : kLost;
    };
    constexpr int kRuns = 2000;
    int recovered = 0;
    for (int run = 0; run < kRuns; ++run) {
        for (std::size_t i = 1; i <= 5; ++i)
            up[i] = rng.bernoulli(i == 5 ? node : p);
        recovered += net.recover(test::key_id(9), dealt.manifest).key.has_value();
        net.clock.run_for(10min);
    }
    double const measured = static_cast<double>(recovered) / kRuns;
    EXPECT_TRUE(test::binomial_band(kRuns, at_least(risks, 3)).contains(measured)) << measured;
    EXPECT_FALSE(test::binomial_band(kRuns, at_least(independent, 3)).contains(measured)) << measured;
}

// A third of all messages lost, a tenth doubled: all shares are stored, once, and the key comes back.
TEST(ShareNetwork, LossIsMadeGoodByRepetition) {
    ShareNetwork net{11, {1s, 8s, 10min}};
    test::star(net, 10);
    RngStream rng{7, "loss"};
    net.meddler = [&](ShareFlight&) {
        if (rng.bernoulli(.33)) return kLost;
        return rng.bernoulli(.1) ? std::vector<SimDuration>{5ms, 90ms} : kArrives;
    };
    SecretBytes const key = test::random_key(net.entropy);
    for (int round = 1; round <= 20; ++round) {
        auto sharing = sharing_of(7, 10);
        sharing.key = test::key_id(static_cast<std::uint8_t>(round));
        auto const dealt = net.distribute(sharing, key);
        ASSERT_EQ(dealt.stored.size(), 10u);
        auto const found = net.recover(sharing.key, std::nullopt);
        ASSERT_TRUE(found.key && *found.key == key);
        EXPECT_TRUE(found.culprits.empty());
    }
    EXPECT_EQ(net.telemetry.counts["shares.stored"], 200u);
}

// A relay that changes what passes is named by the x behind it; the key still comes. Also one that seals a share of its
// own to the request's key, which only the manifest can tell.
TEST(ShareNetwork, AFalseShareNamesItsPath) {
    for (bool clever : {false, true}) {
        ShareNetwork net{6, {1s, 8s, 30s}};
        test::star(net, 5);
        SecretBytes const key = test::random_key(net.entropy);
        auto const dealt = net.distribute(sharing_of(4, 5), key);
        ModelledKem kem;
        std::vector<std::uint8_t> public_key;
        net.meddler = [&](ShareFlight& flight) {
            auto frame = decode_frame(flight.bytes);
            auto message = decode_share_message(frame->body);
            if (auto* request = std::get_if<ShareRequest>(&*message)) public_key = request->public_key;
            auto* release = std::get_if<ShareRelease>(&*message);
            if (release == nullptr || flight.from != NodeId{std::size_t{2}})
                return flight.from == NodeId{std::size_t{5}} ? std::vector<SimDuration>{3s} : kArrives;
            if (clever) {
                ShareRecord record{sharing_of(4, 5), 2, test::random_key(net.entropy), {}};
                release->box = seal_box(kem, public_key, kReleaseLabel, release->session, encode_record(record),
                                        associated_part(release->session, 2), net.entropy)
                                   ->box;
            } else {
                release->box->ciphertext[7] ^= 1;
            }
            frame->body = encode_share_message(*message);
            flight.bytes = encode_frame(*frame);
            return kArrives;
        };
        auto const found = net.recover(test::key_id(9), dealt.manifest);
        ASSERT_TRUE(found.key && *found.key == key) << clever;
        EXPECT_EQ(found.culprits, std::vector<std::uint8_t>{2}) << clever;
    }
}

// After a refresh: what was seized before is worthless, the key is recovered with the old manifest in hand (the shares
// bring the new one), and one who could not be reached is out.
TEST(ShareNetwork, RefreshVoidsWhatWasSeized) {
    ShareNetwork net{8, {1s, 8s, 10min}};
    test::star(net, 7);
    SecretBytes const key = test::random_key(net.entropy);
    auto const dealt = net.distribute(sharing_of(4, 7), key);
    std::vector<ShareRecord> seized;
    for (std::size_t i : {1u, 2u, 3u})
        seized.push_back(net.agent(i).custodian().seized().at(0));
    RngStream rng{8, "loss"};
    net.meddler = [&](ShareFlight& flight) {
        if (flight.to == NodeId{std::size_t{7}}) return kLost;
        return rng.bernoulli(.3) ? kLost : kArrives;
    };
    EXPECT_FALSE(net.refresh(dealt.manifest, 7).usable) << "below the quorum nothing changes";
    EXPECT_EQ(net.agent(1).custodian().seized().at(0).sharing.epoch, 1u);

    auto const renewed = net.refresh(dealt.manifest, 5);
    EXPECT_TRUE(renewed.usable);
    EXPECT_EQ(renewed.stored.size(), 6u);
    EXPECT_EQ(renewed.silent, std::vector<std::uint8_t>{7});
    for (std::size_t i : {4u, 5u, 6u})
        seized.push_back(net.agent(i).custodian().seized().at(0)); // six shares, three of each epoch
    for (auto const& manifest : {dealt.manifest, renewed.manifest})
        EXPECT_FALSE(reconstruct(manifest.manifest, seized, net.clock.now()).key);

    auto const found = net.recover(test::key_id(9), dealt.manifest);
    ASSERT_TRUE(found.key && *found.key == key);
    EXPECT_EQ(found.epoch, 2u);
}

// Shares die at their time, at custodians and for whoever asks.
TEST(ShareNetwork, TimeLimitEndsIt) {
    ShareNetwork net{6, {1s, 8s, 20s}};
    test::star(net, 5);
    SecretBytes const key = test::random_key(net.entropy);
    auto const dealt = net.distribute(sharing_of(3, 5, SimTime{1h}), key);
    EXPECT_TRUE(net.recover(test::key_id(9), dealt.manifest).key);
    net.clock.run_until(SimTime{1h});
    EXPECT_EQ(net.agent(1).custodian().held(), 0u);
    auto const late = net.recover(test::key_id(9), dealt.manifest);
    EXPECT_EQ(late.status, RecoveryStatus::too_few);
    EXPECT_EQ(late.refused.at(1), AccessDecision::no_share);
}

// A pre-positioned custodian on the asking node and one neighbour suffice when all else is cut off.
TEST(ShareNetwork, PrePositionedSharesServeACutOffSite) {
    ShareNetwork net{5, {1s, 8s, 20s}};
    test::star(net, 4);
    net.ways[1] = {}; // at home
    SecretBytes const key = test::random_key(net.entropy);
    auto const dealt = net.distribute(sharing_of(2, 4), key);
    ASSERT_EQ(dealt.stored.size(), 4u);
    net.meddler = [](ShareFlight& flight) { return flight.link == ShareNetwork::link(0, 2) ? kArrives : kLost; };
    auto const found = net.recover(test::key_id(9), dealt.manifest);
    ASSERT_TRUE(found.key && *found.key == key);
    net.meddler = [](ShareFlight&) { return kLost; };
    EXPECT_FALSE(net.recover(test::key_id(9), dealt.manifest).key) << "one captured box alone";
}

// Over HF radio: the time to the key is what the bytes on air take. 1.2 to 9.6 kbit/s, and a link that is in contact a
// tenth of the time. Fails when sizes grow unnoticed or the plan lets a message through a gap.
TEST(ShareNetwork, SlowAndIntermittentLinks) {
    MlKem768 kem;
    MlDsa65 scheme;
    SimDuration before{};
    for (double rate : {1200.0, 2400.0, 9600.0}) {
        ShareNetwork net{4, {1h, 1h, 24h}, &kem, &scheme};
        test::star(net, 3);
        SecretBytes const key = test::random_key(net.entropy);
        auto const dealt = net.distribute(sharing_of(2, 3), key);
        ContactPlan plan;
        plan.rate = BitsPerSecond{rate};
        std::size_t request = 0, release = 0;
        net.meddler = [&](ShareFlight& flight) {
            (flight.from == NodeId{std::size_t{0}} ? request : release) = flight.bytes.size();
            return std::vector<SimDuration>{*plan.sent_by(net.clock.now(), flight.bytes.size(), kSimNever) -
                                            net.clock.now()};
        };
        auto const found = net.recover(test::key_id(9), dealt.manifest);
        ASSERT_TRUE(found.key);
        EXPECT_EQ(found.elapsed, plan.sending_time(request) + plan.sending_time(release));
        EXPECT_GT(request, Kem::kPublicKeyBytes + MlDsa65::kSignatureBytes);
        EXPECT_LT(request, Kem::kPublicKeyBytes + MlDsa65::kSignatureBytes + 100);
        EXPECT_LT(release, Kem::kCiphertextBytes + 200);
        if (rate == 1200.0) {
            before = found.elapsed;
            plan.period = 10min;
            plan.contact = 1min;
            plan.jammed = {{net.clock.now(), net.clock.now() + 30min}};
            auto const slow = net.recover(test::key_id(9), dealt.manifest);
            ASSERT_TRUE(slow.key);
            EXPECT_GT(slow.elapsed, 30min);
        } else {
            EXPECT_LT(found.elapsed, before);
        }
        RecordProperty("seconds_at_" + std::to_string(static_cast<int>(rate)), std::to_string(seconds(found.elapsed)));
        RecordProperty("request_bytes", std::to_string(request));
        RecordProperty("release_bytes", std::to_string(release));
    }
}

} // namespace
} // namespace qkdes
