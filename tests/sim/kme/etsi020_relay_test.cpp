// The protocol of ETSI GS QKD 020 between real nodes: retry or void, five states of acknowledgements, extensions,
// routing errors, profiles; and that handing messages over as values changes nothing but the cost.
#include "tests/support/loopback_network.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace qkdes {
namespace {

using etsi020::AckStatus;
using etsi020::Problem;
using test::InFlight;
using test::kOneWay;
using test::LoopbackNetwork;
using namespace std::chrono_literals;
using Delays = std::vector<SimDuration>;

constexpr NodeId node(std::size_t i) { return NodeId{i}; }
constexpr LinkId link(std::size_t i) { return LinkId{i}; }
constexpr AppId app(std::size_t i) { return AppId{i}; }

std::string text_of(InFlight const& message) { return {message.bytes.begin() + 18, message.bytes.end()}; }
template <class M>
std::vector<M> all_of(LoopbackNetwork const& net, NodeId from) {
    std::vector<M> out;
    for (auto const& flight : net.sent)
        if (auto decoded = decode(flight.bytes); flight.from == from && decoded)
            if (auto const* m = std::get_if<M>(&*decoded)) out.push_back(*m);
    return out;
}

class Losses : public testing::TestWithParam<std::size_t> {};

// Any one message of a two-hop relay is lost, the first or the second of its kind: the request succeeds all the same,
// for one unit a hop. Fails when a request is not repeated, or a repeat is taken for a new one.
TEST_P(Losses, OfOneMessageAreMadeGood) {
    for (int nth : {1, 2}) {
        LoopbackNetwork net{test::line({true, true})};
        net.give_key_everywhere(10);
        int seen = 0;
        net.meddler = [&](InFlight& message) {
            return message.kind() == GetParam() && ++seen == nth ? Delays{} : Delays{kOneWay};
        };
        auto const answer = net.request(0, 2);
        net.clock.run_for(4s);
        ASSERT_TRUE(answer->ok()) << to_string(answer->reply.status);
        EXPECT_TRUE(net.fetch(2, answer->reply.keys.at(0).id).keys.at(0).key == answer->reply.keys.at(0).key);
        for (std::size_t i = 0; i < 2; ++i)
            for (NodeId end : {node(i), node(i + 1)})
                EXPECT_EQ(net.ledger.fate(end, link(i), UnitFate::used), 1u);
        net.clock.run_for(60s);
        EXPECT_EQ(net.ledger.counted("void.sent"), 0u);
        EXPECT_EQ(net.books(), "");
    }
}
INSTANTIATE_TEST_SUITE_P(Relay020, Losses,
                         testing::Values(test::kKemRequest, test::kPublicKey, test::kCiphertext, test::kExtKeys,
                                         test::kAck, test::kResponse));

// ext_keys are repeated `retries` times, then voided; a 503 is repeated, a lasting one is not; a 400 is final.
TEST(Relay020, RetriesAndThenVoids) {
    for (std::uint32_t retries : {0u, 1u, 3u}) {
        KmeConfig config;
        config.retries = retries;
        LoopbackNetwork net{test::line({true}), config};
        net.give_key_everywhere(10);
        std::uint32_t tries = 0;
        net.meddler = [&](InFlight& message) {
            tries += message.kind() == test::kExtKeys;
            return message.kind() == test::kExtKeys ? Delays{} : Delays{kOneWay};
        };
        auto const answer = net.request(0, 1);
        net.clock.run_for(60s);
        EXPECT_EQ(tries, 1 + retries);
        EXPECT_EQ(answer->reply.status, KeyStatus::timeout);
        EXPECT_EQ(net.ledger.counted("void.sent"), 1u);
    }
    for (auto [problem, tries, voids] : {std::tuple{Problem::server_side_general_error, 3u, 1u},
                                         {Problem::timeout, 3u, 1u},
                                         {Problem::unsupported_mandatory_extension, 1u, 1u},
                                         {Problem::unauthorized, 1u, 0u},
                                         {Problem::target_not_recognized, 1u, 0u}}) {
        LoopbackNetwork net{test::line({true})};
        net.give_key_everywhere(10);
        std::uint32_t seen = 0;
        net.meddler = [&, problem = problem](InFlight& message) {
            if (message.kind() != test::kExtKeys) return Delays{kOneWay};
            ++seen;
            auto const session = std::get<ExtKeysMessage>(*decode(message.bytes)).session;
            auto const details = std::make_shared<etsi020::ProblemDetails>(describe(problem));
            InFlight const back{
                message.link, message.to, message.from,
                encode(Message{ResponseMessage{session, Endpoint::ext_keys, code_of(problem), details}})};
            net.clock.call_at(net.clock.now() + 2 * kOneWay, [&net, back] { net.deliver(back); });
            return Delays{};
        };
        auto const answer = net.request(0, 1);
        net.clock.run_for(100s);
        EXPECT_EQ(seen, tries) << static_cast<int>(problem);
        EXPECT_EQ(net.ledger.counted("void.sent"), voids) << static_cast<int>(problem);
        EXPECT_EQ(answer->replies, 1);
        EXPECT_NE(answer->reply.status, KeyStatus::ok);
        EXPECT_EQ(net.books(), "");
    }
}

// Keys are not released before they are relayed; the acknowledgement says so on every hop, and each is answered.
TEST(Relay020, KeysAreHeldUntilRelayed) {
    LoopbackNetwork net{test::line({true, true})};
    net.give_key_everywhere(10);
    net.record = true;
    auto const answer = net.request(0, 2, 3);
    net.clock.run_for(7 * kOneWay);
    EXPECT_EQ(answer->replies, 0);
    net.clock.run_for(1s);
    ASSERT_TRUE(answer->ok());
    for (std::size_t from : {2u, 1u}) {
        auto const acks = all_of<AckMessage>(net, node(from));
        ASSERT_EQ(acks.size(), 1u);
        EXPECT_EQ(acks[0].first.status, AckStatus::relayed);
        EXPECT_EQ(acks[0].first.ids.size(), 3u);
    }
    auto const responses = all_of<ResponseMessage>(net, node(1));
    ASSERT_EQ(responses.size(), 2u);
    EXPECT_EQ(responses[0].code, etsi020::kAccepted);
    EXPECT_EQ(responses[1].code, etsi020::kOk);
    auto const posted =
        std::find_if(net.sent.begin(), net.sent.end(), [](auto const& m) { return m.kind() == test::kExtKeys; });
    EXPECT_TRUE(text_of(*posted).starts_with("POST /kmapi/v1/ext_keys\n{\"ciphertext\":\""));
}

// What was relayed and whose acknowledgement nobody hears, or the neighbour does not know, is voided here and onward.
TEST(Relay020, AnAcknowledgementThatIsRefusedVoids) {
    for (bool refused : {true, false}) {
        LoopbackNetwork net{test::line({true, true})};
        net.give_key_everywhere(10);
        net.meddler = [&](InFlight& message) {
            bool const first_hop = message.link == link(0) && message.to == node(0) && message.kind() == test::kAck;
            if (!first_hop) return Delays{kOneWay};
            if (refused) {
                auto const session = std::get<AckMessage>(*decode(message.bytes)).session;
                auto const details = std::make_shared<etsi020::ProblemDetails>(describe(Problem::key_not_present));
                InFlight const back{message.link, node(0), node(1),
                                    encode(Message{ResponseMessage{session, Endpoint::ack, 400, details}})};
                net.clock.call_at(net.clock.now() + 2 * kOneWay, [&net, back] { net.deliver(back); });
            }
            return Delays{};
        };
        auto const answer = net.request(0, 2);
        net.clock.run_for(4s);
        KeyId const id = net.ledger.holders.begin()->first;
        EXPECT_EQ(net.fetch(2, id).status, KeyStatus::not_found);
        EXPECT_EQ(net.ledger.counted(refused ? "ack.refused" : "ack.given_up"), 1u);
        net.clock.run_for(60s);
        EXPECT_EQ(answer->reply.status, KeyStatus::timeout);
        EXPECT_EQ(net.books(), "");
    }
}

/// A void request of node 0 to its neighbour, and what comes back for it.
std::vector<AckMessage::Container> void_keys(LoopbackNetwork& net, KeyIds ids, std::size_t to,
                                             std::vector<int>* codes = nullptr) {
    net.record = true;
    net.sent.clear();
    net.deliver(
        {link(0), node(0), node(1), encode(Message{VoidMessage{SessionId{9}, std::move(ids), app(0), app(to)}})});
    net.clock.run_for(1s);
    std::vector<AckMessage::Container> out;
    for (auto const& ack : all_of<AckMessage>(net, node(1)))
        out.push_back(ack.first);
    if (codes)
        for (auto const& response : all_of<ResponseMessage>(net, node(1)))
            if (response.endpoint == Endpoint::void_keys) codes->push_back(response.code);
    return out;
}

// Voided, failed to void, key not present: what the far node says comes back through the relay, for each key its own.
TEST(Relay020, VoidsReportWhatBecameOfTheKeys) {
    for (std::size_t far : {1u, 2u}) {
        LoopbackNetwork net{test::line({true, true})};
        net.give_key_everywhere(10);
        auto const here = net.request(0, far), fetched = net.request(0, far);
        net.clock.run_for(1s);
        KeyId const waiting = here->reply.keys.at(0).id, gone = fetched->reply.keys.at(0).id;
        EXPECT_EQ(net.fetch(far, gone).status, KeyStatus::ok);
        std::vector<int> codes;
        auto const outcomes = void_keys(net, {waiting, gone, KeyId{}}, far, &codes);
        EXPECT_EQ(codes, std::vector{202});
        std::map<KeyId, AckStatus> of;
        for (auto const& container : outcomes)
            for (KeyId const& id : container.ids)
                EXPECT_TRUE(of.emplace(id, container.status).second) << "one outcome each";
        EXPECT_EQ(of.at(waiting), AckStatus::voided);
        EXPECT_EQ(of.at(gone), AckStatus::failed_to_void);
        EXPECT_EQ(of.at(KeyId{}), AckStatus::key_not_present);
        EXPECT_EQ(net.fetch(far, waiting).status, KeyStatus::not_found);
        EXPECT_EQ(void_keys(net, {waiting}, far).at(0).status, AckStatus::voided) << "again: the same answer";
    }
}

TEST(Relay020, AVoidMeetsKeysThatAreStillUnderWay) {
    LoopbackNetwork net{test::line({true, true})};
    net.give_key_everywhere(10);
    net.meddler = [&](InFlight& message) {
        return message.link == link(1) && message.kind() == test::kAck ? Delays{20s} : Delays{kOneWay};
    };
    net.request(0, 2);
    net.clock.run_for(100ms);
    KeyId const id = net.ledger.holders.begin()->first;
    net.meddler = [](InFlight&) { return Delays{kOneWay}; };
    auto const outcomes = void_keys(net, {id}, 2);
    ASSERT_EQ(outcomes.size(), 1u);
    EXPECT_EQ(outcomes[0].status, AckStatus::voided);
    EXPECT_EQ(net.fetch(2, id).status, KeyStatus::not_found);
    net.clock.run_for(60s);
    EXPECT_EQ(net.books(), "");
}

// All keys between two applications, once that is confirmed (the message does so by naming none).
TEST(Relay020, AVoidWithoutIdsTakesAllBetweenTwo) {
    LoopbackNetwork net{test::line({true})};
    net.give_key_everywhere(10);
    auto const ours = net.request(0, 1, 5), theirs = net.request(1, 0);
    net.clock.run_for(1s);
    auto const outcomes = void_keys(net, {}, 1);
    ASSERT_EQ(outcomes.size(), 1u);
    EXPECT_EQ(outcomes[0].ids.size(), 5u);
    EXPECT_EQ(outcomes[0].status, AckStatus::voided);
    EXPECT_EQ(net.fetch(1, ours->reply.keys[3].id).status, KeyStatus::not_found);
    EXPECT_EQ(net.fetch(0, theirs->reply.keys[0].id).status, KeyStatus::ok);
    std::vector<int> codes;
    EXPECT_TRUE(void_keys(net, {}, 1, &codes).empty());
    EXPECT_EQ(codes, std::vector{400});
}

TEST(Relay020, VersionsAreTold) {
    LoopbackNetwork net{test::line({true})};
    net.record = true;
    net.deliver({link(0), node(0), node(1), encode(Message{VersionsMessage{SessionId{7}}})});
    net.clock.run_for(1s);
    ASSERT_EQ(net.sent.size(), 1u);
    EXPECT_EQ(text_of(net.sent[0]), "200 /kmapi/versions\n{\"versions\":[\"v1\"]}");
}

/// A neighbour by hand at the near end of link 0: it does the KEM exchange and seals what it likes.
struct Stranger {
    explicit Stranger(LoopbackNetwork& net_) : net{net_} { net.record = true; }
    /// Code and first detail of the answer.
    std::string post(std::function<void(std::string&)> alter, Payload payload) {
        SessionId session{};
        entropy.fill(session);
        std::optional<KemPublicKeyMessage> offered;
        net.meddler = [&](InFlight& message) {
            auto const decoded = decode(message.bytes);
            if (auto const* m = std::get_if<KemPublicKeyMessage>(&*decoded.message); m && m->session == session)
                offered = *m;
            return Delays{kOneWay};
        };
        deliver(KemRequestMessage{session});
        net.meddler = [](InFlight&) { return Delays{kOneWay}; };
        auto const made = kem.encapsulate(offered.value().public_key, entropy).value();
        HopEnds const ends{session, "node-0", "node-1"};
        auto const key =
            crypto.hop_key(HopDerivation::hkdf, {}, made.secret, {offered->public_key, made.ciphertext}, ends);
        SecretBytes const plain = encode(payload, {{}, "node-0"});
        std::string text{plain.data(), plain.data() + plain.size()};
        if (alter) alter(text);
        auto const sealed =
            crypto.seal(key, {reinterpret_cast<std::uint8_t const*>(text.data()), text.size()}, ends, entropy);
        net.sent.clear();
        deliver(KemCiphertextMessage{session, made.ciphertext});
        deliver(ExtKeysMessage{session, {}, sealed});
        for (auto const& response : all_of<ResponseMessage>(net, node(1)))
            if (response.session == session)
                return std::to_string(response.code) +
                       (response.problem ? " " + response.problem->details.at(0).first : "");
        return "";
    }
    void deliver(Message const& message) { net.deliver({link(0), node(0), node(1), encode(message)}); }
    Payload payload(std::size_t to) {
        Payload out{app(0), app(to), Exposure{HopProtection::pqc}, {node(0)}, {}};
        out.keys.push_back({KeyId{}, SecretBytes{32}});
        entropy.fill(out.keys[0].id.bytes);
        return out;
    }
    LoopbackNetwork& net;
    test::StreamEntropy entropy{55};
    ModelledKem kem;
    HopCrypto crypto;
};
auto replacing(std::string from, std::string to) {
    return [=](std::string& text) {
        auto const at = text.find(from);
        ASSERT_NE(at, text.npos) << from;
        text.replace(at, from.size(), to);
    };
}

TEST(Relay020, ExtensionsAndRoutesAreJudged) {
    LoopbackNetwork net{test::line({false, false})};
    Stranger peer{net};
    auto const payload = [&](std::size_t to) { return peer.payload(to); };
    EXPECT_EQ(peer.post({}, payload(2)), "202");
    EXPECT_EQ(peer.post(replacing("\"initiator_sae_id\"", R"("extension_mandatory":{"E99_wish":1},"initiator_sae_id")"),
                        payload(2)),
              "503 unsupported_mandatory_extension");
    EXPECT_EQ(peer.post(replacing("sae-2", "sae-77"), payload(2)), "400 target_sae_id_not_recognized");
    EXPECT_EQ(peer.post(replacing("[\"sae-2\"]", "[\"sae-2\",\"sae-1\"]"), payload(2)),
              "503 no_route_multiple_targets");
    EXPECT_EQ(peer.post(replacing("\"keys\"", "\"locks\""), payload(2)), "400 missing_parameters");
    EXPECT_EQ(peer.post(replacing("\"keys\"", "\"locks\":1,\"keys\""), payload(2)), "400 malformed_property");
    EXPECT_EQ(peer.post(replacing(R"("initiator_sae_id":"sae-0",)", ""), payload(2)), "400 missing_parameters");
    EXPECT_EQ(peer.post(replacing("{\"keys\"", "[\"keys\""), payload(2)), "400 malformed_property");
    // Back to its caller: the key is for an application that lives there.
    Payload back = payload(0);
    EXPECT_EQ(peer.post({}, back), "400 invalid_routing");
    // It has been here before.
    Payload loop = payload(2);
    loop.visited = {node(0), node(1), node(0)};
    EXPECT_EQ(peer.post({}, loop), "400 invalid_routing");
    // Of what was refused with a 400 nothing was kept: the same keys may come again.
    EXPECT_EQ(peer.post({},
                        [&] {
                            loop.visited = {node(0)};
                            return loop;
                        }()),
              "202");
    EXPECT_EQ(net.books(), "");
}

// Extensions that we do not know come out as they went in; ours are completed when an ignorant peer left them alone.
TEST(Relay020, OptionalExtensionsPassUnchanged) {
    KmeConfig config;
    LoopbackNetwork net{test::line({false, false, false}), config};
    Stranger peer{net};
    Payload payload = peer.payload(3);
    payload.extensions = {{"E99_list", "[1,{\"a\":null}]"}, {"E99_name", "\"x\""}};
    KeyId const id = payload.keys[0].id;
    EXPECT_EQ(peer.post(replacing(R"("E32473_exposure":"{kem} or {aes}","E32473_visited":[0],)", ""), payload), "202");
    // The real node 0 knows nothing of these keys and would have them voided.
    net.meddler = [](InFlight& message) { return message.to == node(0) ? Delays{} : Delays{kOneWay}; };
    net.clock.run_for(1s);
    // Nobody but a node can open what goes on; that it arrived, and its class, is what a stranger can see here.
    KeyReply const there = net.fetch(3, id);
    ASSERT_EQ(there.status, KeyStatus::ok);
    EXPECT_EQ(there.keys[0].security, SecurityClass::pqc) << "nobody vouched for more";
}

// A request that comes again under another session (a foreign sender's retry) is the same request.
TEST(Relay020, TheSameKeysAgainAreARetry) {
    LoopbackNetwork net{test::line({false})};
    Stranger peer{net};
    Payload const payload = peer.payload(1);
    EXPECT_EQ(peer.post({}, payload), "202");
    EXPECT_EQ(peer.post({}, payload), "202");
    auto const acks = all_of<AckMessage>(net, node(1));
    ASSERT_FALSE(acks.empty());
    EXPECT_EQ(acks.back().first.status, AckStatus::relayed);
    EXPECT_EQ(net.fetch(1, payload.keys[0].id).status, KeyStatus::ok);
    EXPECT_EQ(net.fetch(1, payload.keys[0].id).status, KeyStatus::not_found);
}

// Acknowledgements may come key by key, from a foreign peer; only when all are there is the request done.
TEST(Relay020, AcknowledgementsMayComeInParts) {
    for (bool one_fails : {false, true}) {
        LoopbackNetwork net{test::line({true})};
        net.give_key_everywhere(10);
        std::optional<AckMessage> whole;
        net.meddler = [&](InFlight& message) {
            if (message.kind() != test::kAck) return Delays{kOneWay};
            whole = std::get<AckMessage>(*decode(message.bytes));
            return Delays{};
        };
        auto const answer = net.request(0, 1, 3);
        net.clock.run_for(100ms);
        for (std::size_t i : {2u, 0u, 1u}) {
            EXPECT_EQ(answer->replies, 0);
            AckMessage part = *whole;
            part.first.ids = {whole->first.ids[i]};
            if (one_fails && i == 1) {
                part.first.status = AckStatus::failed;
                part.first.reason = KeyStatus::no_key;
            }
            net.deliver({link(0), node(1), node(0), encode(Message{part})});
        }
        EXPECT_EQ(answer->reply.status, one_fails ? KeyStatus::no_key : KeyStatus::ok);
    }
}

// The paper's profile: released at once, nothing sent twice, no void, acknowledgements of the draft (which a node of
// the standard understands just as well).
TEST(Relay020, TheProfileOfThePaper) {
    KmeConfig config;
    set_profile(config, NodeProfile::kmstn_paper);
    EXPECT_EQ(config.derivation, HopDerivation::exclusive_or);
    LoopbackNetwork net{test::line({true, true}), config};
    net.record = true;
    net.give_key_everywhere(10);
    auto const answer = net.request(0, 2);
    EXPECT_EQ(answer->replies, 1) << "early";
    net.clock.run_for(1s);
    auto const ack =
        std::find_if(net.sent.begin(), net.sent.end(), [](auto const& m) { return m.kind() == test::kAck; });
    ASSERT_NE(ack, net.sent.end());
    EXPECT_NE(text_of(*ack).find("\"key_ids\":[\""), std::string::npos);
    EXPECT_NE(text_of(*ack).find("\"target_sae_id\":\"sae-2\""), std::string::npos);
    EXPECT_EQ(net.ledger.counted("relay.completed"), 1u);

    net.sent.clear();
    net.meddler = [](InFlight& message) { return message.kind() == test::kExtKeys ? Delays{} : Delays{kOneWay}; };
    net.request(0, 2);
    net.clock.run_for(60s);
    std::size_t posted = 0;
    for (auto const& message : net.sent) {
        EXPECT_NE(message.kind(), test::kVoid);
        EXPECT_NE(message.kind(), test::kAbandon);
        posted += message.kind() == test::kExtKeys;
    }
    EXPECT_EQ(posted, 1u);
    EXPECT_EQ(net.ledger.counted("relay.failed"), 1u);
    net.meddler = [](InFlight&) { return Delays{kOneWay}; };
    net.node(0).on_restart();
    net.clock.run_for(60s);
    EXPECT_EQ(net.books(), "");
}

// Values against bytes, under loss, for both profiles: the same messages in the same order at the same times with the
// same sizes, and the same end of every unit. Fails when a size is charged wrongly, or values take another way.
TEST(Relay020, ValuesChangeNothingButTheCost) {
    for (auto const profile : {NodeProfile::etsi_020, NodeProfile::kmstn_paper}) {
        auto const trace = [&](bool by_value) {
            KmeConfig config;
            set_profile(config, profile);
            LoopbackNetwork net{test::line({true, false, true}), config, 3, nullptr, by_value};
            RngStream loss{4, "loss"};
            std::vector<std::array<std::uint64_t, 4>> out;
            net.meddler = [&](InFlight& message) {
                out.push_back({static_cast<std::uint64_t>(net.clock.now().time_since_epoch().count()), message.size,
                               message.from.value, message.link.value});
                return loss.bernoulli(0.1) ? Delays{} : Delays{kOneWay};
            };
            net.give_key_everywhere(60);
            for (int i = 0; i < 30; ++i)
                net.request(0, 3, 1 + static_cast<std::uint32_t>(i % 3)), net.request(3, 1), net.clock.run_for(50ms);
            net.clock.run_for(100s);
            EXPECT_EQ(net.books(), "");
            std::map<std::string, std::uint64_t> counts = net.ledger.counts;
            return std::tuple{out, counts, net.ledger.fates};
        };
        auto const bytes = trace(false), values = trace(true);
        EXPECT_GT(std::get<0>(bytes).size(), 500u);
        EXPECT_EQ(std::get<0>(bytes), std::get<0>(values));
        EXPECT_EQ(std::get<1>(bytes), std::get<1>(values));
        EXPECT_EQ(std::get<2>(bytes), std::get<2>(values));
    }
}

// Ends that do not share the same secret refuse each other as values, too.
TEST(Relay020, ValuesAreSealedAsWell) {
    KmeConfig config;
    config.name = "impostor";
    LoopbackNetwork net{test::line({true}), config, 1, nullptr, true};
    net.give_key_everywhere(10);
    auto const answer = net.request(0, 1);
    net.clock.run_for(1s);
    EXPECT_EQ(answer->reply.status, KeyStatus::hop_failed);
    EXPECT_EQ(net.ledger.fate(node(1), link(0), UnitFate::voided), 1u);
    EXPECT_EQ(net.books(), "");
}

// Work is told where it is done: a first connection each way and none while it is warm, two KEM operations at the
// responder and one at the initiator, one store.
TEST(Relay020, WorkIsTold) {
    LoopbackNetwork net{test::line({true})};
    net.give_key_everywhere(10);
    auto const done = [&](std::size_t at, Work kind) { return net.ledger.works[{node(at), kind}]; };
    net.request(0, 1);
    net.clock.run_for(1s);
    EXPECT_EQ(done(0, Work::kem), 1u);
    EXPECT_EQ(done(1, Work::kem), 2u);
    EXPECT_EQ(done(0, Work::seal), 1u);
    EXPECT_EQ(done(1, Work::seal), 1u);
    EXPECT_EQ(done(1, Work::database_insert), 1u);
    EXPECT_EQ(done(1, Work::tpm), 1u);
    EXPECT_EQ(done(0, Work::tls_handshake), 2u) << "to the neighbour, and from it";
    EXPECT_EQ(done(1, Work::tls_handshake), 2u);
    EXPECT_EQ(done(0, Work::json), 2u) << "keys out, acknowledgement in";
    net.request(0, 1);
    net.clock.run_for(100s);
    EXPECT_EQ(done(0, Work::tls_handshake), 2u);
    EXPECT_EQ(done(0, Work::tls_resumption), 0u);
    net.request(0, 1);
    net.clock.run_for(1s);
    EXPECT_EQ(done(0, Work::tls_resumption), 2u);
    EXPECT_EQ(done(0, Work::tls_handshake), 2u);
}

} // namespace
} // namespace qkdes
