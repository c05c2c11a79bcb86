// Data sheets: the shipped ones load and every value in them has its provenance; one without does not load, and the
// message stands at the place in the sheet.
#include "sim/scenario/device_sheet.hpp"

#include "sim/scenario/load.hpp"
#include "tests/sim/scenario/files.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>

namespace qkdes {
namespace {

std::string told_by(std::string const& sheet) { return format_diagnostics(read_sheet(sheet, "sheet.json")->problems); }

std::string with_entry(std::string const& entry) {
    return R"({ "name": "n", "vendor": "v", "kind": "device", "protocol": "bb84", "values": { "clock": )" + entry +
           " } }";
}

TEST(DeviceSheets, ShippedOnesAreLinksThatRun) {
    std::set<std::string_view> devices;
    for (auto const& shipped : shipped_sheets()) {
        auto const sheet = read_sheet(std::string{shipped.text}, shipped.name);
        EXPECT_TRUE(sheet->problems.empty()) << format_diagnostics(sheet->problems);
        ASSERT_NE(sheet->object, nullptr) << shipped.name;
        if (sheet->detector) continue;
        auto const loaded =
            load_link_text(nlohmann::json{{"device", shipped.name}, {"length", "10 km"}}.dump(), shipped.name);
        EXPECT_TRUE(loaded.ok()) << format_diagnostics(loaded.diagnostics);
        devices.insert(shipped.name);
    }
    for (auto const* name :
         {"qti-quell-xr", "idq-clavis3", "idq-cerberis-xg", "luxquanta-nova-lq", "toshiba-ld", "toshiba-mu"})
        EXPECT_TRUE(devices.contains(name)) << name;
}

TEST(DeviceSheets, ValuesReachTheDevice) {
    for (auto const& shipped : shipped_sheets()) {
        auto const json = nlohmann::json::parse(shipped.text);
        if (json["kind"] != "device" || json["protocol"] != "bb84") continue;
        auto const loaded =
            load_link_text(nlohmann::json{{"device", shipped.name}, {"length", "10 km"}}.dump(), shipped.name);
        ASSERT_TRUE(loaded.ok());
        auto const& p = std::get<DecoyBb84Parameters>(loaded.link->parameters);
        if (json["values"].contains("intensities")) {
            EXPECT_EQ(p.source.intensities, json["values"]["intensities"]["value"].get<std::vector<double>>());
        }
        if (json["values"].contains("detector.efficiency")) {
            EXPECT_EQ(p.receiver.efficiency, json["values"]["detector.efficiency"]["value"].get<double>());
        }
    }
}

TEST(DeviceSheets, AValueWithoutProvenanceDoesNotLoad) {
    std::string const whole = R"({ "value": "1 GHz", "source": "s", "date": "2023-05", "status": "datasheet" })";
    EXPECT_EQ(told_by(with_entry(whole)), "");
    for (auto const& [entry, complaint] : std::vector<std::pair<std::string, std::string>>{
             {R"({ "value": "1 GHz", "date": "2023-05", "status": "datasheet" })", "\"source\" is missing"},
             {R"({ "value": "1 GHz", "source": "", "date": "2023-05", "status": "datasheet" })", "\"source\" is empty"},
             {R"({ "value": "1 GHz", "source": "s", "status": "datasheet" })", "\"date\" is missing"},
             {R"({ "value": "1 GHz", "source": "s", "date": "May", "status": "datasheet" })", "\"May\" is not a date"},
             {R"({ "value": "1 GHz", "source": "s", "date": "2023-05" })", "\"status\" is missing"},
             {R"({ "value": "1 GHz", "source": "s", "date": "2023-05", "status": "sure" })", "\"sure\""},
             {R"({ "source": "s", "date": "2023-05", "status": "datasheet" })", "\"value\" is missing"},
             {R"("1 GHz")", "\"1 GHz\""}}) {
        auto const sheet = read_sheet(with_entry(entry), "sheet.json");
        EXPECT_EQ(sheet->object, nullptr) << entry;
        EXPECT_NE(format_diagnostics(sheet->problems).find(complaint), std::string::npos)
            << format_diagnostics(sheet->problems);
    }
}

TEST(DeviceSheets, OnesOwnStandBesideTheScenario) {
    auto const folder = std::filesystem::path{testing::TempDir()} / "own-sheet";
    std::filesystem::create_directories(folder);
    test::write_file(folder / "mine.json",
                     with_entry(R"({ "value": "2 GHz", "source": "s", "date": "2023", "status": "measured" })"));
    test::write_file(folder / "broken.json", with_entry(R"({ "value": "2 GHz" })"));
    test::write_file(folder / "wrong.json",
                     with_entry(R"({ "value": "2 km", "source": "s", "date": "2023", "status": "measured" })"));
    auto const link = [&](std::string const& sheet) {
        auto const file = folder / "link.json";
        test::write_file(file, R"({ "device": { "extends": ")" + sheet + R"(" }, "length": "5 km" })");
        return load_link(file);
    };
    auto const mine = link("mine.json");
    ASSERT_TRUE(mine.ok()) << format_diagnostics(mine.diagnostics);
    EXPECT_EQ(std::get<DecoyBb84Parameters>(mine.link->parameters).source.clock, Hertz{2e9});
    auto const told = [&](std::string const& sheet) {
        auto const loaded = link(sheet);
        EXPECT_FALSE(loaded.ok());
        return format_diagnostics(loaded.diagnostics);
    };
    EXPECT_NE(told("broken.json").find("broken.json:1"), std::string::npos) << told("broken.json");
    EXPECT_NE(told("wrong.json").find("2 km"), std::string::npos) << told("wrong.json");
    EXPECT_NE(told("absent.json").find("cannot read"), std::string::npos) << told("absent.json");
    EXPECT_NE(told("detector-snspd").find("describes a detector"), std::string::npos) << told("detector-snspd");
}

TEST(DeviceSheets, DetectorsAreWhatADetectorCanBe) {
    for (auto const* detector : {R"("detector-snspd")", R"({ "extends": "detector-snspd", "dark_counts": "7 Hz" })"}) {
        auto const loaded = load_link_text(
            std::string{R"({ "length": "5 km", "device": { "clock": "10 GHz", "detector": )"} + detector + " } }",
            "link");
        ASSERT_TRUE(loaded.ok()) << format_diagnostics(loaded.diagnostics);
        auto const& receiver = std::get<DecoyBb84Parameters>(loaded.link->parameters).receiver;
        EXPECT_EQ(receiver.efficiency, 0.92);
        EXPECT_EQ(receiver.dead_time, std::chrono::nanoseconds{7});
        EXPECT_EQ(receiver.dark_counts, Hertz{detector[0] == '{' ? 7.0 : 130.0});
        EXPECT_EQ(receiver.gate_ps, 100) << "200 ps, but at most a clock period";
    }
    auto const told = format_diagnostics(
        load_link_text(R"({ "length": "5 km", "device": { "detector": "toshiba-ld" } })", "link").diagnostics);
    EXPECT_NE(told.find("detector-snspd"), std::string::npos) << told;
}

} // namespace
} // namespace qkdes
