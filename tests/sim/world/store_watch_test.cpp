#include "sim/world/store_watch.hpp"

#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using std::chrono::seconds;

Scenario cut_at(int second) {
    return test::scenario(test::kTwoNodes, {R"(/faults/-={ "cut": "fibre", "plane": "quantum", "at": ")" +
                                            std::to_string(second) + R"( s" })"});
}

TEST(StoreWatch, SeesTheFirstEndThatHasNothingLeft) {
    StoreWatch watch{cut_at(10)};
    LinkId const link{0u};
    auto const at = [&](int second, std::uint64_t a, std::uint64_t b) {
        watch.sample(kSimStart + seconds{second}, link, false, {a, a + b, 10'000});
        watch.sample(kSimStart + seconds{second}, link, true, {b, a + b, 10'000});
    };
    at(1, 0, 0); // empty before anything went wrong
    at(5, 512, 256);
    at(10, 1024, 512); // the last look before the fault has an effect
    EXPECT_EQ(watch.report(link).at_fault, 1536u);
    at(11, 512, 512);
    EXPECT_FALSE(watch.report(link).emptied);
    at(14, 256, 0);
    at(15, 0, 0);
    EXPECT_EQ(watch.report(link).emptied, seconds{4});
    EXPECT_EQ(watch.report(link).at_fault, 1536u);
}

TEST(StoreWatch, AnEndThatHadNothingDoesNotRunDry) {
    StoreWatch watch{cut_at(10)};
    LinkId const link{0u};
    watch.sample(kSimStart + seconds{9}, link, true, {0, 512, 10'000});
    watch.sample(kSimStart + seconds{11}, link, true, {0, 512, 10'000});
    EXPECT_FALSE(watch.report(link).emptied);
}

TEST(StoreWatch, WithoutAFaultThereIsNothingToSay) {
    StoreWatch watch{test::scenario(test::kTwoNodes)};
    watch.sample(kSimStart + seconds{9}, LinkId{0u}, false, {512, 512, 10'000});
    EXPECT_FALSE(watch.report(LinkId{0u}).at_fault);
}

// 2560 units from the start and no more: drawn at 20 a second from the fault on, they last 128 s.
TEST(StoreWatch, AWorldTellsIt) {
    auto const scenario =
        test::scenario(test::kTwoNodes, {R"(/devices/lab={ "protocol": "stated", "rate": "0 bit/s" })",
                                         R"(/duration=200 s)", R"(/links/0/store/initial=655360 bit)",
                                         R"(/links/0/store/first_share=1)", R"(/demands/0/start=20 s)",
                                         R"(/demands/0/arrivals={ "bursts": { "requests": 20, "every": "1 s" } })",
                                         R"(/faults/-={ "cut": "fibre", "plane": "quantum", "at": "20 s" })"});
    auto const run = test::run_world(scenario, "store-watch.h5", 1);
    auto const& store = run.summary.service.stores.at(0);
    EXPECT_EQ(store.at_fault, 655360u);
    ASSERT_TRUE(store.emptied);
    EXPECT_GE(*store.emptied, seconds{127});
    EXPECT_LE(*store.emptied, seconds{129});
    ASSERT_EQ(run.summary.service.out_at_end.size(), 1u);
    EXPECT_EQ(run.summary.service.out_at_end[0], seconds{200 - 20 - 128});
}

} // namespace
} // namespace qkdes
