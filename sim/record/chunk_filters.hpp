// A whole chunk of a column as HDF5's own filters would leave it: bytes of equal place side by side (shuffle), then
// zlib at its fastest level. HDF5 would do both itself, with zlib, at less than half the speed: the rows of a large
// network cost a tenth of its run that way. Any HDF5 reader reads either.
//
// Checked: tests/sim/record/chunk_filters_test.cpp reads with HDF5 what this packed.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace qkdes {

class ChunkFilters {
  public:
    ChunkFilters();
    ~ChunkFilters();
    ChunkFilters(ChunkFilters&&) noexcept;
    ChunkFilters& operator=(ChunkFilters&&) noexcept;

    struct Packed {
        std::span<std::byte const> bytes; ///< until the next call
        std::uint32_t left_out = 0;       ///< the filters that were not applied, a bit each, as H5Dwrite_chunk takes it
    };
    /// `raw`: whole values of `width` bytes, at least one. The dataset's filters are shuffle, when `width` > 1, and
    /// then deflate; the latter is left out when it would gain nothing.
    Packed pack(std::span<std::byte const> raw, std::size_t width);

  private:
    struct Compressor;
    std::unique_ptr<Compressor> compressor_;
    std::vector<std::byte> shuffled_, packed_;
};

} // namespace qkdes
