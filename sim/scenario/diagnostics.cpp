#include "sim/scenario/diagnostics.hpp"

#include "sim/scenario/utf8.hpp"

#include <algorithm>
#include <tuple>

namespace qkdes {
namespace {

constexpr std::size_t kWidth = 100; ///< code points of a source line that are shown
constexpr std::size_t kBefore = 60; ///< of these, before the caret

/// The line and, below it, the caret.
std::string excerpt(std::string const& source, std::size_t column) {
    auto points = printable_code_points(source);
    std::size_t const caret = std::min(column - 1, points.size());
    std::size_t const from = points.size() <= kWidth || caret <= kBefore ? 0 : caret - kBefore;
    std::size_t const to = std::min(points.size(), from + kWidth);
    std::string line = from > 0 ? "…" : "";
    for (std::size_t i = from; i < to; ++i)
        line += points[i];
    if (to < points.size()) line += "…";
    std::size_t const indent = caret - from + (from > 0 ? 1 : 0);
    return "  " + line + "\n  " + std::string(indent, ' ') + "^\n";
}

} // namespace

std::string format_diagnostic(Diagnostic const& d) {
    std::string out = printable(d.file, 400);
    if (d.line > 0) out += ":" + std::to_string(d.line) + ":" + std::to_string(d.column);
    out += d.severity == Severity::error ? ": error: " : ": warning: ";
    out += d.what + "\n";
    if (d.column > 0 && !d.source.empty()) out += excerpt(d.source, d.column);
    if (!d.pointer.empty()) out += "  at " + printable(d.pointer, 400) + "\n";
    if (!d.because.empty()) out += "  because " + d.because + "\n";
    if (!d.repair.empty()) out += "  try: " + d.repair + "\n";
    return out;
}

std::string format_diagnostics(std::span<Diagnostic const> diagnostics) {
    std::string out;
    for (auto const& d : diagnostics)
        out += format_diagnostic(d);
    return out;
}

void sort_diagnostics(std::vector<Diagnostic>& diagnostics) {
    std::ranges::stable_sort(diagnostics, {}, [](Diagnostic const& d) {
        return std::tuple{d.line == 0, d.line, d.column};
    });
}

} // namespace qkdes
