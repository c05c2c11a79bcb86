#include "sim/world/answer_times.hpp"

#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

RequestRecord answered(double ms, bool with_key = true) {
    RequestRecord record;
    record.demand = DemandId{0u};
    record.outcome = with_key ? RequestOutcome::served : RequestOutcome::no_key;
    record.answered = from_seconds(ms / 1e3);
    if (with_key) record.ids.resize(1);
    return record;
}

TEST(AnswerTimes, AreThoseOfKeysAndNotOfRefusals) {
    auto const scenario = test::scenario(test::kTwoNodes);
    AnswerTimes times{scenario};
    for (double const ms : {1.0, 2.0, 4.0, 8.0, 16.0})
        times.request(answered(ms), {});
    for (int i = 0; i < 10; ++i)
        times.request(answered(500, false), {});
    auto const sections = times.finish();
    ASSERT_EQ(sections.size(), 1u);
    auto const& row = sections[0].rows.at(0);
    EXPECT_EQ(row[0].text, "a > b");
    EXPECT_EQ(row[1].value, 5);
    EXPECT_DOUBLE_EQ(row[2].value.value(), 0.004);
    EXPECT_DOUBLE_EQ(row[3].value.value(), 0.002);
    EXPECT_DOUBLE_EQ(row[4].value.value(), 0.008);
    // 256 bits over 1, 2, 4, 8 and 16 ms: rates of 256, 128, 64, 32 and 16 kbit/s.
    EXPECT_NEAR(row[6].value.value(), 99'200, 1e-6);
    EXPECT_NEAR(row[7].value.value(), 97'587, 1);
}

TEST(AnswerTimes, AreWantedWhereAServerOrEarlyReleaseMakesThem) {
    auto scenario = test::scenario(test::kTwoNodes);
    EXPECT_FALSE(AnswerTimes::wanted(scenario));
    scenario.nodes[1].kms.vendor.emplace();
    EXPECT_TRUE(AnswerTimes::wanted(scenario));
    scenario.nodes[1].kms.vendor.reset();
    scenario.profile = Profile::kmstn_paper;
    EXPECT_TRUE(AnswerTimes::wanted(scenario));
    EXPECT_TRUE(AnswerTimes{scenario}.finish().empty());
}

} // namespace
} // namespace qkdes
