// Opens a results file and reads columns from it. A file that is not one, not whole, or of another version is an error
// that says so; a partial file is fine and says that it is partial.
//
// Left out: damage inside attributes and texts of any length. Rows are compressed, and that carries a checksum; these
// are not, and HDF5 1.10 believes the lengths it finds there and may crash.
#pragma once
#include "sim/record/hdf5_file.hpp"
#include "sim/record/io_error.hpp"

#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace qkdes {

class ResultsReader {
  public:
    static Result<ResultsReader> open(std::filesystem::path const& path);

    bool complete() const { return complete_; }
    std::string const& reason() const { return reason_; } ///< why it is partial
    Attributes const& manifest() const { return manifest_; }
    Result<std::string> scenario();

    /// Names of the tables (and "/summary"), sorted: "/requests".
    Result<std::vector<std::string>> tables();
    /// Names of the columns of a table, sorted: "/requests/at".
    Result<std::vector<std::string>> columns(std::string const& table);
    Result<ColumnInfo> info(std::string const& column) { return file_.info(column); }
    /// Empty when there is none of that name.
    Result<Attributes> attributes(std::string const& object) { return file_.attributes(object); }
    Result<ColumnBuffer> read(std::string const& column, ColumnInfo const& info, std::uint64_t first,
                              std::uint64_t count) {
        return file_.read(column, info, first, count);
    }
    /// A whole column as numbers: times and durations in ns, enumerations and flags as their value. Not for texts.
    Result<std::vector<double>> numbers(std::string const& column);
    /// A whole column as texts: enumerations by name, everything else as it would be printed.
    Result<std::vector<std::string>> texts(std::string const& column);

  private:
    ResultsReader(Hdf5File file, Attributes manifest) : file_{std::move(file)}, manifest_{std::move(manifest)} {}
    Hdf5File file_;
    Attributes manifest_;
    bool complete_ = false;
    std::string reason_;
};

/// The value of that name, if there is one of that type.
template <class T>
std::optional<T> find_attribute(Attributes const& attributes, std::string_view name) {
    for (auto const& [key, value] : attributes)
        if (key == name)
            if (auto const* typed = std::get_if<T>(&value)) return *typed;
    return {};
}

/// Row `row` of a buffer whose values are of type T.
template <class T>
T value_at(ColumnBuffer const& buffer, std::size_t row) {
    T value;
    std::memcpy(&value, buffer.raw.data() + row * sizeof(T), sizeof(T));
    return value;
}

/// Row `row` of a buffer as a number, or as it would be printed.
double number_at(Column const& column, ColumnBuffer const& buffer, std::size_t row);
std::string text_at(Column const& column, ColumnBuffer const& buffer, std::size_t row);

} // namespace qkdes
