#include "sim/scenario/quantity.hpp"

#include "sim/scenario/suggest.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <vector>

namespace qkdes {
namespace {

constexpr UnitSymbol kLength[] = {{"m", 1e-3}, {"km", 1}, {"cm", 1e-5, false}};
constexpr UnitSymbol kDuration[] = {
    {"ps", 1e-3}, {"ns", 1},     {"us", 1e3},   {"µs", 1e3, false}, {"μs", 1e3, false},      {"ms", 1e6},
    {"s", 1e9},   {"min", 6e10}, {"h", 3.6e12}, {"d", 8.64e13},     {"day", 8.64e13, false}, {"days", 8.64e13, false}};
constexpr UnitSymbol kFrequency[] = {{"Hz", 1},
                                     {"kHz", 1e3},
                                     {"MHz", 1e6},
                                     {"GHz", 1e9},
                                     {"/s", 1, false},
                                     {"/min", 1.0 / 60, false},
                                     {"/h", 1.0 / 3600, false},
                                     {"/d", 1.0 / 86400, false}};
constexpr UnitSymbol kLoss[] = {{"dB", 1}};
constexpr UnitSymbol kAttenuation[] = {{"dB/km", 1}};
constexpr UnitSymbol kWavelength[] = {{"nm", 1}, {"pm", 1e-3}};
constexpr UnitSymbol kMetres[] = {{"m", 1}, {"cm", 1e-2}, {"km", 1e3}};
constexpr UnitSymbol kElevation[] = {{"deg", 1}};
constexpr UnitSymbol kBeam[] = {{"urad", 1}, {"mrad", 1e3}};
constexpr UnitSymbol kPower[] = {{"dBm", 1}};
constexpr UnitSymbol kDispersion[] = {{"ps/(nm km)", 1}};
constexpr UnitSymbol kDrift[] = {{"ppb", 1}, {"ppm", 1e3}};
constexpr UnitSymbol kPhaseNoise[] = {{"rad^2", 1}};
constexpr UnitSymbol kBitRate[] = {{"bit/s", 1},
                                   {"kbit/s", 1e3},
                                   {"Mbit/s", 1e6},
                                   {"Gbit/s", 1e9},
                                   {"Kibit/s", 1024, false},
                                   {"Mibit/s", 1048576, false},
                                   {"Gibit/s", 1073741824, false}};
constexpr UnitSymbol kBits[] = {{"bit", 1},
                                {"bits", 1, false},
                                {"kbit", 1e3},
                                {"Mbit", 1e6},
                                {"Gbit", 1e9},
                                {"Kibit", 1024, false},
                                {"Mibit", 1048576, false},
                                {"B", 8, false},
                                {"byte", 8, false},
                                {"bytes", 8, false},
                                {"kB", 8e3, false},
                                {"MB", 8e6, false},
                                {"GB", 8e9, false},
                                {"KiB", 8192, false},
                                {"MiB", 8388608, false},
                                {"GiB", 8589934592, false}};

std::string_view trim(std::string_view text) {
    auto const blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && blank(text.back()))
        text.remove_suffix(1);
    return text;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Bytes of the JSON-like number at the front (a sign and a leading '+' or '.' are forgiven), or 0.
std::size_t number_length(std::string_view text) {
    std::size_t i = 0, digits = 0;
    auto const run = [&] {
        for (; i < text.size() && is_digit(text[i]); ++i)
            ++digits;
    };
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    run();
    if (i < text.size() && text[i] == '.') {
        ++i;
        run();
    }
    if (digits == 0) return 0;
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        std::size_t j = i + 1;
        if (j < text.size() && (text[j] == '-' || text[j] == '+')) ++j;
        if (j < text.size() && is_digit(text[j])) {
            while (j < text.size() && is_digit(text[j]))
                ++j;
            i = j;
        }
    }
    return i;
}

UnitSymbol const* find_unit(UnitFamily const& family, std::string_view symbol) {
    for (auto const& unit : family.units)
        if (unit.symbol == symbol) return &unit;
    return nullptr;
}

} // namespace

