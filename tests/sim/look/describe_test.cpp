// The document says what the file says; partial and broken files end in a document that says so, or in a message.
#include "sim/look/report/describe.hpp"
#include "sim/scenario/load.hpp"
#include "tests/sim/record/fixture.hpp"
#include "tests/support/results_file.hpp"
#include "tests/support/run_world.hpp"

#include <nlohmann/json.hpp>

#include <numeric>

namespace qkdes::look {
namespace {

using Json = nlohmann::ordered_json;

std::filesystem::path const& islands() {
    static std::filesystem::path const file = [] {
        auto const loaded = load_scenario(QKDES_SOURCE_DIR "/scenarios/two-islands.json",
                                          std::vector<std::string>{"/duration=\"75 min\"", "/kem=modelled"});
        EXPECT_TRUE(loaded.ok());
        return test::run_world(*loaded.scenario, "islands.h5", 7).file;
    }();
    return file;
}

double sum(Json const& values) {
    double total = 0;
    for (auto const& v : values)
        total += v.is_number() ? v.get<double>() : 0;
    return total;
}

TEST(Describe, CountsWhatTheFileHolds) {
    auto const found = describe(islands());
    ASSERT_TRUE(found.ok());
    Json const& d = *found;
    test::ResultsFile file{islands()};
    EXPECT_EQ(d["kind"], "run");
    EXPECT_EQ(d["name"], "two islands");
    EXPECT_EQ(d["seed"], "7");
    EXPECT_TRUE(d["complete"].get<bool>());
    EXPECT_EQ(d["end"], 4500);
    EXPECT_TRUE(d["thinned"].empty()) << d["thinned"];

    auto const demand = file.numbers<std::uint32_t>("/requests/demand");
    auto const outcome = file.numbers<std::uint8_t>("/requests/outcome");
    auto const complete = file.numbers<std::int64_t>("/requests/complete");
    double by_frame = 0, by_demand = 0;
    for (std::size_t o = 0; o < d["requests"]["outcomes"].size(); ++o) {
        auto const all = static_cast<double>(std::ranges::count(outcome, o));
        EXPECT_EQ(sum(d["requests"]["by_frame"][o]), all);
        by_frame += all;
        for (std::size_t k = 0; k < 3; ++k)
            by_demand += d["requests"]["demands"][k]["outcomes"][o].get<double>();
    }
    EXPECT_EQ(by_frame, static_cast<double>(demand.size()));
    EXPECT_EQ(by_demand, static_cast<double>(demand.size()));
    auto const refused = static_cast<std::size_t>(std::ranges::count_if(outcome, [](auto o) { return o != 0; }));
    EXPECT_GT(refused, 50u) << "the cut must show";
    EXPECT_EQ(d["requests"]["refused"], refused);
    EXPECT_EQ(d["requests"]["refusals"].size(), refused);
    double failed = 0, asked = 0;
    for (auto const& node : d["replay"]["failed"])
        failed += sum(node);
    for (auto const& node : d["replay"]["asked"])
        asked += sum(node);
    EXPECT_EQ(failed, static_cast<double>(refused));
    EXPECT_EQ(asked, static_cast<double>(demand.size()));

    for (std::uint32_t k = 0; k < 3; ++k) {
        std::vector<double> times;
        for (std::size_t i = 0; i < demand.size(); ++i)
            if (demand[i] == k && outcome[i] == 0) times.push_back(static_cast<double>(complete[i]) / 1e9);
        std::ranges::sort(times);
        auto const& latency = d["requests"]["demands"][k]["latency"];
        double counted = 0;
        for (auto const& bin : latency["bins"])
            counted += bin[1].get<double>();
        EXPECT_EQ(counted, static_cast<double>(times.size()));
        auto const nth = [&](double q) {
            return times[static_cast<std::size_t>(std::ceil(q * static_cast<double>(times.size()))) - 1];
        };
        EXPECT_NEAR(latency["p50"].get<double>(), nth(0.5), 1e-3 * nth(0.5));
        EXPECT_NEAR(latency["p99"].get<double>(), nth(0.99), 1e-3 * nth(0.99));
        EXPECT_NEAR(latency["max"].get<double>(), times.back(), 1e-3 * times.back());
    }
}

TEST(Describe, TheReplayIsTheRunCutInPieces) {
    auto const found = describe(islands());
    ASSERT_TRUE(found.ok());
    Json const& d = *found;
    test::ResultsFile file{islands()};
    auto const secret = file.numbers<std::uint64_t>("/blocks/secret");
    auto const link = file.numbers<std::uint32_t>("/blocks/link");
    auto const units = file.numbers<std::uint32_t>("/relays/units");
    auto const over = file.numbers<std::uint32_t>("/relays/link");
    for (std::size_t l = 0; l < 3; ++l) {
        double made = 0, used = 0;
        for (std::size_t i = 0; i < secret.size(); ++i)
            if (link[i] == l) made += static_cast<double>(secret[i]);
        for (std::size_t i = 0; i < units.size(); ++i)
            if (over[i] == l) used += 256.0 * units[i];
        EXPECT_EQ(sum(d["replay"]["made"][l]), made) << l;
        EXPECT_EQ(sum(d["replay"]["used"][l]), used) << l;
        EXPECT_EQ(d["replay"]["made"][l].is_null(), made == 0);
    }
    // A store's level in a frame is the last sample in it.
    auto const at = file.numbers<std::int64_t>("/stores/at");
    auto const held = file.numbers<std::uint64_t>("/stores/held");
    auto const node = file.numbers<std::uint32_t>("/stores/node");
    double const width = d["frames"]["width"].get<double>() * 1e9;
    std::size_t checked = 0;
    for (std::size_t i = 0; i < at.size(); ++i) {
        if (node[i] != 0) continue;
        auto const frame = std::min(static_cast<std::size_t>(static_cast<double>(at[i]) / width),
                                    d["frames"]["count"].get<std::size_t>() - 1);
        bool last = true;
        for (std::size_t j = i + 1; j < at.size() && last; ++j)
            last = node[j] != 0 || (frame + 1 < d["frames"]["count"].get<std::size_t>() &&
                                    static_cast<double>(at[j]) >= width * static_cast<double>(frame + 1));
        if (!last) continue;
        EXPECT_EQ(d["replay"]["held"][0][frame].get<double>(), static_cast<double>(held[i])) << frame;
        ++checked;
    }
    EXPECT_GT(checked, 100u);
    EXPECT_EQ(d["faults"].size(), 1u);
    EXPECT_EQ(d["faults"][0]["kind"], "cut");
    EXPECT_EQ(d["faults"][0]["begin"], 2700);
    EXPECT_EQ(d["faults"][0]["link"], 0);
    EXPECT_EQ(d["layout"]["kind"], "geographic");
}

TEST(Describe, SmallLimitsThinOutAndSaySo) {
    Limits limits;
    limits.link_points = 60;
    limits.pool_points = 80;
    limits.table_rows = 10;
    auto const found = describe(islands(), limits);
    ASSERT_TRUE(found.ok());
    Json const& d = *found;
    auto const whole = describe(islands());
    auto const most = [](Json const& values) {
        double high = 0;
        for (auto const& v : values)
            high = std::max(high, v.is_number() ? v.get<double>() : 0);
        return high;
    };
    for (std::size_t l : {0u, 2u}) {
        EXPECT_LE(d["link_series"][l]["t"].size(), 60u);
        EXPECT_GT((*whole)["link_series"][l]["t"].size(), 60u);
        EXPECT_EQ(most(d["link_series"][l]["rate"]), most((*whole)["link_series"][l]["rate"]));
        EXPECT_EQ(most(d["pools"][2 * l]["held"]), most((*whole)["pools"][2 * l]["held"]));
    }
    EXPECT_EQ(d["requests"]["refusals"].size(), 10u);
    EXPECT_EQ(d["requests"]["refused"], (*whole)["requests"]["refused"]);
    EXPECT_EQ(d["requests"]["by_frame"], (*whole)["requests"]["by_frame"]) << "charts count all";
    std::string const said = d["thinned"].dump();
    for (char const* what : {"Key rate and error rate over time show", "Key stores over time show",
                             "The table of refusals lists the first 10 of"})
        EXPECT_NE(said.find(what), std::string::npos) << said;
}

class DescribeFile : public test::RecordTest {};

TEST_F(DescribeFile, APartialFileIsShownAsFarAsItGoes) {
    auto recorder = Recorder::open(folder / "cut.h5", test::sample_manifest());
    Table& nodes = recorder->add({"/nodes", "Nodes.", {Column::text("id", "name")}});
    nodes.append("a");
    Table& requests = recorder->add(
        {"/requests",
         "Requests.",
         {Column::u32("demand", "index", "of"), Column::time("asked", "when"),
          Column::enumeration("outcome", {"served", "blocked"}, "how"), Column::duration("answered", "after"),
          Column::duration("complete", "after"), Column::enumeration("security", {"its"}, "class")}});
    for (int i = 0; i < 10; ++i)
        requests.append(7, SimTime{std::chrono::seconds{i}}, test::Ending::served, SimDuration{1}, SimDuration{1},
                        test::Ending::served);
    auto const path = recorder->finish(Outcome::partial("interrupted by the user"));
    ASSERT_TRUE(path.ok());
    auto const found = describe(*path);
    ASSERT_TRUE(found.ok()) << to_string(found.error());
    EXPECT_FALSE((*found)["complete"].get<bool>());
    EXPECT_EQ((*found)["reason"], "interrupted by the user");
    EXPECT_EQ((*found)["end"], 9) << "as far as it was recorded";
    EXPECT_EQ((*found)["requests"]["total"], 10) << "of a demand that is not there";
}

TEST_F(DescribeFile, WhatIsNoResultsFileIsNamed) {
    EXPECT_FALSE(describe(folder / "none.h5").ok());
    EXPECT_FALSE(describe(folder).ok());
    std::string const bytes = test::read_bytes(islands());
    auto const cut = [&](std::size_t n) {
        std::ofstream{folder / "cut.h5", std::ios::binary} << bytes.substr(0, n);
        return describe(folder / "cut.h5");
    };
    for (std::size_t const n : {std::size_t{0}, std::size_t{7}, std::size_t{100}, bytes.size() / 3, bytes.size() - 1}) {
        auto const found = cut(n);
        ASSERT_FALSE(found.ok()) << n;
        EXPECT_NE(to_string(found.error()).find("try:"), std::string::npos);
    }
    ASSERT_TRUE(cut(bytes.size()).ok());
}

} // namespace
} // namespace qkdes::look
