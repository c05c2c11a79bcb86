#include "sim/look/export/csv_cell.hpp"

#include "sim/record/reader.hpp"

#include <limits>

namespace qkdes::look {

namespace {

template <class T>
void append_number(fmt::memory_buffer& out, T value) {
    fmt::format_to(std::back_inserter(out), "{}", value);
}

void append_text(fmt::memory_buffer& out, std::string_view text) { out.append(text.data(), text.data() + text.size()); }

} // namespace

std::string csv_quoted(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string{text};
    std::string out = "\"";
    for (char const c : text)
        out.append(c == '"' ? 2 : 1, c);
    return out + "\"";
}

void append_seconds(fmt::memory_buffer& out, std::int64_t nanoseconds) {
    if (nanoseconds == std::numeric_limits<std::int64_t>::max()) return append_text(out, "inf");
    auto rest = static_cast<std::uint64_t>(nanoseconds);
    if (nanoseconds < 0) {
        out.push_back('-');
        rest = 0 - rest;
    }
    append_number(out, rest / 1'000'000'000);
    std::uint64_t part = rest % 1'000'000'000;
    if (part == 0) return;
    int digits = 9;
    for (; part % 10 == 0; part /= 10)
        --digits;
    fmt::format_to(std::back_inserter(out), ".{:0{}}", part, digits);
}

CsvCell::CsvCell(Column column, std::vector<std::string> const* names)
    : column_{std::move(column)}, named_{names != nullptr} {
    for (auto const& name : names != nullptr ? *names : column_.values)
        quoted_.push_back(csv_quoted(name));
}

void CsvCell::append(fmt::memory_buffer& out, ColumnBuffer const& values, std::size_t row) const {
    switch (column_.type) {
    case ColumnType::time:
    case ColumnType::duration:
        return append_seconds(out, value_at<std::int64_t>(values, row));
    case ColumnType::i64:
        return append_number(out, value_at<std::int64_t>(values, row));
    case ColumnType::u64:
        return append_number(out, value_at<std::uint64_t>(values, row));
    case ColumnType::f64: {
        double const value = value_at<double>(values, row);
        return value != value ? append_text(out, "nan") : append_number(out, value); // never "-nan"
    }
    case ColumnType::u32: {
        auto const value = value_at<std::uint32_t>(values, row);
        return named_ && value < quoted_.size() ? append_text(out, quoted_[value]) : append_number(out, value);
    }
    case ColumnType::u8:
        return append_number(out, value_at<std::uint8_t>(values, row));
    case ColumnType::boolean:
        return append_text(out, value_at<std::uint8_t>(values, row) != 0 ? "true" : "false");
    case ColumnType::enumeration: {
        std::size_t const value = value_at<std::uint8_t>(values, row);
        return value < quoted_.size() ? append_text(out, quoted_[value]) : append_number(out, value);
    }
    case ColumnType::text:
        return append_text(out, csv_quoted(text_at(column_, values, row)));
    }
}

std::string CsvCell::unit() const {
    if (column_.type == ColumnType::time || column_.type == ColumnType::duration) return "s";
    return named_ || column_.unit == "none" ? "" : column_.unit;
}

} // namespace qkdes::look
