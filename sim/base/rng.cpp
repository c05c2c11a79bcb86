#include "sim/base/rng.hpp"

#include "sim/base/contracts.hpp"
#include "sim/base/hash.hpp"

namespace qkdes {

RngStream::RngStream(std::uint64_t seed, std::string_view name, std::uint64_t index) {
    std::uint64_t const key = mix64(seed ^ 0x71f3a9c05bd2e846ull);
    std::uint64_t const stream = mix64(hash_text(name) + index * 0x9e3779b97f4a7c15ull);
    key_ = {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)};
    stream_ = {static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32)};
}

std::uint64_t RngStream::below(std::uint64_t bound) {
    QKDES_EXPECTS(bound > 0);
    std::uint64_t const threshold = -bound % bound;
    __extension__ using Wide = unsigned __int128;
    for (;;) {
        Wide const product = Wide{next()} * bound;
        if (static_cast<std::uint64_t>(product) >= threshold) return static_cast<std::uint64_t>(product >> 64);
    }
}

void RngStream::fill(std::span<std::uint64_t> words) {
    for (auto& w : words)
        w = next();
}

void RngStream::fill(std::span<std::uint8_t> bytes) {
    std::size_t i = 0;
    while (i < bytes.size()) {
        std::uint64_t word = next();
        for (int k = 0; k < 8 && i < bytes.size(); ++k, word >>= 8)
            bytes[i++] = static_cast<std::uint8_t>(word);
    }
}

} // namespace qkdes
