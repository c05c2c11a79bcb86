#include "models/link/link_model.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace qkdes {
namespace {

StatedParameters parameters(double rate, SimDuration every) {
    StatedParameters p;
    p.rate = BitsPerSecond{rate};
    p.every = every;
    return p;
}

LinkBlock block(LinkParameters const& p, std::uint64_t index, SimDuration horizon = SimDuration::max(),
                Fidelity fidelity = Fidelity::block, std::string_view link = "link/a") {
    ConditionStep const calm[1];
    return simulate_block(p, calm, horizon, fidelity, 1, link, index);
}

TEST(StatedBlock, TheMeanIsTheRateAlsoForPartsOfABit) {
    auto const p = parameters(0.37, std::chrono::seconds{10});
    double bits = 0;
    for (std::uint64_t i = 0; i < 4000; ++i) {
        auto const b = block(p, i);
        EXPECT_EQ(b.gathering, std::chrono::seconds{10});
        EXPECT_TRUE(b.yield.secret == 3 || b.yield.secret == 4);
        bits += static_cast<double>(b.yield.secret);
    }
    EXPECT_NEAR(bits / 4000, 3.7, 4 * std::sqrt(0.7 * 0.3 / 4000));
}

TEST(StatedBlock, BothEndsHaveTheSameBitsAndNoTwoBlocksDo) {
    auto const p = parameters(8192, std::chrono::seconds{1});
    auto const first = block(p, 0), second = block(p, 1), other = block(p, 0, SimDuration::max(), Fidelity::block, "b");
    EXPECT_EQ(first.outcome, BlockOutcome::key);
    EXPECT_EQ(first.yield.secret, 8192u);
    EXPECT_EQ(first.alice_key, first.bob_key);
    EXPECT_NE(first.alice_key, second.alice_key);
    EXPECT_NE(first.alice_key, other.alice_key);
    EXPECT_NEAR(static_cast<double>(first.alice_key.count()), 4096, 250) << "they are random";
    EXPECT_EQ(block(p, 0, SimDuration::max(), Fidelity::photon).alice_key, first.alice_key);
}

TEST(StatedBlock, NothingIsMadeAtRateZeroAndNothingLeftOfACut) {
    auto const none = block(parameters(0, std::chrono::seconds{1}), 0);
    EXPECT_EQ(none.outcome, BlockOutcome::no_key);
    EXPECT_EQ(none.yield.secret, 0u);
    auto const cut = block(parameters(8192, std::chrono::seconds{1}), 0, std::chrono::milliseconds{300});
    EXPECT_EQ(cut.outcome, BlockOutcome::interrupted);
    EXPECT_EQ(cut.gathering, std::chrono::milliseconds{300});
    EXPECT_EQ(cut.yield.secret, 0u);
}

TEST(StatedBlock, AWindowThatClosesEarlyHasKeyForItsTime) {
    LinkParameters const p = closing_by(parameters(8000, std::chrono::seconds{1}), std::chrono::milliseconds{500});
    EXPECT_EQ(block(p, 0).yield.secret, 4000u);
}

} // namespace
} // namespace qkdes
