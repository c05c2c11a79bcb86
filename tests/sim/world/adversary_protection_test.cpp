// A key's class against what adversaries that break primitives really read: one-time pads fall to QKD alone, and to
// nothing else; hops under QKD key to QKD or to AES.
#include "tests/sim/world/adversary_support.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

constexpr char const* kPrimitives[] = {"qkd", "ml-kem", "aes"};

/// The first demand's keys, over one hop so protected, with these primitives broken from the start.
test::Known known_of(Protection protection, BrokenSet broken) {
    std::string breaks;
    for (unsigned p = 0; p < 3; ++p)
        if ((broken >> p & 1) != 0)
            breaks += std::string{breaks.empty() ? "" : ", "} + R"({ "primitive": ")" + kPrimitives[p] + R"(" })";
    Scenario scenario = test::watched({R"({ "id": "eve", "taps": "all", "breaks": [ )" + breaks + " ] }"});
    scenario.links[0].protection = protection;
    auto const run = test::run_world(scenario, "adversary-protection.h5", 5);
    EXPECT_EQ(run.summary.violations, 0u);
    return test::knowledge(run).at("a b eve");
}

TEST(AdversaryOfAProtection, ReadsExactlyWhatTheExposureSays) {
    constexpr std::pair<Protection, HopProtection> kinds[] = {{Protection::otp, HopProtection::otp},
                                                              {Protection::qkd, HopProtection::qkd},
                                                              {Protection::hybrid, HopProtection::hybrid}};
    for (auto const& [protection, hop] : kinds)
        for (BrokenSet broken = 1; broken < 8; ++broken) {
            auto const known = known_of(protection, broken);
            ASSERT_GT(known.delivered, 50) << to_string(hop);
            bool const exposed = Exposure{hop}.exposed_by(broken);
            EXPECT_EQ(known.known, exposed ? known.delivered : 0)
                << to_string(hop) << ", broken " << int{broken} << ": " << known.by;
        }
}

} // namespace
} // namespace qkdes
