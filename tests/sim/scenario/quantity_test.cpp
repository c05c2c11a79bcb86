// Every unit of every family against its definition, and what is not a quantity. Fails when a factor is wrong or a unit
// is missing: the table below is written from the definitions, not from the code.
#include "sim/scenario/quantity.hpp"

#include <gtest/gtest.h>

#include "tests/support/property.hpp"

#include <set>

namespace qkdes {
namespace {

using Outcome = QuantityText::Outcome;

struct Row {
    UnitFamily const* family;
    char const* text;
    double value;
};

Row const kRows[] = {
    {&units::length, "1 m", 0.001},
    {&units::length, "25 km", 25},
    {&units::length, "50 cm", 0.0005},
    {&units::duration, "1000 ps", 1},
    {&units::duration, "3 ns", 3},
    {&units::duration, "10 us", 1e4},
    {&units::duration, "10 µs", 1e4},
    {&units::duration, "10 μs", 1e4},
    {&units::duration, "5 ms", 5e6},
    {&units::duration, "30 s", 3e10},
    {&units::duration, "2 min", 1.2e11},
    {&units::duration, "2 h", 7.2e12},
    {&units::duration, "1 d", 8.64e13},
    {&units::duration, "1 day", 8.64e13},
    {&units::duration, "7 days", 6.048e14},
    {&units::picoseconds, "1 ns", 1000},
    {&units::picoseconds, "300 ps", 300},
    {&units::frequency, "100 Hz", 100},
    {&units::frequency, "1 kHz", 1e3},
    {&units::frequency, "50 MHz", 5e7},
    {&units::frequency, "1.25 GHz", 1.25e9},
    {&units::frequency, "2 /s", 2},
    {&units::frequency, "30 /min", 0.5},
    {&units::frequency, "36 /h", 0.01},
    {&units::frequency, "864 /d", 0.01},
    {&units::loss, "3.5 dB", 3.5},
    {&units::attenuation, "0.2 dB/km", 0.2},
    {&units::wavelength, "2 nm", 2},
    {&units::wavelength, "100 pm", 0.1},
    {&units::metres, "1.2 m", 1.2},
    {&units::metres, "20 cm", 0.2},
    {&units::metres, "1 km", 1000},
    {&units::elevation, "80 deg", 80},
    {&units::beam, "10 urad", 10},
    {&units::beam, "1 mrad", 1000},
    {&units::power, "-3 dBm", -3},
    {&units::dispersion, "17 ps/(nm km)", 17},
    {&units::drift, "5 ppb", 5},
    {&units::drift, "1 ppm", 1e3},
    {&units::phase_noise, "0.01 rad^2", 0.01},
    {&units::bit_rate, "5 bit/s", 5},
    {&units::bit_rate, "5 kbit/s", 5e3},
    {&units::bit_rate, "20 Mbit/s", 2e7},
    {&units::bit_rate, "1 Gbit/s", 1e9},
    {&units::bit_rate, "1 Kibit/s", 1024},
    {&units::bit_rate, "1 Mibit/s", 1048576},
    {&units::bit_rate, "1 Gibit/s", 1073741824.0},
    {&units::bits, "256 bit", 256},
    {&units::bits, "1e6 bits", 1e6},
    {&units::bits, "2 kbit", 2000},
    {&units::bits, "3 Mbit", 3e6},
    {&units::bits, "1 Gbit", 1e9},
    {&units::bits, "1 Kibit", 1024},
    {&units::bits, "1 Mibit", 1048576},
    {&units::bits, "32 B", 256},
    {&units::bits, "32 byte", 256},
    {&units::bits, "32 bytes", 256},
    {&units::bits, "1 kB", 8000},
    {&units::bits, "1 MB", 8e6},
    {&units::bits, "1 GB", 8e9},
    {&units::bits, "1 KiB", 8192},
    {&units::bits, "1 MiB", 8388608},
    {&units::bits, "1 GiB", 8589934592.0},
};

TEST(Quantity, EveryUnit) {
    std::set<std::pair<std::string_view, std::string>> tried;
    for (auto const& row : kRows) {
        auto const read = read_quantity(row.text, *row.family);
        EXPECT_EQ(read.outcome, Outcome::ok) << row.text;
        EXPECT_DOUBLE_EQ(read.value, row.value) << row.text;
        tried.emplace(row.family->name, read.unit);
    }
    for (auto const* family : units::all())
        for (auto const& unit : family->units)
            EXPECT_TRUE(tried.contains({family->name, std::string{unit.symbol}})) << unit.symbol << " has no row";
}

TEST(Quantity, FormsOfNumbers) {
    for (auto const* text : {"25km", " 25 km ", "25.0 km", "2.5e1 km", "2.5E+1 km", "+25 km", "250e-1 km", "025 km"})
        EXPECT_DOUBLE_EQ(read_quantity(text, units::length).value, 25) << text;
    EXPECT_EQ(read_quantity("-25 km", units::length).value, -25);
    EXPECT_EQ(read_quantity(".5 km", units::length).value, 0.5);
    EXPECT_EQ(read_quantity("1e-999 km", units::length).value, 0);
}

TEST(Quantity, WhatIsWrong) {
    auto const outcome = [](char const* text) { return read_quantity(text, units::length).outcome; };
    for (auto const* text : {"", " ", "km", "far", "nan km", "inf km", "-", "e5 km", ".", "0x"})
        EXPECT_NE(outcome(text), Outcome::ok) << text;
    EXPECT_EQ(outcome("nan km"), Outcome::not_a_number);
    EXPECT_EQ(outcome("Infinity km"), Outcome::not_a_number);
    EXPECT_EQ(outcome("1e999 km"), Outcome::not_finite);
    EXPECT_EQ(outcome("68,9 km"), Outcome::decimal_comma);
    EXPECT_EQ(outcome("68.9"), Outcome::no_unit);
    EXPECT_EQ(outcome("68.9 parsec"), Outcome::unknown_unit);
    EXPECT_EQ(outcome("20 dB"), Outcome::other_family);
    EXPECT_EQ(read_quantity("20 dB", units::length).other, &units::loss);
    EXPECT_EQ(read_quantity("1 ghz", units::frequency).near, "GHz");
    EXPECT_EQ(read_quantity("1 mins", units::duration).near, "min");
}

TEST(Quantity, PrintedInTheUnitThatReadsBest) {
    EXPECT_EQ(print_quantity(8.64e13, units::duration), "1 d");
    EXPECT_EQ(print_quantity(5.4e12, units::duration), "90 min");
    EXPECT_EQ(print_quantity(3e10, units::duration), "30 s");
    EXPECT_EQ(print_quantity(0, units::duration), "0 s");
    EXPECT_EQ(print_quantity(0.2, units::length), "200 m");
    EXPECT_EQ(print_quantity(256, units::bits), "256 bit");
    EXPECT_EQ(print_quantity(1e9, units::frequency), "1 GHz");
}

// A default is printed from the struct and read back by whoever copies it: the two must be the same number.
TEST(Quantity, PrintedValuesReadBack) {
    EXPECT_TRUE(rc::check("whole nanoseconds and bits survive", [] {
        auto const n = static_cast<double>(*rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 52));
        for (auto const* family : {&units::duration, &units::bits}) {
            auto const read = read_quantity(print_quantity(n, *family), *family);
            RC_ASSERT(read.outcome == Outcome::ok);
            RC_ASSERT(std::abs(read.value - n) <= 4e-16 * n);
        }
    }));
}

TEST(Quantity, AnyTextIsAnswered) {
    EXPECT_TRUE(rc::check("no text is too strange", [](std::string const& text) {
        auto const read = read_quantity(text, units::duration);
        RC_ASSERT(read.outcome != Outcome::ok || std::isfinite(read.value));
    }));
}

} // namespace
} // namespace qkdes
