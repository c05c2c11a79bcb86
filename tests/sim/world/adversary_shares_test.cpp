// Adversaries and keys that go as shares over disjoint paths: k of them give the key, k - 1 nothing. Keys from pools
// have no rows.
// Mutations that turn these red: k + 1 shares needed; shares counted by values instead of by paths; the last share's
// time replaced by the first's; only the first value of a share tried; the ends' own memory not read; rows for pools.
#include "sim/kme/shares/secret_sharing.hpp"
#include "sim/record/compare.hpp"
#include "sim/world/adversary/share_combiner.hpp"
#include "sim/world/program.hpp"
#include "tests/sim/world/adversary_support.hpp"
#include "tests/sim/world/three_paths.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace qkdes {
namespace {

using test::knowledge;
using test::Known;

Scenario watched(std::string const& adversaries, std::vector<std::string> more = {}) {
    more.push_back("/demands/0/number=2");
    more.push_back("/adversaries=[" + adversaries + "]");
    return test::scenario(test::kThreePaths, more);
}

std::map<std::string, Known> after(std::string const& adversaries, std::vector<std::string> more = {}) {
    static int runs = 0;
    auto const run = test::run_world(watched(adversaries, std::move(more)), fmt::format("shares-{}.h5", runs++), 2);
    EXPECT_EQ(run.summary.violations, 0u) << run.summary.violation_messages.front();
    EXPECT_GT(run.served, 80u);
    EXPECT_GT(run.served, run.requests * 9 / 10);
    return knowledge(run);
}

std::string owner(std::string const& id, std::vector<std::string> const& nodes) {
    std::string list;
    for (auto const& node : nodes)
        list += fmt::format(R"({}{{ "node": "{}" }})", list.empty() ? "" : ", ", node);
    return fmt::format(R"({{ "id": "{}", "nodes": [ {} ] }})", id, list);
}

void expect_all(Known const& known, std::string const& by) { test::expect_all(known, by, 160); }
void expect_none(Known const& known) { test::expect_none(known, 160); }

// Side by side in one run: nobody's knowledge is another's.
TEST(AdversaryShares, OwnersOfAsManyRelaysAsItTakesKnowEveryKeyAndOthersNone) {
    auto const known = after(owner("one", {"r1"}) + "," + owner("two", {"r1", "r3"}) + "," +
                             owner("all", {"r1", "r2", "r3"}) + "," + owner("last", {"r3"}));
    expect_none(known.at("x y one"));
    expect_all(known.at("x y two"), "shares");
    expect_all(known.at("x y all"), "shares");
    expect_none(known.at("x y last"));
    EXPECT_GT(known.at("x y two").first, 20);
}

// Shares that nothing vouches for.
TEST(AdversaryShares, ThreeOfThreeTakeThree) {
    auto const known = after(owner("two", {"r1", "r3"}) + "," + owner("all", {"r1", "r2", "r3"}),
                             {R"(/demands/0/shares={ "k": 3, "n": 3 })"});
    expect_none(known.at("x y two"));
    expect_all(known.at("x y all"), "shares");
}

TEST(AdversaryShares, OneOfThreeTakesOne) {
    auto const known = after(owner("one", {"r2"}), {R"(/demands/0/shares={ "k": 1, "n": 3 })"});
    expect_all(known.at("x y one"), "shares");
}

TEST(AdversaryShares, ARelayThatIsTakenLateTellsOfKeysSinceThen) {
    auto const known =
        after(R"({ "id": "late", "nodes": [ { "node": "r1" }, { "node": "r2", "from": "40 s" } ] })").at("x y late");
    EXPECT_GT(known.known, known.delivered * 4 / 10);
    EXPECT_LT(known.known, known.delivered * 6 / 10);
    EXPECT_GT(known.first, 40);
    EXPECT_LT(known.first, 42);
}

TEST(AdversaryShares, EitherEndHasTheWholeKey) {
    auto const known = after(owner("near", {"a"}) + "," + owner("far", {"b"}));
    expect_all(known.at("x y near"), "memory");
    expect_all(known.at("x y far"), "shares"); // the shares are there before the key is combined
}

// Keys whose shares are still on their way lie there whole.
TEST(AdversaryShares, AnEndThatIsTakenLateTellsOfKeysUnderWay) {
    std::vector<std::string> far{R"(/demands/0/arrivals={ "poisson": "10 /s" })"};
    for (int link = 0; link < 6; ++link)
        far.push_back(fmt::format(R"(/links/{}/classical={{ "latency": "20 ms" }})", link));
    auto const late = after(R"({ "id": "late", "nodes": [ { "node": "a", "from": "40 s" } ] })", far).at("x y late");
    EXPECT_GT(late.known, late.delivered * 4 / 10);
    EXPECT_LT(late.known, late.delivered * 6 / 10);
    EXPECT_EQ(late.first, 40);
    EXPECT_EQ(late.by, fmt::format("memory {}", late.known));
}

std::map<std::string, Known> with_pqc(std::vector<int> const& links, std::string const& breaks) {
    std::vector<std::string> protect;
    for (int link : links)
        protect.push_back(fmt::format("/links/{}/protect=pqc", link));
    return after(R"({ "id": "eve", "taps": "all", "breaks": [ )" + breaks + " ] }", protect);
}

// Harvest now, decrypt later: it takes k paths with a hop that the break opens.
TEST(AdversaryShares, BreaksCountByPaths) {
    std::string const ml_kem = R"({ "primitive": "ml-kem", "at": "87600 h" })";
    expect_none(with_pqc({}, ml_kem).at("x y eve"));
    expect_none(with_pqc({4}, ml_kem).at("x y eve"));
    expect_none(with_pqc({4, 5}, ml_kem).at("x y eve"));
    auto const two = with_pqc({1, 4}, ml_kem).at("x y eve");
    expect_all(two, "shares");
    EXPECT_EQ(two.first, 87600 * 3600.0);
    expect_none(with_pqc({}, R"({ "primitive": "qkd" })").at("x y eve"));
    expect_all(with_pqc({}, R"({ "primitive": "qkd" }, { "primitive": "ml-kem" })").at("x y eve"), "shares");
}

// A relay of one path, and a break that opens another.
TEST(AdversaryShares, SharesOfAllSourcesGoTogether) {
    auto const known = after(R"({ "id": "both", "taps": "all", "breaks": [ { "primitive": "ml-kem", "at": "1 h" } ],
                   "nodes": [ { "node": "r1" } ] },
                 { "id": "same", "taps": "all", "breaks": [ { "primitive": "ml-kem", "at": "1 h" } ],
                   "nodes": [ { "node": "r3" } ] })",
                             {"/links/4/protect=pqc"});
    expect_all(known.at("x y both"), "shares");
    EXPECT_EQ(known.at("x y both").first, 3600);
    expect_none(known.at("x y same")); // twice the same share
}

