// How numbers go into the page's document. Heavy: for .cpp files of this folder only.
#pragma once
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace qkdes::look {

using Json = nlohmann::ordered_json;

/// To `digits` significant decimal digits, so that it prints short; whole numbers up to 2^53 stay as they are. What is
/// not finite becomes null.
inline Json number(double x, int digits = 5) {
    if (!std::isfinite(x)) return {};
    if (x == std::nearbyint(x) && std::abs(x) < 9e15) return static_cast<std::int64_t>(x);
    char text[40];
    *fmt::format_to_n(text, sizeof text - 1, "{:.{}g}", x, digits).out = '\0';
    return std::strtod(text, nullptr);
}

/// Seconds, to the millisecond or finer for short ones.
inline Json seconds(double ns) { return number(std::nearbyint(ns / 1e3) / 1e6, 9); }

} // namespace qkdes::look
