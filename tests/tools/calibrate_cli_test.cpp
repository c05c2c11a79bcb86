// qkdes calibrate, as a user with a stopwatch meets it.
#include "sim/base/distributions.hpp"
#include "tests/support/run_world.hpp"
#include "tests/tools/run_binary.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>

namespace qkdes {
namespace {

using test::run;
using test::scratch;

TEST(CalibrateCli, RequestsOfTwoNodesAndThreeRuns) {
    {
        std::ofstream file{scratch("requests.csv")};
        file << "# stopwatch\nrun,latency_ms,node\r\n";
        RngStream rng{1, "stopwatch"};
        for (int r = 0; r < 3; ++r)
            for (int i = 0; i < 2000; ++i) {
                file << r << ',' << 100 * std::exp(0.1 * sample_normal(rng)) * (1 + 0.1 * r) << ",north\n";
                double const t = 300 * std::exp(0.05 * sample_normal(rng));
                file << r << ',' << (rng.bernoulli(0.1) ? t + 500 * sample_exponential(rng) : t) << ",south\n";
            }
    }
    auto const ran = run("calibrate requests.csv --format json");
    EXPECT_EQ(ran.code, 0) << ran.out;
    auto const json = nlohmann::json::parse(ran.out, nullptr, false);
    ASSERT_EQ(json.size(), 2u) << ran.out;
    EXPECT_EQ(json[0]["node"], "north");
    EXPECT_EQ(json[0]["requests"], 6000);
    EXPECT_NEAR(json[0]["vendor"]["drift"].get<double>(), 0.095, 0.02); // of ln 1, 1.1, 1.2
    EXPECT_NEAR(json[1]["vendor"]["spread"].get<double>(), 0.05, 0.01);
    EXPECT_NEAR(json[1]["vendor"]["stall"].get<double>(), 0.1, 0.04);
    EXPECT_LT(json[1]["vendor"]["drift"].get<double>(), 0.01);
}

// What it prints goes into a scenario as it is: the server's time is less by what is not the server's.
TEST(CalibrateCli, TakesTheOverheadOff) {
    std::ofstream(scratch("table.csv")) << "kmstn,jitter_median_ms,jitter_p95_ms,rollstd_p95_ms,latency_median_ms\n"
                                           "5,52.931,359.525,226.620,704.282\n";
    auto const bare = nlohmann::json::parse(run("calibrate table.csv --format json").out, nullptr, false);
    auto const less = nlohmann::json::parse(run("calibrate table.csv --overhead 20 --format json").out, nullptr, false);
    double const a = std::stod(bare[0]["vendor"]["latency"].get<std::string>()),
                 b = std::stod(less[0]["vendor"]["latency"].get<std::string>());
    EXPECT_NEAR(a - b, 20, 0.2);
    EXPECT_FALSE(bare[0]["vendor"].contains("drift")); // one table does not tell
    EXPECT_EQ(run("calibrate table.csv --overhead 700").code, 2);
}

TEST(CalibrateCli, BadFilesNameTheLine) {
    std::pair<char const*, char const*> const files[] = {
        {"", ":0:"},
        {"a,b\n1,2\n", ":1:"},
        {"node,latency_ms\n", ":1:"},
        {"node,latency_ms\nx,12\nx,fast\n", ":3:"},
        {"node,latency_ms\nx,12\nx,-1\n", ":3:"},
        {"node,latency_ms\nx,12\nx\n", ":3:"},
        {"node,latency_ms\nx,1e999\n", ":2:"},
        {"node,latency_ms\nx,12\n\nx,13\n", "at least 20"},
    };
    for (auto const& [text, place] : files) {
        std::ofstream(scratch("bad.csv")) << text;
        auto const ran = run("calibrate bad.csv");
        EXPECT_EQ(ran.code, 2) << text << ran.out;
        EXPECT_NE(ran.out.find(place), std::string::npos) << text << ran.out;
        EXPECT_NE(ran.out.find("try:"), std::string::npos) << ran.out;
    }
    EXPECT_EQ(run("calibrate none.csv").code, 4);
}

} // namespace
} // namespace qkdes
