// A table of results: a schema that says what every column means, and rows appended one by one.
//
//   Table& requests = recorder.add({"/requests", "One row per key request.",
//                                   {Column::time("at", "when the application asked"),
//                                    Column::u32("demand", "index", "row of /demands"),
//                                    Column::enumeration("outcome", {"served", "blocked"}, "how it ended")}});
//   requests.append(clock.now(), demand, Outcome::served);      // demand: DemandId or any integer that fits
//
// Rows stay in memory until a chunk (schema.chunk_rows) is full; then the owner writes it and the buffer starts anew,
// so that memory is bounded and where chunks end depends on nothing but the rows. Values of the wrong type or number,
// integers that do not fit and enumerators without a name break a contract.
#pragma once
#include "sim/base/ids.hpp"
#include "sim/base/units.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace qkdes {

enum class ColumnType : std::uint8_t { i64, u64, f64, u32, u8, boolean, enumeration, text, time, duration };
std::string_view name_of(ColumnType type);

struct Column {
    std::string name, unit, description;
    ColumnType type{};
    std::vector<std::string> values{}; ///< of an enumeration: values[i] is the name of i; at most 256
    std::uint32_t width = 0;           ///< of a text: bytes of the longest one, or 0 for any length

    // `unit` as in the scenario ("bit", "bit/s", "km"), "1" for a ratio or a count of things, "index" for a row number.
    static Column i64(std::string name, std::string unit, std::string description);
    static Column u64(std::string name, std::string unit, std::string description);
    static Column f64(std::string name, std::string unit, std::string description);
    static Column u32(std::string name, std::string unit, std::string description);
    static Column u8(std::string name, std::string unit, std::string description);
    static Column boolean(std::string name, std::string description);
    static Column enumeration(std::string name, std::vector<std::string> values, std::string description);
    /// Any length; 16 bytes a row and the text itself, neither compressed well: for tables of few rows.
    static Column text(std::string name, std::string description);
    /// Up to `width` bytes, compressed; a longer text breaks a contract.
    static Column fixed_text(std::string name, std::uint32_t width, std::string description);
    static Column time(std::string name, std::string description);     ///< since the start of the run, ns
    static Column duration(std::string name, std::string description); ///< ns

    bool operator==(Column const&) const = default;
    /// Bytes of one value in memory and, before compression, in the file; 0 for texts of any length.
    std::size_t value_size() const;
};

struct TableSchema {
    std::string path; ///< "/requests"
    std::string description;
    std::vector<Column> columns;
    std::size_t chunk_rows = 16384;
};

namespace detail {
template <class T>
inline constexpr bool is_id = false;
template <class Tag>
inline constexpr bool is_id<Id<Tag>> = true;
} // namespace detail

/// Values of one column. Texts of any length live in `texts`, all else in `raw`.
struct ColumnBuffer {
    std::vector<std::byte> raw;
    std::vector<std::string> texts;
};

class Table {
  public:
    /// Called with this table when `buffered()` has reached the chunk; the buffer is emptied when it returns.
    using Full = std::function<void(Table const&)>;
    Table(TableSchema schema, Full on_full);
    Table(Table const&) = delete;
    Table& operator=(Table const&) = delete;

    template <class... Values>
    void append(Values const&... values) {
        if (sizeof...(values) != schema_.columns.size()) wrong_count(sizeof...(values));
        std::size_t c = 0;
        (put(c++, values), ...);
        end_row();
    }
    /// The same where only the run knows which columns there are: numbers (f64) and texts.
    void append_row(std::span<std::variant<double, std::string> const> values) {
        if (values.size() != schema_.columns.size()) wrong_count(values.size());
        for (std::size_t c = 0; c < values.size(); ++c)
            std::visit([&](auto const& value) { put(c, value); }, values[c]);
        end_row();
    }

    /// The same for columns whose number only the run knows; `values` is a range of std::variant.
    template <class Variants>
    void append_row(Variants const& values) {
        if (values.size() != schema_.columns.size()) wrong_count(values.size());
        std::size_t c = 0;
        for (auto const& value : values)
            std::visit([&](auto const& v) { put(c++, v); }, value);
        end_row();
    }

    TableSchema const& schema() const { return schema_; }
    std::uint64_t rows() const { return written_ + buffered_; } ///< ever appended
    std::size_t buffered() const { return buffered_; }          ///< not yet handed to on_full
    ColumnBuffer const& buffer(std::size_t column) const { return buffers_[column]; }

  private:
    template <class T>
    void put(std::size_t c, T const& value) {
        ColumnType const type = types_[c];
        if constexpr (std::is_same_v<T, bool>) {
            if (type != ColumnType::boolean) wrong_type(c, "a bool");
            store(c, static_cast<std::uint8_t>(value));
        } else if constexpr (detail::is_id<T>) {
            if (type != ColumnType::u32) wrong_type(c, "an id (u32)");
            store(c, value.value);
        } else if constexpr (std::is_enum_v<T>) {
            auto const v = static_cast<std::underlying_type_t<T>>(value);
            if (type != ColumnType::enumeration) wrong_type(c, "an enumerator");
            if (!std::in_range<std::uint8_t>(+v) || static_cast<std::size_t>(v) >= schema_.columns[c].values.size())
                wrong_value(c);
            store(c, static_cast<std::uint8_t>(v));
        } else if constexpr (std::is_integral_v<T>) {
            switch (type) {
            case ColumnType::i64:
                return store_fitting<std::int64_t>(c, value);
            case ColumnType::u64:
                return store_fitting<std::uint64_t>(c, value);
            case ColumnType::u32:
                return store_fitting<std::uint32_t>(c, value);
            case ColumnType::u8:
                return store_fitting<std::uint8_t>(c, value);
            default:
                wrong_type(c, "an integer");
            }
        } else if constexpr (std::is_floating_point_v<T>) {
            if (type != ColumnType::f64) wrong_type(c, "a floating-point number");
            store(c, static_cast<double>(value));
        } else if constexpr (std::is_convertible_v<T, SimTime>) {
            if (type != ColumnType::time) wrong_type(c, "a time");
            store(c, std::int64_t{SimTime{value}.time_since_epoch().count()});
        } else if constexpr (std::is_convertible_v<T, SimDuration>) {
            if (type != ColumnType::duration) wrong_type(c, "a duration");
            store(c, std::int64_t{SimDuration{value}.count()});
        } else {
            static_assert(std::is_convertible_v<T, std::string_view>, "no column holds a value of this type");
            put_text(c, std::string_view{value});
        }
    }
    template <class Stored, class T>
    void store_fitting(std::size_t c, T value) {
        if (!std::in_range<Stored>(+value)) wrong_value(c);
        store(c, static_cast<Stored>(value));
    }
    template <class Stored>
    void store(std::size_t c, Stored value) {
        std::memcpy(buffers_[c].raw.data() + buffered_ * sizeof(Stored), &value, sizeof(Stored));
    }
    void put_text(std::size_t c, std::string_view text);
    void end_row() {
        if (++buffered_ == schema_.chunk_rows)
            hand_over();
        else if (buffered_ == capacity_)
            grow();
    }
    void hand_over();
    void grow();
    [[noreturn]] void wrong_count(std::size_t given) const;
    [[noreturn]] void wrong_type(std::size_t c, char const* given) const;
    [[noreturn]] void wrong_value(std::size_t c) const;

    TableSchema schema_;
    Full on_full_;
    std::vector<ColumnType> types_;
    std::vector<ColumnBuffer> buffers_;
    std::size_t buffered_ = 0, capacity_ = 0;
    std::uint64_t written_ = 0;
};

} // namespace qkdes
