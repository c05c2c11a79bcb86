#include "sim/record/chunk_filters.hpp"

#include "sim/base/contracts.hpp"

#include <libdeflate.h>

namespace qkdes {

namespace {

constexpr int kFastest = 1;

void shuffle(std::span<std::byte const> raw, std::size_t width, std::span<std::byte> out) {
    std::size_t const values = raw.size() / width;
    for (std::size_t byte = 0; byte < width; ++byte)
        for (std::size_t i = 0; i < values; ++i)
            out[byte * values + i] = raw[i * width + byte];
}

} // namespace

struct ChunkFilters::Compressor {
    libdeflate_compressor* const handle = libdeflate_alloc_compressor(kFastest);
    Compressor() { QKDES_ENSURES(handle != nullptr); }
    Compressor(Compressor const&) = delete;
    Compressor& operator=(Compressor const&) = delete;
    ~Compressor() { libdeflate_free_compressor(handle); }
};

ChunkFilters::ChunkFilters() = default;
ChunkFilters::~ChunkFilters() = default;
ChunkFilters::ChunkFilters(ChunkFilters&&) noexcept = default;
ChunkFilters& ChunkFilters::operator=(ChunkFilters&&) noexcept = default;

ChunkFilters::Packed ChunkFilters::pack(std::span<std::byte const> raw, std::size_t width) {
    QKDES_EXPECTS(width > 0 && !raw.empty() && raw.size() % width == 0);
    if (!compressor_) compressor_ = std::make_unique<Compressor>();
    if (width > 1) {
        shuffled_.resize(raw.size());
        shuffle(raw, width, shuffled_);
        raw = shuffled_;
    }
    packed_.resize(raw.size());
    std::size_t const size =
        libdeflate_zlib_compress(compressor_->handle, raw.data(), raw.size(), packed_.data(), packed_.size());
    if (size == 0 || size == raw.size()) return {raw, width > 1 ? 2u : 1u}; // it would have grown
    return {std::span{packed_}.first(size), 0};
}

} // namespace qkdes
