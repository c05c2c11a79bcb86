// The mean session against blocks that were drawn. Bands: 6.1 standard errors of 40 blocks (1e-9), and for the key's
// length 1 % for what its bounds' curvature makes of the scatter.
#include "models/link/decoy/session_yield.hpp"

#include "models/link/binary_entropy.hpp"
#include "models/link/decoy/decoy_bb84_block.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace qkdes {
namespace {

void expect_like_blocks(DecoyBb84Parameters const& p, ConditionStep const& condition) {
    ConditionStep const conditions[] = {condition};
    double secret = 0, seconds_each = 0, qber = 0, f = 0;
    int const blocks = 40;
    for (int i = 0; i < blocks; ++i) {
        auto const block = simulate_decoy_bb84_block(p, conditions, SimDuration{std::chrono::hours{10}},
                                                     Fidelity::block, 5, "link", static_cast<std::uint64_t>(i));
        ASSERT_EQ(block.outcome, BlockOutcome::key);
        secret += static_cast<double>(block.yield.secret) / blocks;
        seconds_each += seconds(block.gathering) / blocks;
        qber += block.yield.qber_z / blocks;
        f += static_cast<double>(block.yield.error_correction_leak) /
             (static_cast<double>(block.yield.sifted.total_z()) * binary_entropy(block.yield.qber_z)) / blocks;
    }
    auto const mean = block_yield(p, f, condition);
    auto const bits = static_cast<double>(p.post.block);
    EXPECT_NEAR(seconds_each / mean.seconds, 1, 6.1 / std::sqrt(blocks * bits));
    EXPECT_NEAR(qber / mean.qber_z, 1, 6.1 / std::sqrt(blocks * bits * mean.qber_z));
    EXPECT_NEAR(mean.secret * mean.seconds / secret, 1, 0.02);
    EXPECT_GT(std::abs(block_yield(p, f * 1.2, condition).secret * mean.seconds / secret - 1), 0.02); // it can fail
}

TEST(SessionYield, IsTheMeanOfDrawnBlocks) {
    DecoyBb84Parameters p;
    p.receiver.dead_time = SimDuration{100};
    expect_like_blocks(p, {});
    expect_like_blocks(p, {.extra_loss = Decibels{3}, .extra_error = 0.005});
    p.source.encoding = Encoding::time_bin_three_state;
    p.receiver.basis_choice = BasisChoice::passive;
    p.post.block = 4'000'000;
    expect_like_blocks(p, {});
    p = DecoyBb84Parameters{};
    p.source.intensities = {0.5, 0.1, 0.001};
    p.source.probabilities = {0.9, 0.08, 0.02};
    p.source.analysis = DecoyAnalysis::refined;
    p.receiver.afterpulse_probability = 0.02;
    expect_like_blocks(p, {});
}

TEST(SessionYield, NothingFromNothing) {
    DecoyBb84Parameters p;
    p.fibre.components = Decibels{4'000};
    p.receiver.dark_counts = Hertz{0};
    EXPECT_EQ(block_yield(p, 1.1).secret, 0.0);
    EXPECT_EQ(session_yield(p, std::chrono::hours{1}, 1.1).secret, 0.0);
    EXPECT_EQ(session_yield({}, SimDuration{0}, 1.1).secret, 0.0);
}

} // namespace
} // namespace qkdes
