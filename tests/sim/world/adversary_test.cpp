// Who listens, who holds a node and who breaks something: what each must learn, and what it must not.
#include "tests/sim/world/adversary_support.hpp"

#include "sim/record/compare.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace qkdes {
namespace {

using test::knowledge;
using test::Known;
using test::watched;

std::map<std::string, Known> after(std::string const& adversaries, std::string const& name, test::Watched as = {}) {
    as.adversaries = adversaries;
    auto const run = test::run_world(watched(as), name + ".h5", 5);
    EXPECT_EQ(run.summary.violations, 0u) << name << ": " << run.summary.violation_messages.front();
    EXPECT_GT(run.served, run.requests * 8 / 10) << name;
    return knowledge(run);
}

std::string breaking(std::string const& primitives) {
    return R"({ "id": "eve", "taps": "all", "breaks": [ )" + primitives + " ] }";
}

void expect_all(Known const& known, std::string const& by) { test::expect_all(known, by, 50); }
void expect_none(Known const& known) { test::expect_none(known, 50); }

TEST(Adversary, WhoOnlyListensLearnsNothing) {
    for (std::string const profile : {"etsi-020", "kmstn-paper"}) {
        auto const known = after(R"({ "id": "eve", "taps": "all" })", "adversary-taps", {{}, "modelled", profile});
        ASSERT_EQ(known.size(), 3u);
        for (auto const& [pair, each] : known)
            expect_none(each);
    }
}

// Harvest now, decrypt later: what crossed a hop without QKD is read ten years on, what did not stays shut.
TEST(Adversary, WithMlKemBrokenReadsWhatCrossedAPqcHopAndNothingElse) {
    for (std::string const profile : {"etsi-020", "kmstn-paper"}) {
        auto const known = after(breaking(R"({ "primitive": "ml-kem", "at": "87600 h" })"), "adversary-kem",
                                 {{}, "modelled", profile});
        expect_none(known.at("a b eve"));
        expect_all(known.at("b c eve"), "ml-kem");
        expect_all(known.at("a d eve"), "ml-kem");
        EXPECT_EQ(known.at("b c eve").first, 87600 * 3600.0);
    }
}

TEST(Adversary, WithQkdBrokenReadsNothingThatMlKemProtectsToo) {
    auto const known = after(breaking(R"({ "primitive": "qkd" })"), "adversary-qkd");
    for (auto const& [pair, each] : known)
        expect_none(each);
}

TEST(Adversary, WithBothBrokenReadsHybridHops) {
    auto const known =
        after(breaking(R"({ "primitive": "qkd" }, { "primitive": "ml-kem", "at": "1 h" })"), "adversary-both");
    expect_all(known.at("a b eve"), "ml-kem and qkd");
    EXPECT_EQ(known.at("a b eve").first, 3600);
    expect_all(known.at("b c eve"), "ml-kem");
}

// Devices do not tell what they made before they were broken into.
TEST(Adversary, WithQkdBrokenLateReadsOnlyUnderKeyMadeSince) {
    // Stores use their oldest key first: it must not last for the whole run.
    auto const known = after(breaking(R"({ "primitive": "qkd", "at": "10 s" }, { "primitive": "ml-kem" })"),
                             "adversary-late", {{}, "modelled", "etsi-020", R"("kms": { "key_lifetime": "2 s" },)"});
    Known const& hybrid = known.at("a b eve");
    EXPECT_GT(hybrid.known, hybrid.delivered * 3 / 10);
    EXPECT_LT(hybrid.known, hybrid.delivered * 6 / 10);
    EXPECT_GT(hybrid.first, 10);
    expect_all(known.at("b c eve"), "ml-kem");
}

TEST(Adversary, WithAesBrokenReadsEveryEnvelope) {
    auto const known = after(breaking(R"({ "primitive": "aes", "at": "1 h" })"), "adversary-aes");
    for (auto const& [pair, each] : known) {
        expect_all(each, "aes");
        EXPECT_EQ(each.first, 3600);
    }
}

/// The west link protected otherwise.
std::map<std::string, Known> with_west(std::string const& protect, std::string const& breaks) {
    static int runs = 0;
    Scenario const scenario =
        test::scenario(test::watched_text({breaking(breaks)}), {"/links/0/protect=\"" + protect + "\""});
    auto const run = test::run_world(scenario, fmt::format("adversary-west-{}.h5", runs++), 5);
    EXPECT_EQ(run.summary.violations, 0u);
    EXPECT_GT(run.summary.demands[0].served, run.summary.demands[0].requests * 8 / 10);
    return knowledge(run);
}

// Nothing computational protects a one-time pad: no such break opens it. Its key does.
TEST(Adversary, OneTimePadsYieldToTheirDevicesAlone) {
    auto const computing =
        with_west("otp", R"({ "primitive": "ml-kem" }, { "primitive": "aes" }, { "primitive": "signatures" })");
    expect_none(computing.at("a b eve"));
    EXPECT_GT(computing.at("b c eve").known, 50);
    auto const devices = with_west("otp", R"({ "primitive": "qkd" })");
    expect_all(devices.at("a b eve"), "qkd");
    expect_none(devices.at("b c eve"));
}

TEST(Adversary, HopsUnderQkdKeyAloneYieldToTheirDevicesOrToAes) {
    auto const kem = with_west("qkd", R"({ "primitive": "ml-kem" })");
    expect_none(kem.at("a b eve"));
    auto const devices = with_west("qkd", R"({ "primitive": "qkd" })");
    expect_all(devices.at("a b eve"), "qkd");
    auto const aes = with_west("qkd", R"({ "primitive": "aes", "at": "1 h" })");
    expect_all(aes.at("a b eve"), "aes");
    EXPECT_EQ(aes.at("a b eve").first, 3600);
}

TEST(Adversary, WithSignaturesBrokenAloneReadsNothing) {
    auto const known = after(breaking(R"({ "primitive": "signatures" })"), "adversary-signatures");
    for (auto const& [pair, each] : known)
        expect_none(each);
}

TEST(Adversary, HearsOnlyWhereItTapsAndSince) {
    auto const west =
        after(R"({ "id": "eve", "taps": ["west"], "breaks": [ { "primitive": "aes" } ] })", "adversary-west");
    expect_all(west.at("a b eve"), "aes");
    expect_all(west.at("a d eve"), "aes");
    expect_none(west.at("b c eve"));
    auto const late = after(R"({ "id": "eve", "taps": "all", "from": "10 s", "breaks": [ { "primitive": "aes" } ] })",
                            "adversary-since");
    for (auto const& [pair, each] : late) {
        EXPECT_GT(each.known, 0) << pair;
        EXPECT_LT(each.known, each.delivered * 7 / 10) << pair;
        EXPECT_GE(each.first, 10) << pair;
    }
}

TEST(Adversary, ReadsTheRealMlKemAsWell) {
    auto const known = after(breaking(R"({ "primitive": "ml-kem" })"), "adversary-real", {{}, "real", "etsi-020"});
    expect_none(known.at("a b eve"));
    expect_all(known.at("b c eve"), "ml-kem");
}

/// Requests of which `node` held keys, by /holders, and those that the adversary knows, by /exposure.
std::pair<std::set<double>, std::set<double>> held_and_known(test::WorldRun const& run, double node) {
    std::pair<std::set<double>, std::set<double>> out;
    auto const requests = test::column(run, "/holders/request"), nodes = test::column(run, "/holders/node");
    auto const indices = test::column(run, "/requests/index"), outcomes = test::column(run, "/requests/outcome");
    std::set<double> served;
    for (std::size_t i = 0; i < indices.size(); ++i)
        if (outcomes[i] == 0) served.insert(indices[i]);
    for (std::size_t i = 0; i < requests.size(); ++i)
        if (nodes[i] == node && served.contains(requests[i])) out.first.insert(requests[i]);
    auto const known = test::column(run, "/exposure/request");
    out.second = {known.begin(), known.end()};
    return out;
}

// A relay knows what passes it, whatever protects the hops, and what does not pass it stays hidden from it.
TEST(Adversary, HoldingANodeKnowsExactlyWhatWasInItsMemory) {
    for (std::string const profile : {"etsi-020", "kmstn-paper"}) {
        test::Watched const as{R"({ "id": "eve", "nodes": [ { "node": "carol" } ] })", "modelled", profile};
        auto const run = test::run_world(watched(as), "adversary-carol.h5", 5);
        EXPECT_EQ(run.summary.violations, 0u);
        auto const known = knowledge(run);
        expect_none(known.at("a b eve"));
        expect_all(known.at("b c eve"), "memory");
        expect_all(known.at("a d eve"), "memory");
        auto const [held, learned] = held_and_known(run, 2);
        EXPECT_GT(held.size(), 100u);
        EXPECT_EQ(held, learned);
    }
}

TEST(Adversary, HoldingANodeSinceKnowsNothingThatWasGoneByThen) {
    test::Watched const as{R"({ "id": "eve", "taps": "all", "nodes": [ { "node": "bob", "from": "10 s" } ] })"};
    auto const run = test::run_world(watched(as), "adversary-bob.h5", 5);
    auto const index = test::column(run, "/requests/index"), asked = test::column(run, "/requests/asked"),
               complete = test::column(run, "/requests/complete"), outcome = test::column(run, "/requests/outcome");
    auto const [held, learned] = held_and_known(run, 1);
    std::size_t before = 0, since = 0;
    for (std::size_t i = 0; i < index.size(); ++i) {
        if (outcome[i] != 0 || !held.contains(index[i])) continue;
        if (asked[i] >= 10e9) {
            ++since;
            EXPECT_TRUE(learned.contains(index[i])) << index[i];
        } else if (asked[i] + complete[i] < 9e9) { // acknowledged, fetched and wiped
            ++before;
            EXPECT_FALSE(learned.contains(index[i])) << index[i];
        }
    }
    EXPECT_GT(before, 100u);
    EXPECT_GT(since, 100u);
}

TEST(Adversary, AreIndependentOfEachOtherOfThreadsAndOfTheRun) {
    test::Watched as{breaking(R"({ "primitive": "ml-kem" })") +
                     R"(, { "id": "mallory", "nodes": [ { "node": "bob" } ] })"};
    auto const one = test::run_world(watched(as), "adversary-one.h5", 5, 1),
               two = test::run_world(watched(as), "adversary-two.h5", 5, 2, 7);
    auto const differences = compare_results(one.file, two.file);
    EXPECT_TRUE(differences.ok() && differences.value().empty());
    auto const known = knowledge(one);
    expect_none(known.at("a b eve"));
    expect_all(known.at("a b mallory"), "memory");
    expect_all(known.at("b c eve"), "ml-kem");
    as.adversaries.clear();
    auto const alone = test::run_world(watched(as), "adversary-alone.h5", 5);
    EXPECT_EQ(alone.served, one.served); // nobody notices them
    EXPECT_TRUE(knowledge(alone).empty());
}

TEST(Adversary, ShippedScenarioTellsWhoKnowsTheKeys) {
    auto const loaded = load_scenario(std::filesystem::path{QKDES_SOURCE_DIR} / "scenarios/adversaries.json");
    ASSERT_TRUE(loaded.ok());
    auto const run = test::run_world(*loaded.scenario, "adversary-shipped.h5", 11);
    EXPECT_EQ(run.summary.violations, 0u);
    auto const known = knowledge(run);
    expect_none(known.at("port archive harvester"));
    expect_all(known.at("port lab harvester"), "ml-kem");
    expect_none(known.at("port archive burglar"));
    expect_none(known.at("port lab burglar"));
    expect_all(known.at("port archive both"), "ml-kem and qkd");
    EXPECT_EQ(known.at("port archive both").first, 3650 * 86400.0);
    expect_none(known.at("port archive owner"));
    EXPECT_GT(known.at("port lab owner").known, known.at("port lab owner").delivered / 2);
    EXPECT_GE(known.at("port lab owner").first, 120);
    expect_none(known.at("port archive mallory"));
    EXPECT_GT(known.at("port lab mallory").known, 0);
    EXPECT_GE(known.at("port lab mallory").first, 240);
}

} // namespace
} // namespace qkdes
