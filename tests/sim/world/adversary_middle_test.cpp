// A man in the middle of the KEM exchange, and relays that cheat: what they learn, and whether anybody notices.
#include "tests/sim/world/adversary_support.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using test::knowledge;
using test::watched;

std::string middle(std::string const& link, std::string const& on, std::string const& breaks = {}) {
    return fmt::format(
        R"({{ "id": "mallory", "mitm": [ {{ "link": "{}", "on": "{}" }} ], "taps": ["{}"], "breaks": [ {} ] }})", link,
        on, link, breaks);
}
constexpr char kSignatures[] = R"({ "primitive": "signatures" })";

struct Outcome {
    std::map<std::string, test::Known> known;
    std::uint64_t served_ab = 0, served_bc = 0, asked = 0;
    std::string notes;
};
Outcome after(std::string const& adversary, std::string const& profile) {
    static int runs = 0;
    auto const run = test::run_world(watched({adversary, "modelled", profile}), fmt::format("middle-{}.h5", runs++), 5);
    EXPECT_EQ(run.summary.violations, 0u)
        << (run.summary.violation_messages.empty() ? "" : run.summary.violation_messages.front());
    return {knowledge(run), run.summary.demands[0].served, run.summary.demands[1].served,
            run.summary.demands[1].requests, test::notes(run)};
}

// The bare socket of arXiv:2604.20376: with the sealed channel in hand, too, a PQC-only hop is read and nobody notices.
TEST(AdversaryMiddle, WhoReplacesEverythingReadsPqcHopsUnnoticed) {
    for (std::string const profile : {"kmstn-paper", "etsi-020"}) {
        auto const all = after(middle("wan", "all", kSignatures), profile);
        EXPECT_GT(all.served_bc, all.asked * 9 / 10) << profile;
        EXPECT_EQ(all.known.at("b c mallory").known, all.known.at("b c mallory").delivered) << profile;
        EXPECT_EQ(all.known.at("b c mallory").by, fmt::format("mitm {}", all.served_bc)) << profile;
        EXPECT_EQ(all.known.at("a b mallory").known, 0) << profile; // another link
        EXPECT_NE(all.notes.find("0 replacements refused"), std::string::npos) << all.notes;
    }
}

TEST(AdversaryMiddle, WhoReplacesTheKemAloneBreaksTheHop) {
    auto const kem = after(middle("wan", "kem"), "kmstn-paper");
    EXPECT_EQ(kem.served_bc, 0u); // the two ends have different secrets
    EXPECT_GT(kem.served_ab, 100u);
    EXPECT_NE(kem.notes.find("messages read"), std::string::npos);
    EXPECT_EQ(kem.notes.find(" 0 messages read"), std::string::npos) << kem.notes; // it does read what nobody gets
}

TEST(AdversaryMiddle, AHybridHopIsNotReadAndNotSilent) {
    for (std::string const profile : {"kmstn-paper", "etsi-020"}) {
        auto const all = after(middle("west", "all", kSignatures), profile);
        EXPECT_EQ(all.served_ab, 0u) << profile; // the envelope rests on QKD key as well
        EXPECT_GT(all.served_bc, 100u) << profile;
        EXPECT_NE(all.notes.find(" 0 messages read"), std::string::npos) << all.notes;
        EXPECT_EQ(all.known.count("a b mallory"), 0u) << profile; // nothing was delivered
    }
}

TEST(AdversaryMiddle, WithTheDevicesInHandReadsHybridHopsToo) {
    auto const all = after(middle("west", "all", std::string{kSignatures} + R"(, { "primitive": "qkd" })"), "etsi-020");
    EXPECT_GT(all.served_ab, 100u);
    EXPECT_EQ(all.known.at("a b mallory").known, all.known.at("a b mallory").delivered);
}

