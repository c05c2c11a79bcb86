// What applications are told when the host they asked fails.
#include "sim/record/reader.hpp"
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

// Twenty requests a second to a host that serves ten: when it fails after 5 s some fifty wait. Fails when they are
// left open until their application gives up, or until the run ends.
TEST(HostFailure, RequestsThatWaitThereFailWithIt) {
    auto const run = test::run_world(
        test::scenario(test::kTwoNodes,
                       {R"(/nodes/0={ "id": "alice", "kms": { "processing": "100 ms" } })",
                        R"(/demands/0/timeout="1 h")", R"(/faults=[{ "at": "5 s", "for": "1 s", "down": "alice" }])"}),
        "failure.h5", 5);
    auto reader = ResultsReader::open(run.file);
    ASSERT_TRUE(reader.ok());
    auto const asked = reader->numbers("/requests/asked"), answered = reader->numbers("/requests/answered"),
               outcome = reader->numbers("/requests/outcome");
    ASSERT_TRUE(asked.ok() && answered.ok() && outcome.ok());
    std::size_t at_failure = 0;
    for (std::size_t i = 0; i < asked->size(); ++i) {
        if ((*asked)[i] >= 5e9) continue;
        auto const how = static_cast<RequestOutcome>(static_cast<std::uint8_t>((*outcome)[i]));
        EXPECT_NE(how, RequestOutcome::timeout);
        EXPECT_NE(how, RequestOutcome::unfinished) << "row " << i;
        if (how != RequestOutcome::node_down) continue;
        EXPECT_EQ((*asked)[i] + (*answered)[i], 5e9);
        ++at_failure;
    }
    EXPECT_GT(at_failure, 20u);
    EXPECT_EQ(run.summary.violations, 0u);
}

} // namespace
} // namespace qkdes
