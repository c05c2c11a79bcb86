// Faults inside the node code, switched by a scenario: they strike where and when they are told to, and whatever they
// do, the books stay right.
#include "tests/sim/world/adversary_support.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

std::uint64_t counted(test::WorldRun const& run, std::string_view what) {
    for (auto const& [name, count] : run.summary.occurrences)
        if (name == what) return count;
    return 0;
}

constexpr char kQuickly[] = R"("kms": { "relay_timeout": "2 s" },)";

test::WorldRun misbehaving(std::string const& how, std::string const& node, std::string const& from = "5 s",
                           std::string const& lasting = "10 s") {
    std::string const fault = fmt::format(
        R"( "faults": [ {{ "at": "{}", "for": "{}", "misbehave": "{}", "how": "{}", "probability": 0.5 }} ],)", from,
        lasting, node, how);
    auto const run =
        test::run_world(test::watched({"", "modelled", "etsi-020", kQuickly + fault}), "misbehave-" + how + ".h5", 5);
    EXPECT_EQ(run.summary.violations, 0u)
        << how << (run.summary.violation_messages.empty() ? "" : run.summary.violation_messages.front());
    return run;
}

TEST(Misbehave, EachFaultPointStrikesAndLeavesItsTrace) {
    auto const calm = test::run_world(test::watched({"", "modelled", "etsi-020", kQuickly}), "misbehave-calm.h5", 5);
    EXPECT_EQ(counted(calm, "ack.retry") + counted(calm, "relay.retry"), 0u);
    EXPECT_GT(calm.served, calm.requests * 98 / 100); // the first ask before there is key

    auto const dropped = misbehaving("drop-ack", "bob");
    EXPECT_GT(counted(dropped, "ack.retry"), 20u);
    EXPECT_GT(dropped.served, dropped.requests * 9 / 10); // repeats ask again
    auto const twice = misbehaving("duplicate", "bob");
    EXPECT_GT(counted(twice, "message.duplicate"), counted(calm, "message.duplicate") + 50);
    EXPECT_EQ(twice.served, calm.served);
    auto const slow = misbehaving("slow-disk", "carol");
    EXPECT_LT(calm.summary.demands[1].latency[2], std::chrono::milliseconds{100});
    EXPECT_GT(slow.summary.demands[1].latency[2], std::chrono::milliseconds{900}); // half a relay timeout
    EXPECT_EQ(slow.served, calm.served);
    auto const crash = misbehaving("crash-before-ack", "carol");
    EXPECT_LT(crash.summary.demands[1].served, calm.summary.demands[1].served * 8 / 10);
    EXPECT_EQ(crash.summary.demands[0].served, calm.summary.demands[0].served); // others are not concerned
    auto const reordered = misbehaving("reorder", "bob");
    EXPECT_NE(reordered.summary.trace_hash, calm.summary.trace_hash);
    EXPECT_GT(reordered.summary.demands[1].latency[2], calm.summary.demands[1].latency[2]);
    EXPECT_GT(reordered.served, calm.served * 9 / 10);
}

TEST(Misbehave, StrikesOnlyInItsTime) {
    auto const brief = misbehaving("drop-ack", "bob", "5 s", "1 s"), during = misbehaving("drop-ack", "bob");
    EXPECT_GT(counted(brief, "ack.retry"), 0u);
    EXPECT_LT(counted(brief, "ack.retry"), counted(during, "ack.retry") / 3);
}

} // namespace
} // namespace qkdes