// Authenticated channels: a changed message is refused. The link is cut, and nothing is read.
TEST(AdversaryMiddle, WithoutBrokenSignaturesOnlyCuts) {
    auto const standard = after(middle("wan", "all"), "etsi-020");
    EXPECT_EQ(standard.served_bc, 0u);
    EXPECT_NE(standard.notes.find(" 0 KEM exchanges replaced, 0 messages read"), std::string::npos) << standard.notes;
    auto const paper =
        after(middle("wan", "all"), "kmstn-paper"); // the KEM's socket is bare, the sealed channel is not
    EXPECT_EQ(paper.served_bc, 0u);
    EXPECT_EQ(paper.notes.find(" 0 replacements refused"), std::string::npos) << paper.notes;
}

std::string cheating(std::string const& does, std::string const& probability = "1") {
    return fmt::format(
        R"({{ "id": "mallory", "dishonest": [ {{ "node": "bob", "does": "{}", "probability": {} }} ] }})", does,
        probability);
}
test::WorldRun cheated(std::string const& does, std::string const& probability = "1") {
    auto const run = test::run_world(watched({cheating(does, probability)}), "cheat-" + does + ".h5", 5);
    EXPECT_EQ(run.summary.violations, 0u) << does;
    return run;
}
std::uint64_t counted(test::WorldRun const& run, std::string_view what) {
    for (auto const& [name, count] : run.summary.occurrences)
        if (name == what) return count;
    return 0;
}

// Nothing on a single path notices: the two applications hold different keys. The run says so.
TEST(AdversaryDishonest, AlteredKeysAreAFinding) {
    auto const run = cheated("alter");
    auto const& relayed = run.summary.demands[2];
    EXPECT_GT(relayed.served, relayed.requests * 9 / 10);
    EXPECT_NE(test::notes(run).find(fmt::format("{} keys differ at their two ends", 2 * relayed.served)),
              std::string::npos)
        << test::notes(run);
    auto const known = knowledge(run);
    EXPECT_EQ(known.at("a d mallory").known, known.at("a d mallory").delivered); // it read them before it changed them
    auto const honest = test::run_world(watched({R"({ "id": "eve", "taps": "all" })"}), "cheat-none.h5", 5);
    EXPECT_EQ(test::notes(honest).find("differ"), std::string::npos);
}

// Behind the relay that altered them the keys are others than the near application's: having those is no knowledge.
TEST(AdversaryDishonest, WrongClaimsAreNoKnowledge) {
    auto const run = test::run_world(
        watched({cheating("alter") + R"(, { "id": "eve", "nodes": [ { "node": "carol" } ] })"}), "cheat-claims.h5", 5);
    EXPECT_EQ(run.summary.violations, 0u);
    auto const known = knowledge(run);
    EXPECT_GT(known.at("a d eve").delivered, 100);
    EXPECT_EQ(known.at("a d eve").known, 0);
    EXPECT_EQ(known.at("b c eve").known, known.at("b c eve").delivered); // these bob makes, and does not pass on
    EXPECT_NE(test::notes(run).find("claims fit no delivered key"), std::string::npos) << test::notes(run);
}

TEST(AdversaryDishonest, DroppedKeysAreNotServedAndSomeDroppedAreSome) {
    auto const all = cheated("drop"), some = cheated("drop", "0.5");
    EXPECT_EQ(all.summary.demands[2].served, 0u);
    EXPECT_GT(all.summary.demands[0].served, 100u); // it ends there
    EXPECT_GT(some.summary.demands[2].served, some.summary.demands[2].requests / 4);
    EXPECT_LT(some.summary.demands[2].served, some.summary.demands[2].requests * 3 / 4);
}

TEST(AdversaryDishonest, ReplayedKeysAreRefusedAndNothingIsServedTwice) {
    auto const run = cheated("replay");
    auto const& relayed = run.summary.demands[2];
    EXPECT_GT(relayed.served, relayed.requests * 9 / 10);
    EXPECT_GT(counted(run, "message.duplicate") + counted(run, "relay.refused.session"), relayed.served / 2);
}

} // namespace
} // namespace qkdes
