// Columns of a results file, for tests that look at rows.
#pragma once
#include "sim/record/hdf5_file.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace qkdes::test {

class ResultsFile {
  public:
    explicit ResultsFile(std::filesystem::path const& path)
        : file_{Hdf5File::open(path, path, Hdf5File::Access::read)} {
        EXPECT_TRUE(file_.ok());
    }
    /// T as the column's type is stored: double, std::uint32_t, std::uint8_t (enumerations), std::int64_t (times) ...
    template <class T>
    std::vector<T> numbers(std::string const& path) {
        auto const [info, buffer] = read(path);
        EXPECT_EQ(buffer.raw.size(), info.rows * sizeof(T)) << path;
        std::vector<T> values(info.rows);
        if (!values.empty()) std::memcpy(values.data(), buffer.raw.data(), info.rows * sizeof(T));
        return values;
    }
    std::vector<std::string> texts(std::string const& path) {
        auto const [info, buffer] = read(path);
        if (info.column.width == 0) return buffer.texts;
        std::vector<std::string> out;
        for (std::uint64_t row = 0; row < info.rows; ++row) {
            auto const* text = reinterpret_cast<char const*>(buffer.raw.data()) + row * info.column.width;
            out.emplace_back(text, strnlen(text, info.column.width));
        }
        return out;
    }

  private:
    std::pair<ColumnInfo, ColumnBuffer> read(std::string const& path) {
        auto info = file_->info(path);
        EXPECT_TRUE(info.ok()) << path;
        auto buffer = file_->read(path, *info, 0, info->rows);
        EXPECT_TRUE(buffer.ok()) << path;
        return {*info, *buffer};
    }
    Result<Hdf5File> file_;
};

} // namespace qkdes::test
