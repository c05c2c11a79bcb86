// `qkdes link` and `qkdes reproduce` as a user meets them.
#include "tests/tools/run_binary.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace qkdes {
namespace {

using test::kScenarios;
using test::run;

nlohmann::json json_of(std::string const& arguments) {
    auto const ran = run(arguments + " --format json");
    EXPECT_EQ(ran.code, 0) << ran.out;
    auto json = nlohmann::json::parse(ran.out, nullptr, false);
    EXPECT_FALSE(json.is_discarded()) << ran.out;
    return json;
}

TEST(LinkCli, RatesAgainstDistance) {
    auto const points = json_of("link --preset bb84-metro --length 10km:120km:10km")["points"];
    ASSERT_EQ(points.size(), 12u);
    for (std::size_t i = 1; i < points.size(); ++i)
        EXPECT_LT(points[i]["secret_bps"], points[i - 1]["secret_bps"]) << "more loss never gives more key";
    for (auto const& p : points) {
        EXPECT_LE(p["secret_bps"], p["sifted_bps"]);
        EXPECT_NEAR(p["leaked"].get<double>() + p["verification"].get<double>() + p["amplification"].get<double>() +
                        p["secret"].get<double>() + p["revealed"].get<double>() + p["abandoned"].get<double>(),
                    1, 1e-9)
            << "every sifted bit is accounted for";
    }
}

TEST(LinkCli, BothFidelitiesTellTheSameStory) {
    // Of a device by name there is no object to set a key in: a file has one.
    std::ofstream{test::scratch("link.json")}
        << R"({ "device": { "extends": "bb84-metro", "block": "1e6 bits" }, "length": "20 km" })";
    auto const drawn = json_of("link link.json --blocks 60")["points"][0];
    auto const real = json_of("link link.json --blocks 60 --fidelity photon")["points"][0];
    EXPECT_NEAR(real["sifted_bps"].get<double>() / drawn["sifted_bps"].get<double>(), 1, 0.01);
    // Key of a block that gave some: whether one in seventy fails verification is not what this compares.
    auto const of_a_block = [](nlohmann::json const& p) {
        return p["secret_bps"].get<double>() * p["blocks"].get<double>() / p["blocks_with_key"].get<double>();
    };
    EXPECT_NEAR(of_a_block(real) / of_a_block(drawn), 1, 0.05);
    EXPECT_NEAR(real["qber_z"].get<double>(), drawn["qber_z"].get<double>(), 5e-4);
}

TEST(LinkCli, EveryPresetAndSheetMakesSomethingOrSaysNoKey) {
    for (auto const* name : {"bb84-metro", "bbm92", "e91", "cv-metro", "decoy-bb84-snspd", "toshiba-ld", "toshiba-mu",
                             "idq-cerberis-xg", "idq-clavis3", "qti-quell-xr", "luxquanta-nova-lq"}) {
        auto const point = json_of("link --preset " + std::string{name} + " --length 10km")["points"][0];
        EXPECT_EQ(point["outcome"], "key") << name;
    }
}

TEST(LinkCli, TakesALinkOfAScenario) {
    auto const points = json_of("link " + kScenarios + "two-islands.json --link vigo-santiago")["points"];
    ASSERT_EQ(points.size(), 1u);
    EXPECT_EQ(points[0]["length_km"], 75);
    auto const which = run("link " + kScenarios + "two-islands.json");
    EXPECT_EQ(which.code, 2);
    EXPECT_NE(which.out.find("derio-bilbao"), std::string::npos) << which.out;
}

TEST(LinkCli, CsvHasOneRowALength) {
    auto const ran = run("link --preset bbm92 --length 5km:15km:5km --format csv");
    EXPECT_EQ(ran.code, 0);
    EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 4) << ran.out;
    EXPECT_EQ(ran.out.rfind("length_km,loss_db,", 0), 0u);
}

TEST(LinkCli, MistakesAreExplained) {
    for (auto const& [arguments, what] : std::vector<std::pair<std::string, std::string>>{
             {"link", "either a file or a preset"},
             {"link --preset bb84-metor", "try: \"device\": \"bb84-metro\""},
             {"link --preset bbm92 --length 20", "is not a length"},
             {"link --preset bbm92 --length 20km:10km:1km", "is no range"},
             {"link absent.json", "cannot read this file"},
             {"reproduce boron-2018", "try: qkdes reproduce boaron-2018"}}) {
        auto const ran = run(arguments);
        EXPECT_NE(ran.code, 0) << arguments;
        EXPECT_NE(ran.out.find(what), std::string::npos) << arguments << "\n" << ran.out;
    }
}

TEST(ReproduceCli, OneByName) {
    auto const json = json_of("reproduce lodewyck-2007 zhang-2020");
    ASSERT_EQ(json.size(), 2u);
    EXPECT_EQ(json[0]["figures"][0]["verdict"], "ok");
    auto const text = run("reproduce nadlinger-2022");
    EXPECT_EQ(text.code, 0);
    EXPECT_NE(text.out.find("2 figures of 1 paper:"), std::string::npos) << text.out;
}

} // namespace
} // namespace qkdes
