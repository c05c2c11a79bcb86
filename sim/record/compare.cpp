#include "sim/record/compare.hpp"

#include "sim/base/hash.hpp"
#include "sim/record/reader.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <set>

#include <fmt/format.h>

namespace qkdes {

namespace {

constexpr std::uint64_t kBlockRows = 65536; // of a column in memory at a time
constexpr char kAbsent[] = "nothing";

std::string text_of(Value const& value) {
    if (auto const* text = std::get_if<std::string>(&value)) return *text;
    return std::visit(
        [](auto const& v) -> std::string {
            if constexpr (std::is_convertible_v<decltype(v), std::string>)
                return v;
            else
                return fmt::format("{}", v);
        },
        value);
}

double canonical(double v) {
    if (std::isnan(v)) return std::numeric_limits<double>::quiet_NaN();
    return v == 0 ? 0.0 : v; // -0 equals 0
}

std::string type_text(ColumnInfo const& info) {
    auto const& c = info.column;
    std::string text = fmt::format("{}{}{}", info.scalar ? "a single " : "", name_of(c.type),
                                   c.width != 0 ? fmt::format(" of {} bytes", c.width) : "");
    if (!c.values.empty()) text += fmt::format(" {{{}}}", fmt::join(c.values, ", "));
    return text;
}

class Comparison {
  public:
    Comparison(ResultsReader& a, ResultsReader& b) : a_{a}, b_{b} {}

    MaybeError run() {
        if (auto error = attributes("/manifest")) return error;
        if (auto error = column("/manifest/scenario")) return error;
        auto const in_a = a_.tables(), in_b = b_.tables();
        if (!in_a.ok()) return in_a.error();
        if (!in_b.ok()) return in_b.error();
        return each(*in_a, *in_b, [this](std::string const& name) { return table(name); });
    }
    std::vector<Difference> take() { return std::move(found_); }

  private:
    void differ(std::string where, std::string in_a, std::string in_b, std::optional<std::uint64_t> row = {}) {
        found_.push_back({std::move(where), row, std::move(in_a), std::move(in_b)});
    }

    /// Calls `both` with the names that both have; the others are differences.
    template <class Both>
    MaybeError each(std::vector<std::string> const& in_a, std::vector<std::string> const& in_b, Both both) {
        std::set<std::string> all{in_a.begin(), in_a.end()};
        all.insert(in_b.begin(), in_b.end());
        for (auto const& name : all) {
            if (!std::binary_search(in_a.begin(), in_a.end(), name))
                differ(name, kAbsent, "present");
            else if (!std::binary_search(in_b.begin(), in_b.end(), name))
                differ(name, "present", kAbsent);
            else if (auto error = both(name))
                return error;
        }
        return {};
    }

    MaybeError table(std::string const& name) {
        if (auto error = attributes(name)) return error;
        auto const in_a = a_.columns(name), in_b = b_.columns(name);
        if (!in_a.ok()) return in_a.error();
        if (!in_b.ok()) return in_b.error();
        return each(*in_a, *in_b, [this](std::string const& path) { return column(path); });
    }

    MaybeError attributes(std::string const& object) {
        auto const in_a = a_.attributes(object), in_b = b_.attributes(object);
        if (!in_a.ok()) return in_a.error();
        if (!in_b.ok()) return in_b.error();
        std::set<std::string> names;
        for (auto const* side : {&*in_a, &*in_b})
            for (auto const& [name, value] : *side)
                names.insert(name);
        for (auto const& name : names) {
            auto const text = [&](Attributes const& from) {
                for (auto const& [key, value] : from)
                    if (key == name) return std::optional{value};
                return std::optional<Value>{};
            };
            auto const va = text(*in_a), vb = text(*in_b);
            if (va != vb)
                differ(fmt::format("{} {}", object, name), va ? text_of(*va) : kAbsent, vb ? text_of(*vb) : kAbsent);
        }
        return {};
    }

    MaybeError column(std::string const& path) {
        if (auto error = attributes(path)) return error;
        auto const in_a = a_.info(path), in_b = b_.info(path);
        if (!in_a.ok()) return in_a.error();
        if (!in_b.ok()) return in_b.error();
        if (type_text(*in_a) != type_text(*in_b)) {
            differ(path, type_text(*in_a), type_text(*in_b));
            return {};
        }
        std::uint64_t const common = std::min(in_a->rows, in_b->rows);
        for (std::uint64_t first = 0; first < common; first += kBlockRows) {
            std::uint64_t const count = std::min(kBlockRows, common - first);
            auto const block_a = a_.read(path, *in_a, first, count), block_b = b_.read(path, *in_b, first, count);
            if (!block_a.ok()) return block_a.error();
            if (!block_b.ok()) return block_b.error();
            if (auto const row = first_difference(in_a->column, *block_a, *block_b, count)) {
                differ(path, text_at(in_a->column, *block_a, *row), text_at(in_a->column, *block_b, *row),
                       first + *row);
                return {};
            }
        }
        if (in_a->rows != in_b->rows)
            differ(path, fmt::format("{} rows", in_a->rows), fmt::format("{} rows", in_b->rows));
        return {};
    }

