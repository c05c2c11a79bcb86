// The metrics under the names of HIP-0071, and the text that Prometheus scrapes, read by a parser of the format.
#include "sim/kme/agent/metrics.hpp"

#include "tests/sim/kme/agent_support.hpp"

#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace qkdes::agent {
namespace {

using std::chrono::seconds;
using test::at;
using test::TwoSites;

/// Values by name and labels; every line must be of the format, and a family's lines stand together.
std::map<std::string, double> scraped(std::string const& text) {
    static std::regex const comment{"# (HELP|TYPE) ([a-z_]+) .+"};
    static std::regex const sample{R"(([a-z_]+)\{((?:[a-z_]+="(?:[^"\\]|\\["\\n])*",?)*)\} (\S+))"};
    std::map<std::string, double> values;
    std::set<std::string> told;
    std::string family;
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        if (std::regex_match(line, match, comment)) {
            bool const once = match[1] != "HELP" || told.insert(match[2]).second;
            EXPECT_TRUE(once) << "in two places: " << line;
            family = match[2];
        } else if (std::regex_match(line, match, sample)) {
            EXPECT_TRUE(match[1].str().starts_with(family)) << line;
            std::string const name = match[1].str() + "{" + match[2].str() + "}";
            EXPECT_TRUE(values.emplace(name, std::stod(match[3])).second) << "twice: " << line;
        } else {
            ADD_FAILURE() << "not of the format: " << line;
        }
    }
    return values;
}

// Fails when a name of the document is missing or another one is told.
TEST(AgentMetrics, HasTheFourteenNamesOfHip0071) {
    std::set<std::string_view> names;
    for (auto const& family : metric_families())
        names.insert(family.name);
    std::set<std::string_view> const expected{"qkd_keys_generated_total",
                                              "qkd_key_bits_generated_total",
                                              "qkd_secure_key_rate_bps",
                                              "qkd_raw_key_rate_bps",
                                              "qkd_qber",
                                              "qkd_channel_loss_db",
                                              "qkd_photon_rate_hz",
                                              "qkd_visibility",
                                              "qkd_qber_threshold_exceeded_total",
                                              "qkd_key_generation_halted_total",
                                              "qkd_device_temperature_celsius",
                                              "qkd_device_uptime_seconds",
                                              "qkd_kms_key_push_total",
                                              "qkd_kms_key_push_latency_seconds"};
    EXPECT_EQ(names, expected);
}

TEST(AgentMetrics, SayWhatHasHappened) {
    AgentConfig config;
    config.rotation.every = seconds{600};
    TwoSites sites{config};
    sites.a->device.status.key_rate = BitsPerSecond{1200};
    sites.a->device.status.loss = Decibels{5.5};
    sites.qber(0.06);
    sites.clock.run_until(at(1300)); // warning: half the rate, keys at 0 and 600 or 1200
    sites.qber(0.09);
    sites.clock.run_until(at(1400));
    sites.a->store.refuse = true;
    sites.qber(0.01);
    sites.clock.run_until(at(1411));
    QkdAgent const* agents[] = {&sites.a->agent};
    auto const values = scraped(metrics_text(agents));
    auto const value = [&](std::string const& name, std::string const& more = "") {
        auto const found = values.find(name + "{link_id=\"hk-lk\"" + more + "}");
        return found == values.end() ? -1 : found->second;
    };
    double const keys = static_cast<double>(sites.a->agent.counts().keys);
    EXPECT_GE(keys, 3);
    EXPECT_EQ(value("qkd_keys_generated_total", R"(,protocol="bb84")"), keys);
    EXPECT_EQ(value("qkd_key_bits_generated_total"), 256 * keys);
    EXPECT_EQ(value("qkd_secure_key_rate_bps"), 1200);
    EXPECT_EQ(value("qkd_channel_loss_db"), 5.5);
    EXPECT_EQ(value("qkd_qber"), 0.01);
    EXPECT_EQ(value("qkd_qber_threshold_exceeded_total", R"(,severity="warning")"), 1);
    EXPECT_EQ(value("qkd_qber_threshold_exceeded_total", R"(,severity="critical")"), 1);
    EXPECT_EQ(value("qkd_key_generation_halted_total"), 1);
    EXPECT_EQ(value("qkd_kms_key_push_total", R"(,status="success")"), keys - 1);
    EXPECT_EQ(value("qkd_kms_key_push_total", R"(,status="failure")"), 1);
    EXPECT_EQ(value("qkd_kms_key_push_latency_seconds_count"), keys - 1);
    EXPECT_EQ(value("qkd_kms_key_push_latency_seconds_bucket", R"(,le="+Inf")"), keys - 1);
    EXPECT_EQ(value("qkd_kms_key_push_latency_seconds_bucket", R"(,le="0.01")"), 0);
    EXPECT_EQ(value("qkd_kms_key_push_latency_seconds_bucket", R"(,le="0.025")"), keys - 1) << "each took 20 ms";
    EXPECT_NEAR(value("qkd_kms_key_push_latency_seconds_sum"), 0.02 * (keys - 1), 1e-9);
    EXPECT_EQ(value("qkd_visibility"), -1) << "not measured, so not told";
    EXPECT_EQ(value("qkd_device_temperature_celsius"), -1);
    EXPECT_EQ(value("qkd_raw_key_rate_bps"), -1);
}

// Two agents of a site in one text, one with a name that needs escaping.
TEST(AgentMetrics, SeveralLinksShareAText) {
    AgentConfig config;
    config.link_id = "od\"d\\name\n";
    TwoSites odd{config}, plain;
    odd.clock.run_until(at(1));
    plain.clock.run_until(at(1));
    QkdAgent const* agents[] = {&odd.a->agent, &plain.a->agent};
    auto const values = scraped(metrics_text(agents));
    EXPECT_TRUE(values.contains(R"(qkd_key_generation_halted_total{link_id="od\"d\\name\n"})"));
    EXPECT_TRUE(values.contains(R"(qkd_key_generation_halted_total{link_id="hk-lk"})"));
}

} // namespace
} // namespace qkdes::agent
