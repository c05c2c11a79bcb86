// Arithmetic in GF(2^128) with the polynomial x^128 + x^7 + x^2 + x + 1. Bit i of a byte string is bit i % 8 (lowest
// first) of byte i / 8. Constant time: no tables, no branches on operands. Slow (128 steps) and rarely called.
//
// Checked: field axioms on random triples and the inverse by Fermat, tests/sim/kme/shares_field_test.cpp.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace qkdes {

struct Gf128 {
    std::uint64_t low = 0, high = 0;
    bool operator==(Gf128 const&) const = default;
    friend constexpr Gf128 operator^(Gf128 a, Gf128 b) { return {a.low ^ b.low, a.high ^ b.high}; }
    friend constexpr Gf128 operator*(Gf128 a, Gf128 b) {
        Gf128 product;
        for (unsigned bit = 0; bit < 128; ++bit) {
            std::uint64_t const take = 0 - ((bit < 64 ? b.low >> bit : b.high >> (bit - 64)) & 1);
            product.low ^= a.low & take;
            product.high ^= a.high & take;
            std::uint64_t const carry = 0 - (a.high >> 63);
            a.high = a.high << 1 | a.low >> 63;
            a.low = (a.low << 1) ^ (carry & 0x87);
        }
        return product;
    }
    /// Of up to 16 bytes; the rest is zero.
    static Gf128 from_bytes(std::span<std::uint8_t const> bytes) {
        Gf128 out;
        for (std::size_t i = 0; i < bytes.size() && i < 16; ++i)
            (i < 8 ? out.low : out.high) |= std::uint64_t{bytes[i]} << (8 * (i % 8));
        return out;
    }
    void to_bytes(std::span<std::uint8_t, 16> out) const {
        for (std::size_t i = 0; i < 16; ++i)
            out[i] = static_cast<std::uint8_t>((i < 8 ? low : high) >> (8 * (i % 8)));
    }
};

} // namespace qkdes
