// Arithmetic in GF(2^8) with the polynomial x^8 + x^4 + x^3 + x + 1 (0x11b), as in AES and most secret-sharing tools.
//
// No tables and no branches on operands: time does not depend on secret bytes. The factors that this layer multiplies
// secrets by are public (positions of shares), the other operand is not.
//
// Checked: FIPS 197 section 4.2 products and all 65 536 products against schoolbook division,
// tests/sim/kme/shares_field_test.cpp.
#pragma once
#include "sim/base/contracts.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace qkdes {

constexpr std::uint8_t gf256_multiply(std::uint8_t a, std::uint8_t b) {
    unsigned product = 0, power = a;
    for (unsigned bit = 0; bit < 8; ++bit) {
        product ^= power & (0u - (b >> bit & 1u));
        power = (power << 1) ^ (0x11bu & (0u - (power >> 7 & 1u)));
    }
    return static_cast<std::uint8_t>(product);
}

/// a^254: the inverse, and 0 for 0.
constexpr std::uint8_t gf256_inverse(std::uint8_t a) {
    std::uint8_t power = a, result = 1; // 254 = 2 + 4 + ... + 128
    for (int i = 0; i < 7; ++i) {
        power = gf256_multiply(power, power);
        result = gf256_multiply(result, power);
    }
    return result;
}

/// sum += factor * data, byte by byte.
inline void gf256_multiply_add(std::span<std::uint8_t> sum, std::span<std::uint8_t const> data, std::uint8_t factor) {
    QKDES_EXPECTS(sum.size() == data.size());
    for (std::size_t i = 0; i < data.size(); ++i)
        sum[i] = static_cast<std::uint8_t>(sum[i] ^ gf256_multiply(data[i], factor));
}

} // namespace qkdes
