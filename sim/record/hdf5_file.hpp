// An open HDF5 file, in the terms of sim/record: columns, scalars, attributes. hdf5_file.cpp is the only file that
// includes HDF5.
//
// Holds: the library never prints; its reasons come back in IoError. Chunks go to the system when they are written (no
// chunk cache), so a full disk shows at once. No time stamps and no space aggregators: the bytes of a file depend on
// the sequence of calls that write, not on flushes between them.
// After a failed write the file is abandoned: HDF5 is not asked to close it (it would write again, and may crash), its
// handles leak, and every further call returns the first error.
// One file at a time per object; objects may live on different threads only if HDF5 was built thread-safe (Debian's
// is).
#pragma once
#include "sim/record/chunk_filters.hpp"
#include "sim/record/io_error.hpp"
#include "sim/record/manifest.hpp"
#include "sim/record/table.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace qkdes {

/// A column as found in a file.
struct ColumnInfo {
    Column column;
    std::uint64_t rows = 0;
    bool scalar = false; ///< one value that is no column
    bool operator==(ColumnInfo const&) const = default;
};

using Attributes = std::vector<std::pair<std::string, Value>>; ///< sorted by name

class Hdf5File {
  public:
    enum class Access : std::uint8_t { read, add };

    /// Replaces what is there. `place` is the name that messages use. To `add` is meant for a copy: where in the file
    /// things come to stand is not the same each time.
    static Result<Hdf5File> create(std::filesystem::path const& path, std::filesystem::path const& place);
    static Result<Hdf5File> open(std::filesystem::path const& path, std::filesystem::path const& place, Access access);
    Hdf5File(Hdf5File&& other) noexcept;
    Hdf5File& operator=(Hdf5File&&) = delete;
    ~Hdf5File();

    // Writing. Paths are absolute inside the file, "/requests/at".
    MaybeError create_group(std::string const& path);
    MaybeError create_column(std::string const& path, Column const& column, std::size_t chunk_rows);
    /// Appends the first `rows` values of `values`; `column` as at creation.
    MaybeError append(std::string const& path, Column const& column, ColumnBuffer const& values, std::size_t rows);
    MaybeError write_scalar(std::string const& path, Scalar const& scalar);
    MaybeError set_attribute(std::string const& object, std::string const& name, Value const& value);
    /// All that was written so far is in the file, which could be copied and opened now.
    MaybeError flush();
    MaybeError close();
    /// Closes and opens again. What the library kept of the file is given back, and what is written next comes to
    /// stand where the file alone decides: not by what was kept, which differs with every flush().
    MaybeError reopen();

    // Reading.
    /// Names of the groups, or else of the datasets, in a group; sorted. A missing group has none.
    Result<std::vector<std::string>> groups(std::string const& path);
    Result<std::vector<std::string>> datasets(std::string const& path);
    Result<ColumnInfo> info(std::string const& path);
    /// Rows [first, first + count) of a column, or the value of a scalar; they must exist.
    Result<ColumnBuffer> read(std::string const& path, ColumnInfo const& info, std::uint64_t first,
                              std::uint64_t count);
    Result<Attributes> attributes(std::string const& object);

  private:
    Hdf5File(std::int64_t id, std::filesystem::path path, std::filesystem::path place)
        : file_{id}, path_{std::move(path)}, place_{std::move(place)} {}
    /// The library's reason for the failure of the last call, made sticky when writing.
    IoError failed_write();
    IoError failed_read(std::string const& object) const;
    struct Dataset {
        std::int64_t id = -1;       ///< -1: closed
        std::size_t chunk_rows = 0; ///< of a column that was made here; else 0
    };
    Result<Dataset> dataset(std::string const& path);
    /// A chunk and nothing else.
    MaybeError append_chunk(Dataset const& to, std::uint64_t first, Column const& column, ColumnBuffer const& values);
    Result<std::vector<std::string>> children(std::string const& path, int kind);

    std::int64_t file_ = -1;
    std::filesystem::path path_, place_;
    std::map<std::string, Dataset> datasets_; ///< by path; those with an id are open
    ChunkFilters filters_;
    MaybeError error_;
};

} // namespace qkdes
