#include "sim/world/block_library.hpp"

#include "sim/study/replication.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using test::kTwoNodes;
using test::scenario;

std::vector<std::pair<SimDuration, bool>> answers_of(Scenario const& s, std::uint64_t seed, BlockLibrary* library) {
    AnswerLog log{s};
    EXPECT_EQ(run_once(s, seed, &log, library).violations, 0u);
    std::vector<std::pair<SimDuration, bool>> all;
    for (auto const& a : log.answers[0])
        all.emplace_back(a.complete, a.has_key);
    for (auto const& b : log.bursts)
        all.emplace_back(b.at - kSimStart, b.bits % 512 == 0);
    return all;
}

TEST(BlockLibrary, AWorldThatTakesItsBlocksFromHereIsTheSame) {
    Scenario const s = scenario(kTwoNodes, {"/fidelity=photon", "/duration=2 s"});
    BlockLibrary library{s.seed};
    auto const alone = answers_of(s, s.seed, nullptr);
    ASSERT_GT(alone.size(), 20u);
    EXPECT_EQ(answers_of(s, s.seed, &library), alone);
    auto const made = library.size();
    ASSERT_GT(made, 0u);
    EXPECT_EQ(answers_of(s, s.seed, &library), alone);
    EXPECT_EQ(library.size(), made) << "the second world made none anew";
    EXPECT_NE(answers_of(s, s.seed + 1, &library), alone) << "arrivals are the world's own";
    EXPECT_EQ(library.size(), made);
}

TEST(BlockLibrary, BlocksOfBlockFidelityAreNotKept) {
    Scenario const s = scenario(kTwoNodes);
    BlockLibrary library{s.seed};
    (void)answers_of(s, s.seed, &library);
    EXPECT_EQ(library.size(), 0u);
}

} // namespace
} // namespace qkdes
