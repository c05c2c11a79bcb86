// Keys of agents: whoever owns a relay that passed them on has them, whoever owns another has none.
#include "tests/sim/world/adversary_support.hpp"
#include "tests/support/results_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace qkdes {
namespace {

using test::Known;

/// hq - tower - branch, and hq - mast, where nothing of the pair's comes by.
constexpr std::string_view kSites = R"({
  "name": "watched sites", "duration": "2 h", "kem": "modelled",
  "devices": { "metro": { "protocol": "bb84", "clock": "20 MHz", "block": "1e6 bits", "longest_pause": "30 s",
                          "initial_secret": "5 Mbit" } },
  "nodes": [ { "id": "hq" }, { "id": "tower" }, { "id": "branch" }, { "id": "mast" } ],
  "links": [ { "id": "up", "between": ["hq", "tower"], "device": "metro", "length": "20 km" },
             { "id": "down", "between": ["tower", "branch"], "device": "metro", "length": "20 km" },
             { "id": "aside", "between": ["hq", "mast"], "device": "metro", "length": "20 km" } ],
  "applications": [ { "id": "h", "node": "hq" }, { "id": "b", "node": "branch" } ],
  "agents": [ { "link": "up", "from": "h", "to": "b",
                "rotation": { "every": "10 min", "first": "1 min", "lifetime": "30 min" } } ],
  "adversaries": [ { "id": "owner", "nodes": [ { "node": "tower" } ] },
                   { "id": "late", "nodes": [ { "node": "tower", "from": "30 min" } ] },
                   { "id": "other", "nodes": [ { "node": "mast" } ] },
                   { "id": "harvester", "taps": "all", "breaks": [ { "primitive": "ml-kem", "at": "87600 h" } ] },
                   { "id": "both", "taps": "all", "breaks": [ { "primitive": "ml-kem", "at": "87600 h" },
                                                              { "primitive": "qkd" } ] } ]
})";

TEST(AdversaryAgents, TheTowersOwnerHasEveryKeyThatItPassedOn) {
    auto const run = test::run_world(test::scenario(kSites), "watched_sites.h5", 3);
    EXPECT_EQ(run.summary.violations, 0u);
    test::ResultsFile file{run.file};
    double const keys = static_cast<double>(file.numbers<std::uint64_t>("/agent_keys/sequence").size());
    EXPECT_EQ(keys, 12) << "a minute past, every ten";
    auto const known = test::knowledge(run);
    ASSERT_EQ(known.size(), 5u);
    for (auto const& [who, each] : known)
        EXPECT_EQ(each.delivered, keys) << who;
    Known const& owner = known.at("h b owner");
    EXPECT_EQ(owner.known, keys);
    EXPECT_EQ(owner.by, "memory 12");
    EXPECT_GT(owner.first, 60);
    EXPECT_LT(owner.first, 61);
    Known const& late = known.at("h b late");
    EXPECT_EQ(late.known, 9) << "three came before";
    EXPECT_GT(late.first, 31 * 60);
    EXPECT_EQ(known.at("h b other").known, 0);
    EXPECT_EQ(known.at("h b harvester").known, 0) << "hybrid hops";
    EXPECT_EQ(known.at("h b both").by, "ml-kem and qkd 12");
    EXPECT_TRUE(test::column(run, "/exposure/keys").empty()) << "of requests alone";
}

} // namespace
} // namespace qkdes
