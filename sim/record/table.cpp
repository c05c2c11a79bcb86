#include "sim/record/table.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace qkdes {

namespace {

constexpr std::size_t kFirstCapacity = 64; // rows; most tables of most runs are short

void check(TableSchema const& schema) {
    QKDES_EXPECTS(schema.path.size() > 1 && schema.path.front() == '/' &&
                  schema.path.find('/', 1) == std::string::npos);
    QKDES_EXPECTS(!schema.description.empty() && !schema.columns.empty() && schema.chunk_rows > 0);
    for (auto const& column : schema.columns) {
        QKDES_EXPECTS(!column.name.empty() && column.name.find('/') == std::string::npos);
        QKDES_EXPECTS(!column.unit.empty() && !column.description.empty());
        QKDES_EXPECTS((column.type == ColumnType::enumeration) == !column.values.empty() &&
                      column.values.size() <= 256);
        QKDES_EXPECTS(std::count_if(schema.columns.begin(), schema.columns.end(),
                                    [&](Column const& other) { return other.name == column.name; }) == 1);
    }
}

} // namespace

std::string_view name_of(ColumnType type) {
    switch (type) {
    case ColumnType::i64:
        return "i64";
    case ColumnType::u64:
        return "u64";
    case ColumnType::f64:
        return "f64";
    case ColumnType::u32:
        return "u32";
    case ColumnType::u8:
        return "u8";
    case ColumnType::boolean:
        return "bool";
    case ColumnType::enumeration:
        return "enumeration";
    case ColumnType::text:
        return "text";
    case ColumnType::time:
        return "time";
    case ColumnType::duration:
        return "duration";
    }
    return "?";
}

Column Column::i64(std::string name, std::string unit, std::string description) {
    return {std::move(name), std::move(unit), std::move(description), ColumnType::i64};
}
Column Column::u64(std::string name, std::string unit, std::string description) {
    return {std::move(name), std::move(unit), std::move(description), ColumnType::u64};
}
Column Column::f64(std::string name, std::string unit, std::string description) {
    return {std::move(name), std::move(unit), std::move(description), ColumnType::f64};
}
Column Column::u32(std::string name, std::string unit, std::string description) {
    return {std::move(name), std::move(unit), std::move(description), ColumnType::u32};
}
Column Column::u8(std::string name, std::string unit, std::string description) {
    return {std::move(name), std::move(unit), std::move(description), ColumnType::u8};
}
Column Column::boolean(std::string name, std::string description) {
    return {std::move(name), "none", std::move(description), ColumnType::boolean};
}
Column Column::enumeration(std::string name, std::vector<std::string> values, std::string description) {
    return {std::move(name), "none", std::move(description), ColumnType::enumeration, std::move(values)};
}
Column Column::text(std::string name, std::string description) {
    return {std::move(name), "none", std::move(description), ColumnType::text};
}
Column Column::fixed_text(std::string name, std::uint32_t width, std::string description) {
    QKDES_EXPECTS(width > 0);
    return {std::move(name), "none", std::move(description), ColumnType::text, {}, width};
}
Column Column::time(std::string name, std::string description) {
    return {std::move(name), "ns", std::move(description), ColumnType::time};
}
Column Column::duration(std::string name, std::string description) {
    return {std::move(name), "ns", std::move(description), ColumnType::duration};
}

std::size_t Column::value_size() const {
    switch (type) {
    case ColumnType::u32:
        return 4;
    case ColumnType::u8:
    case ColumnType::boolean:
    case ColumnType::enumeration:
        return 1;
    case ColumnType::text:
        return width;
    default:
        return 8;
    }
}

Table::Table(TableSchema schema, Full on_full) : schema_{std::move(schema)}, on_full_{std::move(on_full)} {
    check(schema_);
    for (auto const& column : schema_.columns)
        types_.push_back(column.type);
    buffers_.resize(schema_.columns.size());
    grow();
}

void Table::grow() {
    capacity_ = std::min(schema_.chunk_rows, std::max(kFirstCapacity, 2 * capacity_));
    for (std::size_t c = 0; c < buffers_.size(); ++c)
        buffers_[c].raw.resize(capacity_ * schema_.columns[c].value_size());
}

void Table::hand_over() {
    if (on_full_) on_full_(*this);
    written_ += buffered_;
    buffered_ = 0;
    for (auto& buffer : buffers_)
        buffer.texts.clear();
}

void Table::put_text(std::size_t c, std::string_view text) {
    if (types_[c] != ColumnType::text) wrong_type(c, "a text");
    std::size_t const width = schema_.columns[c].width;
    if (width == 0) {
        buffers_[c].texts.emplace_back(text);
    } else {
        if (text.size() > width) wrong_value(c);
        std::byte* const at = buffers_[c].raw.data() + buffered_ * width;
        std::memset(at, 0, width);
        std::memcpy(at, text.data(), text.size());
    }
}

void Table::wrong_count(std::size_t given) const {
    fmt::print(stderr, "qkdes: {} has {} columns, a row with {} values was appended\n", schema_.path,
               schema_.columns.size(), given);
    contract_failed("precondition", "one value per column", __FILE__, __LINE__);
}

void Table::wrong_type(std::size_t c, char const* given) const {
    fmt::print(stderr, "qkdes: column {}/{} holds {}, {} was appended\n", schema_.path, schema_.columns[c].name,
               name_of(types_[c]), given);
    contract_failed("precondition", "value has the column's type", __FILE__, __LINE__);
}

void Table::wrong_value(std::size_t c) const {
    fmt::print(stderr, "qkdes: a value does not fit column {}/{} ({})\n", schema_.path, schema_.columns[c].name,
               name_of(types_[c]));
    contract_failed("precondition", "value fits its column", __FILE__, __LINE__);
}

} // namespace qkdes
