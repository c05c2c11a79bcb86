// Mutations that turn it red: crosstalk that ignores the isolation, a dark time that never ends.
#include "models/link/channel/optical_switch.hpp"

#include "models/link/decoy/decoy_bb84_block.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace qkdes {
namespace {

TEST(OpticalSwitch, CostsLossAndLetsNeighboursThrough) {
    FibreParameters fibre;
    fibre.components = Decibels{0.5};
    fibre.stray_light = Hertz{1000};
    auto const behind = behind_switch(fibre, {Decibels{1}, SimDuration{0}, Decibels{40}}, Hertz{1e8});
    EXPECT_NEAR(total_loss(behind).value, total_loss(fibre).value + 1, 1e-12);
    EXPECT_NEAR(behind.stray_light.value, 1000 * std::pow(10.0, -0.1) + 1e4, 1e-6);
}

TEST(OpticalSwitch, IsDarkWhileItMoves) {
    OpticalSwitch const device{Decibels{1}, SimDuration{20'000'000}, Decibels{50}};
    DecoyBb84Parameters p;
    p.post.block = 10'000;
    p.receiver.dark_counts = Hertz{0};
    auto const gathering = [&](OpticalSwitch const& s) {
        auto const block = simulate_decoy_bb84_block(p, after_switching(s), SimDuration{std::chrono::hours{1}},
                                                     Fidelity::block, 1, "link", 0);
        return seconds(block.gathering);
    };
    OpticalSwitch quick = device;
    quick.switching_time = SimDuration{0};
    EXPECT_NEAR(gathering(device) - gathering(quick), 0.020, 0.001); // the scatter of a block of 1e4 is 30 us
}

} // namespace
} // namespace qkdes