    static std::optional<std::uint64_t> first_difference(Column const& column, ColumnBuffer const& a,
                                                         ColumnBuffer const& b, std::uint64_t count) {
        if (a.raw == b.raw && a.texts == b.texts) return {};
        std::size_t const size = column.value_size();
        for (std::uint64_t i = 0; i < count; ++i) {
            if (size == 0 ? a.texts[i] == b.texts[i]
                          : std::memcmp(a.raw.data() + i * size, b.raw.data() + i * size, size) == 0)
                continue;
            if (column.type == ColumnType::f64) {
                auto const bits = [&](ColumnBuffer const& of) {
                    return std::bit_cast<std::uint64_t>(canonical(number_at(column, of, i)));
                };
                if (bits(a) == bits(b)) continue;
            }
            return i;
        }
        return {};
    }

    ResultsReader &a_, &b_;
    std::vector<Difference> found_;
};

void add_text(RunningHash& hash, std::string_view text) {
    hash.add(text.size());
    hash.add(hash_text(text));
}

MaybeError hash_attributes(ResultsReader& reader, std::string const& object, RunningHash& hash) {
    auto attributes = reader.attributes(object);
    if (!attributes.ok()) return attributes.error();
    for (auto const& [name, value] : *attributes) {
        add_text(hash, name);
        hash.add(value.index());
        if (auto const* text = std::get_if<std::string>(&value))
            add_text(hash, *text);
        else if (auto const* number = std::get_if<double>(&value))
            hash.add(std::bit_cast<std::uint64_t>(canonical(*number)));
        else
            add_text(hash, text_of(value));
    }
    return {};
}

MaybeError hash_column(ResultsReader& reader, std::string const& path, RunningHash& hash) {
    add_text(hash, path);
    if (auto error = hash_attributes(reader, path, hash)) return error;
    auto const info = reader.info(path);
    if (!info.ok()) return info.error();
    add_text(hash, type_text(*info));
    hash.add(info->rows);
    auto const& column = info->column;
    for (std::uint64_t first = 0; first < info->rows; first += kBlockRows) {
        std::uint64_t const count = std::min(kBlockRows, info->rows - first);
        auto const block = reader.read(path, *info, first, count);
        if (!block.ok()) return block.error();
        if (column.type == ColumnType::f64) {
            for (std::size_t i = 0; i < count; ++i)
                hash.add(std::bit_cast<std::uint64_t>(canonical(number_at(column, *block, i))));
        } else {
            hash.add(hash_text({reinterpret_cast<char const*>(block->raw.data()), block->raw.size()}));
            for (auto const& text : block->texts)
                add_text(hash, text);
        }
    }
    return {};
}

} // namespace

Result<std::vector<Difference>> compare_results(std::filesystem::path const& a, std::filesystem::path const& b) {
    auto reader_a = ResultsReader::open(a), reader_b = ResultsReader::open(b);
    if (!reader_a.ok()) return reader_a.error();
    if (!reader_b.ok()) return reader_b.error();
    Comparison comparison{*reader_a, *reader_b};
    if (auto error = comparison.run()) return *error;
    return comparison.take();
}

std::string to_string(Difference const& d) {
    return fmt::format("{}{}: {} in the first, {} in the second", d.where, d.row ? fmt::format(", row {}", *d.row) : "",
                       d.in_a, d.in_b);
}

Result<std::uint64_t> content_hash(std::filesystem::path const& path) {
    auto reader = ResultsReader::open(path);
    if (!reader.ok()) return reader.error();
    RunningHash hash;
    if (auto error = hash_attributes(*reader, "/manifest", hash)) return *error;
    if (auto error = hash_column(*reader, "/manifest/scenario", hash)) return *error;
    auto const tables = reader->tables();
    if (!tables.ok()) return tables.error();
    for (auto const& table : *tables) {
        add_text(hash, table);
        if (auto error = hash_attributes(*reader, table, hash)) return *error;
        auto const columns = reader->columns(table);
        if (!columns.ok()) return columns.error();
        for (auto const& column : *columns)
            if (auto error = hash_column(*reader, column, hash)) return *error;
    }
    return hash.value();
}

} // namespace qkdes
