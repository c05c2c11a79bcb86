// The scalar readers of Reader: each says one value's problem in the words of the person who wrote it.
#include "sim/scenario/reader.hpp"
#include "sim/scenario/suggest.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace qkdes {
namespace {

std::string bound(double value, UnitFamily const* family) {
    return family ? print_quantity(value, *family) : print_number(value);
}

/// The value nearest in spirit: without its sign if that helps, else the bound that it missed, else the example.
std::string in_range_instead(double value, Range range, UnitFamily const* family, std::string const& example) {
    auto const quoted = [&](double x) { return family ? json_string(bound(x, family)) : bound(x, family); };
    if (value < 0 && range.contains(-value)) return quoted(-value);
    if (value > range.high && !range.high_open) return quoted(range.high);
    return example;
}

/// The number of a JSON value, if it is one. nlohmann has checked its syntax and its size.
double number_of(JsonNode const& value) {
    double x = 0;
    std::from_chars(value.text.data(), value.text.data() + value.text.size(), x);
    return x;
}

} // namespace

char const* const kIdentifierRule =
    "an id has 1 to 64 letters, digits, \".\", \"_\" or \"-\", as it becomes part of names in the results";

namespace {
bool fits_identifier(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
}
} // namespace

bool is_identifier(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, fits_identifier) &&
           !std::ranges::all_of(text, [](char c) { return c == '.'; });
}

std::string describe(Range range, UnitFamily const* family) {
    std::string out;
    if (std::isfinite(range.low)) out = (range.low_open ? "more than " : "at least ") + bound(range.low, family);
    if (std::isfinite(range.high)) {
        if (!out.empty()) out += ", ";
        out += (range.high_open ? "less than " : "at most ") + bound(range.high, family);
    }
    return out;
}

bool Reader::expect(JsonNode const& value, JsonKind kind, std::string const& example) {
    if (value.is(kind)) return true;
    error(value, fmt::format("{} is not {}", as_written(value), kind_name(kind)),
          fmt::format("this takes {}", kind_name(kind)), repair_of(value, example));
    return false;
}

std::optional<double> Reader::quantity(JsonNode const& value, UnitFamily const& family, Range range, Storage storage,
                                       std::string const& example) {
    using Outcome = QuantityText::Outcome;
    std::string const rule = "every physical quantity in a scenario is a string with its unit";
    std::string const with_usual = " " + std::string{family.usual};
    if (value.is(JsonKind::number)) {
        error(value, as_written(value) + " has no unit", rule, repair_of(value, json_string(value.text + with_usual)));
        return {};
    }
    if (!value.is(JsonKind::string)) {
        error(value, fmt::format("{} is not {}", as_written(value), family.name), rule, repair_of(value, example));
        return {};
    }
    QuantityText const read = read_quantity(value.text, family);
    std::string const written = as_written(value);
    auto const refuse = [&](std::string what, std::string because, std::string instead) {
        error(value, std::move(what), std::move(because), repair_of(value, instead));
        return std::nullopt;
    };
    std::string const takes = fmt::format("{} is written with one of: {}", family.name, list_units(family));
    switch (read.outcome) {
    case Outcome::ok:
        break;
    case Outcome::not_a_number:
        return refuse(written + " does not begin with a number", rule, example);
    case Outcome::not_finite:
        return refuse(written + " is too large", "numbers are IEEE doubles, at most 1.8e308", example);
    case Outcome::decimal_comma: {
        std::string repaired = value.text;
        std::ranges::replace(repaired, ',', '.');
        return refuse(written + " has a comma in its number", "decimals are written with a point",
                      json_string(repaired));
    }
    case Outcome::no_unit:
        return refuse(written + " has no unit", rule, json_string(read.number + with_usual));
    case Outcome::unknown_unit:
        return refuse(fmt::format("unknown unit \"{}\" in {}", printable(read.unit, 20), written), takes,
                      json_string(read.number + " " + (read.near.empty() ? std::string{family.usual} : read.near)));
    case Outcome::other_family:
        return refuse(fmt::format("{} is {}, not {}", written, read.other->name, family.name), takes, example);
    }
    std::string const limits = fmt::format("this is {}, {}", family.name, describe(range, &family));
    if (!range.contains(read.value)) {
        bool const negative = read.value < 0 && range.low >= 0;
        return refuse(written + (negative ? " is negative" : " is out of range"), limits,
                      in_range_instead(read.value, range, &family, example));
    }
    if (storage == Storage::nanoseconds) {
        if (read.value != 0 && std::nearbyint(read.value) == 0)
            return refuse(written + " is shorter than a nanosecond", "simulated time is counted in whole nanoseconds",
                          R"("1 ns")");
        return std::nearbyint(read.value);
    }
    if (storage == Storage::whole) {
        double const whole = std::nearbyint(read.value);
        if (std::abs(whole - read.value) > 1e-6)
            return refuse(written + " is not a whole number of bits", "bits cannot be divided",
                          json_string(print_number(whole) + " bit"));
        return whole;
    }
    return read.value;
}

