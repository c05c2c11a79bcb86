// Demands that speak ETSI GS QKD 014 to their nodes: the same network, the same keys, and refusals in its words.
#include "sim/kme/etsi014/errors.hpp"
#include "sim/record/reader.hpp"
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace qkdes {
namespace {

using test::run_world;
using test::scenario;

SummarySection refusals(test::WorldRun const& run) {
    for (auto const& section : run.summary.sections)
        if (section.name == "etsi_014_refusals") return section;
    ADD_FAILURE() << "no section";
    return {};
}

std::uint64_t times(SummarySection const& section, std::string const& method, double code, std::string const& text) {
    std::uint64_t sum = 0;
    for (auto const& row : section.rows)
        if (row[2].text == method && row[3].value == code && row[4].text == text)
            sum += static_cast<std::uint64_t>(row[5].value.value_or(0));
    return sum;
}

std::uint64_t of(test::WorldRun const& run, RequestOutcome outcome) {
    std::uint64_t sum = 0;
    for (auto const& demand : run.summary.demands)
        sum += demand.outcomes[static_cast<std::size_t>(outcome)];
    return sum;
}

// Fails when 014 loses, doubles or alters a key, or says another class of protection than the call does.
TEST(Etsi014InAWorld, GivesTheSameKeysAsTheCall) {
    auto const called = run_world(scenario(test::kTwoIslands), "called.h5", 5);
    auto const asked =
        run_world(scenario(test::kTwoIslands, {"/demands/0/api=014", "/demands/1/api=014"}), "asked.h5", 5);
    ASSERT_GT(called.served, 100u);
    EXPECT_EQ(asked.requests, called.requests);
    EXPECT_EQ(asked.served, called.served);
    EXPECT_EQ(asked.summary.keys_compared, called.summary.keys_compared);
    EXPECT_EQ(asked.summary.trace_hash, called.summary.trace_hash) << "JSON takes no simulated time of its own";
    for (std::size_t d = 0; d < 2; ++d) {
        EXPECT_EQ(asked.summary.demands[d].outcomes, called.summary.demands[d].outcomes);
        EXPECT_EQ(asked.summary.demands[d].classes, called.summary.demands[d].classes);
    }
    EXPECT_EQ(asked.summary.violations, 0u);
    for (auto const& section : called.summary.sections)
        EXPECT_NE(section.name, "etsi_014_refusals") << "nobody speaks 014 there";
}

// Fails when a refusal loses its reason on the way, or is not booked, or booked twice.
TEST(Etsi014InAWorld, RefusalsKeepTheirReasonAndTheirText) {
    auto const dry =
        run_world(scenario(test::kTwoNodes, {"/demands/0/api=014", "/devices/lab/block=\"4e6 bits\""}), "dry.h5", 5);
    ASSERT_GT(of(dry, RequestOutcome::no_key), 20u);
    EXPECT_EQ(times(refusals(dry), "enc_keys", 503, etsi014::kNoKey), of(dry, RequestOutcome::no_key));

    auto const greedy = run_world(
        scenario(test::kTwoNodes, {"/demands/0/api=014", "/applications/0/rate=\"1280 bit/s\""}), "greedy.h5", 5);
    ASSERT_GT(of(greedy, RequestOutcome::not_admitted), 20u);
    EXPECT_EQ(times(refusals(greedy), "enc_keys", 503, etsi014::kTooFast), of(greedy, RequestOutcome::not_admitted));

    auto const large =
        run_world(scenario(test::kTwoNodes, {"/demands/0/api=014", "/demands/0/key=\"8192 bit\""}), "large.h5", 5);
    EXPECT_EQ(of(large, RequestOutcome::refused), large.requests);
    EXPECT_EQ(times(refusals(large), "enc_keys", 400, etsi014::kOutOfRange), large.requests);
}

// An application that asks before the keys have arrived: released early, and told of them in no time.
TEST(Etsi014InAWorld, KeysThatHaveNotArrivedAreNotFoundYet) {
    auto const early =
        run_world(scenario(test::kTwoIslands, {"/demands/0/api=014", "/profile=kmstn-paper"}), "early.h5", 5);
    EXPECT_GT(times(refusals(early), "dec_keys", 400, etsi014::kKeysNotFound), 20u);
    EXPECT_GT(early.summary.demands[0].served, 50u);
    EXPECT_EQ(early.summary.violations, 0u);
}

TEST(Etsi014InAWorld, RefusalsAreRows) {
    auto const dry =
        run_world(scenario(test::kTwoNodes, {"/demands/0/api=014", "/devices/lab/block=\"4e6 bits\""}), "rows.h5", 5);
    auto reader = ResultsReader::open(dry.file);
    ASSERT_TRUE(reader.ok());
    auto const codes = reader->numbers("/refusals/code");
    ASSERT_TRUE(codes.ok());
    std::uint64_t said = 0;
    for (auto const& row : refusals(dry).rows)
        said += static_cast<std::uint64_t>(row[5].value.value_or(0));
    EXPECT_GT(said, 20u);
    EXPECT_EQ(codes->size(), said);
    EXPECT_EQ(std::count(codes->begin(), codes->end(), 503.0), static_cast<std::ptrdiff_t>(said));
}

} // namespace
} // namespace qkdes
