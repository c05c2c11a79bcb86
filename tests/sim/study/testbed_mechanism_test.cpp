// What must happen when the testbed's inputs change. Each prediction is worked out here from queueing, from the link
// alone or from conservation before the network is run; none is fitted.
#include "sim/base/quantile.hpp"
#include "sim/study/key_rates.hpp"
#include "sim/study/replication.hpp"
#include "sim/study/testbed/pairs.hpp"
#include "sim/study/testbed/scenarios.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

namespace qkdes {
namespace {

/// The testbed with other demands, all links at block fidelity, servers without drift.
Scenario testbed(std::string const& demands, std::vector<std::string> more = {}) {
    auto const shipped = std::ranges::find(testbed_scenarios(), "pairs", &ShippedText::name);
    std::vector<std::string> overrides{"/demands=" + demands, "/links/2/fidelity=block", "/links/4/fidelity=block",
                                       "/links/6/fidelity=block"};
    for (int n = 0; n < 8; ++n)
        overrides.push_back("/nodes/" + std::to_string(n) + "/kms/vendor/drift=0");
    overrides.insert(overrides.end(), more.begin(), more.end());
    return test::scenario(shipped->text, overrides);
}

struct Measured {
    double median_ms = 0, mean_ms = 0, rate = 0; ///< of requests with a key; rate: mean of bits / latency
    double asked = 0, answered = 0, span_s = 0;  ///< first asked to last answered
};

Measured measure(Scenario const& scenario, std::size_t demand = 0) {
    AnswerLog log{scenario};
    (void)run_once(scenario, scenario.seed, &log);
    DemandSpec const& spec = scenario.demands[demand];
    std::vector<double> ms;
    Measured m;
    for (auto const& a : log.answers[demand]) {
        ++m.asked;
        if (a.has_key) ms.push_back(seconds(a.answered) * 1e3);
        m.span_s = seconds(a.asked + a.answered - log.answers[demand].front().asked);
    }
    m.answered = static_cast<double>(ms.size());
    m.median_ms = quantile_of(ms, .5);
    m.mean_ms = mean_estimate(ms).value;
    m.rate = rate_cell(log.answers[demand], static_cast<double>(spec.key_bits) * spec.number).mean;
    return m;
}

std::string back_to_back(char const* from, char const* to, std::string const& more) {
    return std::string{R"([{ "from": ")"} + from + R"(", "to": ")" + to + R"(", "start": "400 s", )" + more +
           R"("arrivals": { "closed_loop": { "clients": 1, "requests": 1000, "until": "answered" } } }])";
}

// Prediction: a request is one visit to the vendor's server, however long its key, so that latency stays and the rate
// goes with the length: 0.5 and 2 times that of 256 bit. Node 1's first hop takes a unit more in the same visit.
TEST(TestbedMechanism, LongerKeysTakeNoLonger) {
    std::string const stop = R"("stop": "650 s", )";
    auto const at = [&](char const* bits) {
        return measure(
            testbed(back_to_back("sae1", "sae5", stop + R"("key": ")" + bits + R"( bit", )"), {"/duration=700 s"}));
    };
    Measured const half = at("128"), usual = at("256"), twice = at("512");
    ASSERT_EQ(usual.answered, 1000);
    EXPECT_NEAR(half.median_ms / usual.median_ms, 1, .005);
    EXPECT_NEAR(twice.median_ms / usual.median_ms, 1, .005);
    EXPECT_NEAR(half.rate / usual.rate, .5, .01);
    EXPECT_NEAR(twice.rate / usual.rate, 2, .04);
}

// Prediction: ten keys come with one visit: the same latency, ten times the rate, while the buffer lasts.
TEST(TestbedMechanism, TenKeysTakeOneVisit) {
    auto const at = [&](char const* number) {
        return measure(
            testbed(back_to_back("sae3", "sae1", std::string{R"("stop": "550 s", "number": )"} + number + ", "),
                    {"/duration=600 s"}));
    };
    Measured const one = at("1"), ten = at("10");
    EXPECT_NEAR(ten.median_ms / one.median_ms, 1, .03);
    EXPECT_NEAR(ten.rate / one.rate, 10, .5);
}

// Prediction, a closed network with one server and no thinking (Little): with c clients the mean latency is c times the
// mean service time, and the throughput 1 / service time whatever c is.
TEST(TestbedMechanism, LatencyGrowsWithConcurrencyAndThroughputDoesNot) {
    Measured const alone = measure(testbed(
        R"([{ "from": "sae8", "to": "sae7", "start": "100 s", "stop": "400 s", "arrivals": { "closed_loop": { "clients": 1, "until": "answered" } } }])",
        {"/duration=500 s"}));
    double const throughput = alone.answered / alone.span_s;
    for (int const clients : {2, 8, 32}) {
        Measured const many = measure(testbed(
            R"([{ "from": "sae8", "to": "sae7", "start": "100 s", "stop": "400 s", "arrivals": { "closed_loop": { "clients": )" +
                std::to_string(clients) + R"(, "until": "answered" } } }])",
            {"/duration=500 s"}));
        EXPECT_NEAR(many.mean_ms / (alone.mean_ms * clients), 1, .05) << clients; // the last ones find less of a queue
        EXPECT_NEAR(many.answered / many.span_s / throughput, 1, .03) << clients;
        EXPECT_NEAR(many.rate * clients / alone.rate, 1, clients == 2 ? .08 : .25) << clients; // E(1/t) feels the start
    }
}

/// Nodes 4, 5 and 6 alone, with large buffers that refuse when they are empty: the continuous-variable link's megabits
/// are not needed here.
Scenario three_nodes(nlohmann::json demands, char const* more_loss, char const* duration) {
    auto const shipped = std::ranges::find(testbed_scenarios(), "pairs", &ShippedText::name);
    auto json = nlohmann::json::parse(shipped->text);
    auto const keep = [&](char const* list, std::set<std::string> const& ids) {
        nlohmann::json kept = nlohmann::json::array();
        for (auto const& each : json[list])
            if (ids.contains(each["id"].get<std::string>())) kept.push_back(each);
        json[list] = kept;
    };
    keep("nodes", {"kmstn4", "kmstn5", "kmstn6"});
    keep("links", {"vigo-santiago", "cesga"});
    keep("applications", {"sae4", "sae5", "sae6"});
    for (auto& node : json["nodes"]) {
        node["kms"]["vendor"]["drift"] = 0;
        node["kms"]["vendor"]["buffer"] = "1 Gbit";
        node["kms"]["store_capacity"] = "1 Gbit";
    }
    json["links"][1]["fidelity"] = "block";
    json["links"][1]["components_loss"] = more_loss;
    json["demands"] = std::move(demands);
    json["duration"] = duration;
    return test::scenario(json.dump());
}

/// Four keys a request at node 5, as fast as they come, towards node 4 (no QKD on that hop: four units a request).
nlohmann::json thirsty() {
    return nlohmann::json::parse(
        R"([{ "from": "sae5", "to": "sae4", "number": 4, "start": "3 h", "arrivals": { "closed_loop": { "clients": 1, "until": "answered" } } }])");
}
constexpr double kAsked = 4 * 256 / .737; ///< bit/s: four keys in every visit of 737 ms on average

/// Secret key that the link between nodes 5 and 6 makes by itself, bit/s.
double link_rate(char const* more_loss) {
    Scenario const scenario = three_nodes(
        nlohmann::json::parse(R"([{ "from": "sae5", "to": "sae4", "arrivals": { "poisson": "0.0001 /s" } }])"),
        more_loss, "100 h");
    RunSummary const summary = run_once(scenario, 77);
    return summary.links.front().skr;
}

// Prediction: without more loss the link makes more than is asked, and nobody is refused.
TEST(TestbedMechanism, TheLinkAsItIsKeepsUp) {
    ASSERT_GT(link_rate("0 dB"), kAsked);
    Measured const calm = measure(three_nodes(thirsty(), "0 dB", "8 h"));
    EXPECT_GT(calm.asked, 20'000);
    EXPECT_LE(calm.asked - calm.answered, 1) << "the last one may be open at the end";
}

// Prediction: with 3 dB more the link makes no key in blocks of this size. From the moment of the loss on, node 5 hands
// out what its half of the buffer holds, every unit once, and refuses from then on.
TEST(TestbedMechanism, ThreeDecibelsMoreRunTheBufferDry) {
    ASSERT_EQ(link_rate("3 dB"), 0);
    auto json = nlohmann::json::parse(three_nodes(thirsty(), "0 dB", "9 h").text);
    json["faults"] =
        nlohmann::json::parse(R"([{ "at": "3 h", "for": "6 h", "attenuate": "cesga", "extra_loss": "3 dB" }])");
    Scenario const scenario = test::scenario(json.dump());
    AnswerLog log{scenario};
    (void)run_once(scenario, scenario.seed, &log);
    double units = 0, answered = 0, before_first_refusal = 0, refused = 0;
    for (auto const& burst : log.bursts)
        units += static_cast<double>(burst.for_a) / 256;
    for (auto const& a : log.answers[0]) {
        answered += a.has_key ? 1 : 0;
        refused += a.has_key ? 0 : 1;
        before_first_refusal += refused > 0 ? 0 : 1;
    }
    EXPECT_GT(refused, 1000);
    EXPECT_EQ(std::floor(units / 4), answered);
    EXPECT_EQ(before_first_refusal, answered) << "once empty, always empty";
}

// Prediction: between the two, the share served is supply / demand once the idle half of node 6 holds as much as a
// block gives: nothing more goes there then.
TEST(TestbedMechanism, WhatIsServedIsWhatTheLinkMakes) {
    double const supply = link_rate("1.2 dB");
    ASSERT_GT(supply, 0);
    Scenario const scenario = three_nodes(thirsty(), "1.2 dB", "120 h");
    AnswerLog log{scenario};
    (void)run_once(scenario, scenario.seed, &log);
    double asked = 0, answered = 0;
    SimTime const from = kSimStart + std::chrono::hours{20};
    for (auto const& a : log.answers[0]) {
        if (a.asked < from) continue;
        ++asked;
        answered += a.has_key ? 1 : 0;
    }
    double const predicted = supply * 100 * 3600 / (asked * 4 * 256);
    ASSERT_LT(predicted, .9);
    EXPECT_NEAR(answered / asked / predicted, 1, .05) << predicted;
}

} // namespace
} // namespace qkdes
