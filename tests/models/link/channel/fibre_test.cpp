// Budgets of a fibre. Mutation that turns it red: a splice counted as a connector.
#include "models/link/channel/fibre.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

TEST(Fibre, LossIsTheSumOfItsParts) {
    FibreParameters fibre;
    fibre.length = Kilometres{50};
    fibre.attenuation = DecibelsPerKm{0.2};
    fibre.components = Decibels{1.5};
    EXPECT_DOUBLE_EQ(total_loss(fibre).value, 11.5);
    fibre.splices = 12;
    fibre.connectors = 4;
    EXPECT_NEAR(total_loss(fibre).value, 11.5 + 12 * 0.02 + 4 * 0.25, 1e-12);
    fibre.connector_loss = Decibels{0.5};
    EXPECT_NEAR(total_loss(fibre).value, 11.5 + 12 * 0.02 + 4 * 0.5, 1e-12);
}

} // namespace
} // namespace qkdes