// Its own relay alters the shares: it knows them as they were, and as they are.
TEST(AdversaryShares, AlteredSharesDoNotMislead) {
    std::string const cheat = R"("dishonest": [ { "node": "r1", "does": "alter" } ])";
    auto const run = test::run_world(watched(R"({ "id": "mallory", )" + cheat +
                                             R"( }, { "id": "with", "nodes": [ { "node": "r3" } ], )" + cheat + " }"),
                                     "shares-altered.h5", 2);
    EXPECT_EQ(run.summary.violations, 0u);
    auto const known = knowledge(run);
    expect_none(known.at("x y mallory"));
    expect_all(known.at("x y with"), "shares");
    std::string said;
    for (auto const& section : run.summary.sections)
        if (section.name == "share_deliveries")
            for (auto const& note : section.notes)
                said += note;
    EXPECT_NE(said.find(fmt::format("false shares in {} requests, over the path that begins with r1", run.served)),
              std::string::npos)
        << said;
}

TEST(AdversaryShares, SameSeedSameFileForAnyNumberOfThreads) {
    auto const s = watched(owner("one", {"r1"}) + "," + owner("two", {"r1", "r2"}));
    auto const one = test::run_world(s, "adversary_shares_one.h5", 4, 1),
               two = test::run_world(s, "adversary_shares_two.h5", 4, 2, 7);
    auto const differences = compare_results(one.file, two.file);
    ASSERT_TRUE(differences.ok());
    EXPECT_TRUE(differences.value().empty());
    EXPECT_GT(test::column(one, "/exposure/keys").size(), 80u);
}

// With two values of two of three shares, any choice of three may be the right one.
TEST(AdversaryShares, TheCombinerFindsTheChoiceThatFits) {
    ProgramEntropy entropy{7, "test"};
    SecretBytes key{32};
    entropy.fill(key.mutable_view());
    auto const points = split_secret(key.view(), 3, 4, entropy);
    KeyInShares cut{3, 4, false, {}};
    for (std::uint8_t i = 0; i < 4; ++i) {
        cut.shares.emplace_back();
        cut.shares.back().bytes[0] = i;
    }
    auto const at = [](int s) { return kSimStart + std::chrono::seconds{s}; };
    auto const fits = [&](SecretBytes const& bits) { return bits == key; };
    Knowledge knowledge;
    for (std::size_t i = 0; i < 2; ++i) {
        SecretBytes altered = points[i].y;
        altered.data()[5] ^= 0x40;
        knowledge.learn(cut.shares[i], altered, at(1), Means::memory);
        knowledge.learn(cut.shares[i], points[i].y, at(2), Means::memory);
    }
    auto const few = combine_known(cut, knowledge, fits);
    EXPECT_FALSE(few.enough) << "four values, but two shares";
    EXPECT_FALSE(few.key);
    knowledge.learn(cut.shares[3], points[3].y, at(9), Means::ml_kem);
    auto const three = combine_known(cut, knowledge, fits);
    ASSERT_TRUE(three.key);
    EXPECT_EQ(three.key->bits, key);
    EXPECT_EQ(three.key->at, at(9));
    EXPECT_EQ(three.key->means, Means::shares);
    knowledge.learn(cut.shares[2], points[2].y, at(5), Means::ml_kem);
    EXPECT_EQ(combine_known(cut, knowledge, fits).key->at, at(5));
    auto const wrong = combine_known(cut, knowledge, [](SecretBytes const&) { return false; });
    EXPECT_TRUE(wrong.enough);
    EXPECT_FALSE(wrong.key);
}

TEST(AdversaryShares, KeysFromPoolsHaveNoRows) {
    auto const run = test::run_world(
        test::scenario(
            test::kThreePaths,
            {R"(/digital={ "servers": [ { "id": "pool", "node": "r2" } ], "pool": "1 Mbit", "deadline": "10 s", "epoch": "5 min" })",
             R"(/demands=[ { "from": "x", "to": "y", "via": "digital", "start": "20 s", "arrivals": { "poisson": "3 /s" } } ])",
             "/adversaries=[" + owner("two", {"r1", "r3"}) + "]"}),
        "adversary_pools.h5", 2);
    EXPECT_EQ(run.summary.violations, 0u);
    EXPECT_GT(run.served, 80u);
    EXPECT_TRUE(knowledge(run).empty());
    EXPECT_NE(test::notes(run).find("keys from pools"), std::string::npos);
}

} // namespace
} // namespace qkdes