namespace units {
constinit UnitFamily const length{"a length", kLength, "km"};
constinit UnitFamily const duration{"a time", kDuration, "s"};
constinit UnitFamily const picoseconds{"a time", kDuration, "ns", 1e3};
constinit UnitFamily const frequency{"a frequency", kFrequency, "Hz"};
constinit UnitFamily const rate{"a rate", kFrequency, "/s"};
constinit UnitFamily const loss{"a loss", kLoss, "dB"};
constinit UnitFamily const attenuation{"an attenuation", kAttenuation, "dB/km"};
constinit UnitFamily const wavelength{"a width in wavelength", kWavelength, "nm"};
constinit UnitFamily const metres{"a length", kMetres, "m"};
constinit UnitFamily const elevation{"an elevation", kElevation, "deg"};
constinit UnitFamily const beam{"an angle", kBeam, "urad"};
constinit UnitFamily const power{"a power", kPower, "dBm"};
constinit UnitFamily const dispersion{"a dispersion", kDispersion, "ps/(nm km)"};
constinit UnitFamily const drift{"a clock drift", kDrift, "ppb"};
constinit UnitFamily const phase_noise{"a phase variance", kPhaseNoise, "rad^2"};
constinit UnitFamily const bit_rate{"a bit rate", kBitRate, "bit/s"};
constinit UnitFamily const bits{"an amount of data", kBits, "bit"};
std::span<UnitFamily const* const> all() {
    static constexpr std::array families{&length, &duration, &frequency,  &loss,  &attenuation, &wavelength, &elevation,
                                         &beam,   &power,    &dispersion, &drift, &phase_noise, &bit_rate,   &bits};
    return families;
}
} // namespace units

QuantityText read_quantity(std::string_view text, UnitFamily const& family) {
    using Outcome = QuantityText::Outcome;
    QuantityText out;
    text = trim(text);
    std::size_t const length = number_length(text);
    if (length == 0) return out;
    out.number = text.substr(0, length);
    out.unit = trim(text.substr(length));
    if (out.unit.size() > 1 && out.unit[0] == ',' && is_digit(out.unit[1])) {
        out.outcome = Outcome::decimal_comma;
        return out;
    }
    std::string_view digits = out.number;
    if (digits.front() == '+') digits.remove_prefix(1);
    double number = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error == std::errc::result_out_of_range) {
        // Too large, or a decimal so small that it is 0.
        auto const exponent = digits.find_first_of("eE");
        bool const tiny =
            exponent != std::string_view::npos && exponent + 1 < digits.size() && digits[exponent + 1] == '-';
        if (!tiny) {
            out.outcome = Outcome::not_finite;
            return out;
        }
        number = 0;
    }
    if (out.unit.empty()) {
        out.outcome = Outcome::no_unit;
        return out;
    }
    if (auto const* unit = find_unit(family, out.unit)) {
        // Dividing by a power of ten is exact where multiplying by its reciprocal is not: 0.3 ns from 300 ps.
        double const factor = unit->factor * family.base_per_family;
        double const inverse = std::nearbyint(1 / factor);
        out.value = factor < 1 && std::abs(inverse * factor - 1) < 1e-12 ? number / inverse : number * factor;
        out.outcome = std::isfinite(out.value) ? Outcome::ok : Outcome::not_finite;
        return out;
    }
    out.outcome = Outcome::unknown_unit;
    for (auto const* other : units::all())
        if (other->name != family.name && find_unit(*other, out.unit)) {
            out.other = other;
            out.outcome = Outcome::other_family;
            return out;
        }
    std::vector<std::string> symbols;
    for (auto const& unit : family.units)
        symbols.emplace_back(unit.symbol);
    for (auto const& symbol : symbols)
        if (edit_distance(symbol, out.unit) == 0) out.near = symbol; // only the case differs
    if (out.near.empty())
        if (auto const near = nearest(out.unit, symbols); near && near->size() > 1) out.near = *near;
    return out;
}

std::string print_number(double value) {
    if (value == 0) return "0";
    double const size = std::abs(value);
    if (size >= 1e-4 && size < 1e15) {
        std::array<char, 64> buffer;
        auto const [end, error] =
            std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
        if (error == std::errc{}) return {buffer.data(), end};
    }
    return fmt::format("{}", value);
}

std::string print_quantity(double base_value, UnitFamily const& family) {
    UnitSymbol const* best = find_unit(family, family.usual);
    if (base_value != 0) {
        // Of the units that give a number of at least 1, the largest; if the number is then not short, the one that is.
        UnitSymbol const* largest = nullptr;
        std::size_t shortest = 0;
        for (auto const& unit : family.units) {
            double const number = std::abs(base_value) / (unit.factor * family.base_per_family);
            if (!unit.shown || number < 1) continue;
            std::size_t const digits = print_number(number).size();
            if (!largest || digits < shortest || (digits == shortest && unit.factor > largest->factor)) {
                largest = &unit;
                shortest = digits;
            }
        }
        if (largest) best = largest;
    }
    return print_number(base_value / (best->factor * family.base_per_family)) + " " + std::string{best->symbol};
}

std::string list_units(UnitFamily const& family) {
    std::string out;
    for (auto const& unit : family.units) {
        if (unit.symbol == "μs") continue; // the Greek letter looks like the micro sign before it
        if (!out.empty()) out += ", ";
        out += unit.symbol;
    }
    return out;
}

std::string quantity_pattern(UnitFamily const& family) {
    std::string symbols;
    for (auto const& unit : family.units) {
        if (!symbols.empty()) symbols += "|";
        symbols += unit.symbol;
    }
    return R"(^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*()" + symbols + R"()\s*$)";
}

} // namespace qkdes