std::optional<double> Reader::share_of_run(JsonNode const& value, bool above_zero) {
    auto const share = number(value, Range{}, R"("25 %")");
    if (share && (*share < 0 || *share > 1 || (above_zero && *share == 0))) {
        error(value, as_written(value) + " is out of range",
              fmt::format("a share of the run is {} 0 %, at most 100 %", above_zero ? "more than" : "at least"),
              repair_of(value, *share > 1 ? R"("100 %")" : R"("25 %")"));
        return {};
    }
    if (!share || !run_ns_) return {};
    double const ns = std::nearbyint(*share * *run_ns_);
    return above_zero ? std::max(ns, 1.0) : ns;
}

std::optional<double> Reader::number(JsonNode const& value, Range range, std::string const& example) {
    double x = 0;
    if (value.is(JsonKind::number)) {
        x = number_of(value);
    } else if (value.is(JsonKind::string) && value.text.ends_with('%')) {
        static constexpr UnitSymbol kPercent[] = {{"%", 0.01}};
        static constexpr UnitFamily kShare{"a share", kPercent, "%"};
        auto const read = read_quantity(value.text, kShare);
        if (read.outcome != QuantityText::Outcome::ok) {
            error(value, as_written(value) + " is not a percentage", "a share is a number, or a string like \"5 %\"",
                  repair_of(value, example));
            return {};
        }
        x = read.value;
    } else {
        auto const read = value.is(JsonKind::string) ? read_quantity(value.text, units::loss) : QuantityText{};
        bool const quoted = read.outcome == QuantityText::Outcome::no_unit;
        error(value, as_written(value) + (quoted ? " is a number in quotes" : " is not a number"),
              "what has no dimension is a plain number, or a string like \"5 %\"",
              repair_of(value, quoted ? read.number : example));
        return {};
    }
    if (range.contains(x)) return x;
    error(value, as_written(value) + (x < 0 && range.low >= 0 ? " is negative" : " is out of range"),
          "this is a number, " + describe(range, nullptr),
          repair_of(value, in_range_instead(x, range, nullptr, example)));
    return {};
}

std::optional<std::uint64_t> Reader::count(JsonNode const& value, std::uint64_t low, std::uint64_t high,
                                           std::string const& example) {
    std::string const rule = fmt::format("this is a whole number from {} to {}", low, high);
    if (!value.is(JsonKind::number)) {
        error(value, as_written(value) + " is not a whole number", rule, repair_of(value, example));
        return {};
    }
    std::uint64_t exact = 0;
    auto const [end, failure] = std::from_chars(value.text.data(), value.text.data() + value.text.size(), exact);
    bool valid = failure == std::errc{} && end == value.text.data() + value.text.size();
    if (!valid) { // 1e6 is whole as well
        double const x = number_of(value);
        if (x < 0) {
            error(value, as_written(value) + " is negative", rule, repair_of(value, example));
            return {};
        }
        if (std::nearbyint(x) != x) {
            error(value, as_written(value) + " is not a whole number", rule,
                  repair_of(value, print_number(std::clamp(std::nearbyint(x), double(low), double(high)))));
            return {};
        }
        valid = x < 9007199254740992.0;
        exact = valid ? static_cast<std::uint64_t>(x) : high;
    }
    if (valid && exact >= low && exact <= high) return exact;
    error(value, as_written(value) + " is out of range", rule,
          repair_of(value, std::to_string(std::clamp(exact, low, high))));
    return {};
}

std::optional<std::string> Reader::text(JsonNode const& value, std::string const& example) {
    if (!expect(value, JsonKind::string, example)) return {};
    return value.text;
}

std::optional<std::string> Reader::identifier(JsonNode const& value, std::string const& example) {
    if (!expect(value, JsonKind::string, example)) return {};
    if (is_identifier(value.text)) return value.text;
    std::string repaired;
    for (char c : value.text)
        if (repaired.size() < 64 && (static_cast<unsigned char>(c) & 0xc0) != 0x80)
            repaired += fits_identifier(c) ? c : '-';
    error(value, as_written(value) + " cannot be an id", kIdentifierRule,
          repair_of(value, is_identifier(repaired) ? json_string(repaired) : example));
    return {};
}

std::optional<std::size_t> Reader::choice(JsonNode const& value, std::span<std::string const> names) {
    std::string const rule = "this is " + quoted_list(names);
    if (value.is(JsonKind::string)) {
        auto const found = std::ranges::find(names, value.text);
        if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
        auto const near = nearest(value.text, names);
        error(value, "unknown value " + as_written(value), rule, near ? repair_of(value, json_string(*near)) : "");
        return {};
    }
    error(value, as_written(value) + " is not a string", rule, repair_of(value, json_string(names.front())));
    return {};
}

} // namespace qkdes
