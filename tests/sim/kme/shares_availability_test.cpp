// Closed forms of availability and capture, and contact plans.
#include "sim/kme/shares/availability.hpp"
#include "sim/kme/shares/contact_plan.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using namespace std::chrono_literals;

TEST(ShareAvailability, SevenOfTen) {
    for (auto [p, expected] : {std::pair{.95, .9990}, {.9, .9872}, {.8, .8791}, {.7, .6496}}) {
        std::vector<SharedRisk> const apart(10, SharedRisk{1, {p}}), together{{1, std::vector<double>(10, p)}};
        EXPECT_NEAR(at_least(apart, 7), expected, 5e-5);
        EXPECT_NEAR(at_least(together, 7), at_least(apart, 7), 1e-14) << "a risk that never strikes changes nothing";
    }
}

// Every state of links and shared nodes, counted one by one.
TEST(ShareAvailability, SharedRisksByEnumeration) {
    std::vector<SharedRisk> const risks{{.7, {.9, .8}}, {.95, {.6, .5, .99}}, {1, {.85}}};
    std::vector<double> mass(7);
    double const up[] = {.7, .95, 1}, link[] = {.9, .8, .6, .5, .99, .85};
    unsigned const risk_of[] = {0, 0, 1, 1, 1, 2};
    for (unsigned state = 0; state < 512; ++state) {
        double chance = 1;
        std::size_t count = 0;
        for (unsigned r = 0; r < 3; ++r)
            chance *= state >> r & 1 ? up[r] : 1 - up[r];
        for (unsigned l = 0; l < 6; ++l) {
            bool const works = state >> (3 + l) & 1;
            chance *= works ? link[l] : 1 - link[l];
            count += works && (state >> risk_of[l] & 1);
        }
        mass[count] += chance;
    }
    auto const closed = arrivals(risks);
    ASSERT_EQ(closed.size(), 7u);
    for (std::size_t i = 0; i < 7; ++i)
        EXPECT_NEAR(closed[i], mass[i], 1e-15) << i;
}

TEST(ShareAvailability, NodesToCapture) {
    std::vector<std::vector<unsigned>> holders{{1}, {2}, {3}, {4}, {5}};
    EXPECT_EQ(nodes_to_capture(holders, 3).nodes, 3u);
    for (std::size_t i = 0; i < 3; ++i)
        holders[i].push_back(9); // three paths through one node
    EXPECT_EQ(nodes_to_capture(holders, 3).nodes, 1u);
    EXPECT_EQ(nodes_to_capture(holders, 5).nodes, 3u);
    // Greed would take node 20 with its four shares and need three nodes; 21 and 22 see all six.
    std::vector<std::vector<unsigned>> const trap{{20, 21}, {20, 21}, {21}, {20, 22}, {20, 22}, {22}, {}};
    EXPECT_EQ(nodes_to_capture(trap, 6).nodes, 2u);
    EXPECT_FALSE(nodes_to_capture(trap, 7).possible) << "a share over a link without nodes cannot be captured";
}

TEST(ContactPlan, WindowsAndSending) {
    ContactPlan plan;
    plan.rate = BitsPerSecond{1200};
    EXPECT_EQ(plan.sending_time(150), 1s);
    EXPECT_EQ(plan.sent_by(SimTime{5s}, 150, SimTime{1h}), SimTime{6s});
    plan.period = 10min;
    plan.contact = 1min;
    plan.offset = 30s;
    EXPECT_DOUBLE_EQ(plan.duty(), 0.1);
    EXPECT_FALSE(plan.open(SimTime{29s}));
    EXPECT_TRUE(plan.open(SimTime{30s}));
    EXPECT_TRUE(plan.open(SimTime{89s}));
    EXPECT_FALSE(plan.open(SimTime{90s}));
    EXPECT_EQ(plan.sent_by(SimTime{0s}, 150, SimTime{1h}), SimTime{31s});
    EXPECT_EQ(plan.sent_by(SimTime{0s}, 9000, SimTime{1h}), SimTime{90s}) << "exactly fills the contact";
    EXPECT_FALSE(plan.sent_by(SimTime{0s}, 9001, SimTime{100h})) << "never fits";
    EXPECT_EQ(plan.sent_by(SimTime{85s}, 1500, SimTime{1h}), SimTime{640s}) << "begins anew in the next contact";
    plan.jammed = {{SimTime{35s}, SimTime{60s}}, {SimTime{630s}, SimTime{700s}}};
    EXPECT_EQ(plan.sent_by(SimTime{30s}, 1500, SimTime{1h}), SimTime{70s}) << "cut off by jamming, then anew";
    EXPECT_EQ(plan.sent_by(SimTime{630s}, 150, SimTime{2h}), SimTime{1231s}) << "a contact jammed throughout";
    EXPECT_FALSE(plan.sent_by(SimTime{630s}, 150, SimTime{20min})) << "beyond the horizon";
}

} // namespace
} // namespace qkdes
