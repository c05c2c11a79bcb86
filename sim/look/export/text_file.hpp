// A text file that other programs shall find whole or not at all: it is written beside its name (NAME.part) and gets it
// when it is complete. Through a buffer, so that any length takes a MiB of memory.
#pragma once
#include "sim/record/io_error.hpp"

#include <cstdint>
#include <filesystem>

#include <fmt/format.h>

namespace qkdes::look {

class TextFile {
  public:
    /// Refuses a name that is taken, unless `replace`.
    static Result<TextFile> create(std::filesystem::path const& path, bool replace);
    TextFile(TextFile&& other) noexcept;
    TextFile& operator=(TextFile&&) = delete;
    ~TextFile(); ///< without `commit` nothing is left

    /// Append here, and call `turn` now and then.
    fmt::memory_buffer& text() { return text_; }
    /// Writes what has gathered once it is a MiB.
    MaybeError turn() { return text_.size() < kFull ? MaybeError{} : write(); }
    MaybeError commit();
    std::uint64_t bytes() const { return bytes_; } ///< written so far

  private:
    static constexpr std::size_t kFull = 1 << 20;
    TextFile(std::filesystem::path path, int file) : path_{std::move(path)}, file_{file} {}
    MaybeError write();

    std::filesystem::path path_;
    int file_ = -1;
    fmt::memory_buffer text_;
    std::uint64_t bytes_ = 0;
};

/// An error when the name is taken and may not be replaced.
MaybeError check_free(std::filesystem::path const& path, bool replace);

} // namespace qkdes::look
