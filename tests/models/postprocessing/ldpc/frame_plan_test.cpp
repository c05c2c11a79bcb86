#include "models/postprocessing/ldpc/frame_plan.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

namespace qkdes::ldpc {
namespace {

TEST(LdpcFramePlan, RateFollowsTheEstimateBitByBit) {
    double last = 0;
    for (double q = 0.005; q < 0.115; q *= 1.07) {
        FramePlan const plan = plan_frame_without_code(100'000, q, Effort::best);
        ASSERT_FALSE(plan.disclosed);
        EXPECT_LT(plan.punctured, plan.lift);
        double const aimed = 1.06 * 1e5 * (-q * std::log2(q) - (1 - q) * std::log2(1 - q));
        EXPECT_NEAR(static_cast<double>(plan.syndrome_bits() - plan.punctured), aimed, 1.01) << q;
        EXPECT_GT(aimed, last);
        last = aimed;
        EXPECT_GE(plan.word_bits(), plan.first_key_bit() + plan.frame_bits);
        EXPECT_LT(plan.word_bits(), plan.first_key_bit() + plan.frame_bits + plan.lift);
    }
}

// Why puncturing takes a bit of leak off each (frame_plan.hpp): each punctured bit meets checks of its own.
TEST(LdpcFramePlan, NoCheckMeetsTwoPuncturedBits) {
    FramePlan const plan = plan_frame(100'000, 0.03, Effort::fast);
    std::set<std::uint32_t> rows;
    for (std::uint32_t r = 0; r < plan.code->rows(); ++r)
        for (Edge const edge : plan.code->row(r))
            if (edge.column == 0) {
                EXPECT_TRUE(rows.insert(r).second); // one circulant: one bit per check
            }
    EXPECT_EQ(rows.size(), 3u);
}

TEST(LdpcFramePlan, AnySizeAndAnyEstimate) {
    for (std::size_t const size : {1, 2, 63, 64, 65, 191, 192, 193, 1'000, 9'999, 100'003})
        for (double const estimate :
             {0.0, 1e-9, 0.001, 0.03, 0.2, 0.5, 2.0, -1.0, std::numeric_limits<double>::quiet_NaN(),
              std::numeric_limits<double>::infinity()})
            for (Effort const effort : {Effort::fast, Effort::best}) {
                FramePlan const plan = plan_frame(size, estimate, effort);
                EXPECT_EQ(plan.disclosed, plan.code == nullptr);
                if (plan.disclosed) continue;
                EXPECT_LT(plan.syndrome_bits() - plan.punctured, size) << "a disclosed frame would leak less";
                EXPECT_GE(plan.word_bits(), plan.first_key_bit() + size);
            }
    EXPECT_TRUE(plan_frame(100, 0.03, Effort::best).disclosed);
    EXPECT_TRUE(plan_frame(100'000, 0.4, Effort::best).disclosed);
}

TEST(LdpcFramePlan, CodesAreKept) {
    auto const first = family_code(200, 50, 64);
    EXPECT_EQ(first, family_code(200, 50, 64));
    for (std::uint32_t rows = 4; rows < 24; ++rows) // more than are kept
        family_code(40, rows, 64);
    auto const again = family_code(200, 50, 64);
    EXPECT_NE(first, again);
    ASSERT_EQ(first->edges(), again->edges());
}

} // namespace
} // namespace qkdes::ldpc
