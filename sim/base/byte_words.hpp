// Bytes as words and back, the least significant byte first, whatever the machine.
#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace qkdes {

/// Of the first eight bytes.
inline std::uint64_t load_word(std::uint8_t const* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
}
/// Of all bytes, at most eight; zeros for those that are missing.
inline std::uint64_t load_word(std::span<std::uint8_t const> bytes) {
    if (bytes.size() >= 8) return load_word(bytes.data());
    std::uint64_t word = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
        word = word << 8 | bytes[i];
    return word;
}
inline void store_word(std::uint64_t word, std::uint8_t* bytes) {
    if constexpr (std::endian::native != std::endian::little) word = __builtin_bswap64(word);
    std::memcpy(bytes, &word, sizeof word);
}

} // namespace qkdes
