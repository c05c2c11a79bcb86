#include "sim/base/rng.hpp"
#include "sim/kme/unit_states.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace qkdes {
namespace {

// Against a state a byte, for blocks whose states stand in the block and for those that do not.
TEST(UnitStates, AreKeptUnitByUnit) {
    RngStream rng{5, "states"};
    for (std::size_t const units : {1u, 31u, 32u, 33u, 64u, 65u, 1000u}) {
        UnitStates states{units};
        std::vector<UnitState> expected(units, UnitState::free);
        for (int step = 0; step < 5000; ++step) {
            std::size_t const unit = rng.below(units);
            expected[unit] = static_cast<UnitState>(rng.below(4));
            states.set(unit, expected[unit]);
            std::size_t const other = rng.below(units);
            ASSERT_EQ(states[other], expected[other]) << units << " " << other;
        }
        for (std::size_t unit = 0; unit < units; ++unit)
            ASSERT_EQ(states[unit], expected[unit]) << units << " " << unit;
    }
}

TEST(UnitStates, MoveWithTheirBlock) {
    UnitStates few{3}, many{300};
    few.set(2, UnitState::drawn);
    many.set(299, UnitState::gone);
    UnitStates const moved_few = std::move(few), moved_many = std::move(many);
    EXPECT_EQ(moved_few[2], UnitState::drawn);
    EXPECT_EQ(moved_many[299], UnitState::gone);
}

} // namespace
} // namespace qkdes
