// Signed advertisements in a world: the same service, dearer messages.
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using test::run_world;
using test::scenario;

std::uint64_t counted(RunSummary const& summary, std::string_view what) {
    for (auto const& [name, times] : summary.occurrences)
        if (name == what) return times;
    return 0;
}

// On a channel of 1 Mbit/s a signature takes 26 ms: requests behind it wait.
TEST(SignedNewsInAWorld, ChargeTheirBytesToTheChannels) {
    std::vector<std::string> const slow = {"/routing={ \"policy\": \"a-star\", \"advertise_every\": \"2 s\" }",
                                           "/links/1/classical/rate=\"1 Mbit/s\""};
    for (std::string const kem : {"real", "modelled"}) {
        auto bare = slow, with = slow;
        bare.push_back("/kem=" + kem);
        with.push_back("/kem=" + kem);
        with.push_back("/routing/signature=ml-dsa-65");
        auto const unsigned_run = run_world(scenario(test::kTwoIslands, bare), "bare.h5", 5);
        auto const signed_run = run_world(scenario(test::kTwoIslands, with), "signed.h5", 5);
        EXPECT_GT(counted(signed_run.summary, "routing.advertisement.made"), 40u);
        EXPECT_EQ(counted(signed_run.summary, "routing.advertisement.forged"), 0u);
        EXPECT_EQ(counted(signed_run.summary, "routing.advertisement.replayed"), 0u);
        EXPECT_GT(signed_run.served, 100u);
        EXPECT_EQ(signed_run.summary.violations, 0u);
        EXPECT_GT(signed_run.summary.demands[0].latency[1],
                  unsigned_run.summary.demands[0].latency[1] + std::chrono::milliseconds{5})
            << kem;
    }
}

} // namespace
} // namespace qkdes
