// The names of ETSI GS QKD 015 in a results file say what the summary says.
#include "sim/record/reader.hpp"
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

TEST(Etsi015, LinksAndApplicationsUnderItsNames) {
    auto const scenario =
        test::scenario(test::kTwoIslands, {"/applications/0/priority=3", "/applications/1/rate=\"40 kbit/s\""});
    auto const run = test::run_world(scenario, "015.h5", 5);
    auto reader = ResultsReader::open(run.file);
    ASSERT_TRUE(reader.ok());
    auto const column = [&](std::string const& path) {
        auto const values = reader->numbers(path);
        EXPECT_TRUE(values.ok()) << path;
        return values.ok() ? *values : std::vector<double>(2, -1);
    };
    auto const skr = column("/qkd_links/skr"), eskr = column("/qkd_links/eskr"), qber = column("/qkd_links/qber"),
               wanted = column("/qkd_links/expected_consumption"), loss = column("/qkd_links/phys_channel_att");
    ASSERT_EQ(skr.size(), 2u) << "the link without QKD has no row";
    for (std::size_t i = 0; i < 2; ++i) {
        LinkSummary const& link = run.summary.links[i];
        EXPECT_EQ(skr[i], link.skr);
        EXPECT_EQ(eskr[i], link.eskr);
        EXPECT_EQ(qber[i], link.qber);
        EXPECT_EQ(wanted[i], 2560.0) << "ten keys a second of demand 0 over both";
        EXPECT_EQ(loss[i], total_loss(scenario.links[link.link.index()].fibre).value);
        EXPECT_GT(skr[i], eskr[i]);
        EXPECT_GT(eskr[i], 0);
    }
    auto const consumed = column("/qkd_applications/consumed_bits");
    ASSERT_EQ(consumed.size(), 2u);
    EXPECT_EQ(consumed[0], 256.0 * static_cast<double>(run.summary.demands[0].served));
    EXPECT_EQ(consumed[1], 2 * 512.0 * static_cast<double>(run.summary.demands[1].served));
    EXPECT_EQ(column("/qkd_applications/app_priority"), (std::vector<double>{3, 0}));
    EXPECT_EQ(column("/qkd_applications/max_bandwidth"), (std::vector<double>{0, 40e3}));
}

} // namespace
} // namespace qkdes
