#include "sim/base/polynomial_hash.hpp"

#include "sim/base/contracts.hpp"

#include <array>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace qkdes {
namespace {

// x^128 = x^7 + x^2 + x + 1: folds the upper half of a 256-bit product onto the lower, twice.
Word128 reduce(Word128 low, Word128 high) {
    auto const times_87 = [](std::uint64_t w) {
        return Word128{w ^ w << 1 ^ w << 2 ^ w << 7, w >> 63 ^ w >> 62 ^ w >> 57};
    };
    Word128 const top = times_87(high.high); // belongs at x^64; its own high part wraps around again
    Word128 const bottom = times_87(high.low ^ top.high);
    return {low.low ^ bottom.low, low.high ^ bottom.high ^ top.low};
}

#if defined(__x86_64__)
#define QKDES_TARGET_PCLMUL __attribute__((target("pclmul,sse4.1")))

QKDES_TARGET_PCLMUL inline __m128i load(std::uint64_t const* words) {
    return _mm_loadu_si128(reinterpret_cast<__m128i const*>(words));
}

/// A product of two field elements before its middle is folded in and it is reduced: sums of these need both only once.
struct Product {
    __m128i low, middle, high;
};

QKDES_TARGET_PCLMUL inline void accumulate(Product& sum, __m128i a, __m128i b) {
    sum.low = _mm_xor_si128(sum.low, _mm_clmulepi64_si128(a, b, 0x00));
    sum.high = _mm_xor_si128(sum.high, _mm_clmulepi64_si128(a, b, 0x11));
    sum.middle =
        _mm_xor_si128(sum.middle, _mm_xor_si128(_mm_clmulepi64_si128(a, b, 0x01), _mm_clmulepi64_si128(a, b, 0x10)));
}

QKDES_TARGET_PCLMUL inline __m128i reduce(Product const& p) {
    __m128i const modulus = _mm_set_epi64x(0, 0x87);
    __m128i low = _mm_xor_si128(p.low, _mm_slli_si128(p.middle, 8));
    __m128i const high = _mm_xor_si128(p.high, _mm_srli_si128(p.middle, 8));
    __m128i const top = _mm_clmulepi64_si128(high, modulus, 0x01); // high.high * 0x87 belongs at x^64
    low = _mm_xor_si128(low, _mm_slli_si128(top, 8));
    __m128i const folded = _mm_xor_si128(high, _mm_srli_si128(top, 8));
    return _mm_xor_si128(low, _mm_clmulepi64_si128(folded, modulus, 0x00));
}

QKDES_TARGET_PCLMUL inline __m128i multiply(__m128i a, __m128i b) {
    Product product{};
    accumulate(product, a, b);
    return reduce(product);
}

/// Eight blocks at a time: (acc ^ b1) k^8 ^ b2 k^7 ^ ... ^ b8 k, reduced once.
QKDES_TARGET_PCLMUL Word128 horner_pclmul(std::uint64_t const* words, std::size_t blocks, Word128 key,
                                          std::uint64_t const* tail, std::size_t tail_blocks) {
    constexpr std::size_t kWays = 8;
    __m128i power[kWays];
    power[0] = _mm_set_epi64x(static_cast<long long>(key.high), static_cast<long long>(key.low));
    for (std::size_t i = 1; i < kWays; ++i)
        power[i] = multiply(power[i - 1], power[0]);
    __m128i acc = _mm_setzero_si128();
    for (; blocks >= kWays; blocks -= kWays, words += 2 * kWays) {
        Product sum{};
        for (std::size_t i = 1; i < kWays; ++i)
            accumulate(sum, load(words + 2 * i), power[kWays - 1 - i]);
        accumulate(sum, _mm_xor_si128(acc, load(words)), power[kWays - 1]); // last: the only one that waits for acc
        acc = reduce(sum);
    }
    for (; blocks > 0; --blocks, words += 2)
        acc = multiply(_mm_xor_si128(acc, load(words)), power[0]);
    for (; tail_blocks > 0; --tail_blocks, tail += 2)
        acc = multiply(_mm_xor_si128(acc, load(tail)), power[0]);
    Word128 out;
    _mm_storeu_si128(reinterpret_cast<__m128i*>(&out), acc);
    return out;
}
#endif

Word128 horner_portable(std::uint64_t const* words, std::size_t blocks, Word128 key, Word128 acc) {
    for (std::size_t i = 0; i < blocks; ++i)
        acc = gf128_multiply(acc ^ Word128{words[2 * i], words[2 * i + 1]}, key);
    return acc;
}

} // namespace

Word128 gf128_multiply(Word128 a, Word128 b) {
    Word128 const low = carryless_multiply(a.low, b.low);
    Word128 const high = carryless_multiply(a.high, b.high);
    Word128 const middle = carryless_multiply(a.low ^ a.high, b.low ^ b.high) ^ low ^ high; // Karatsuba
    return reduce({low.low, low.high ^ middle.low}, {high.low ^ middle.high, high.high});
}

Word128 polynomial_hash(std::span<std::uint64_t const> words, std::uint64_t bits, Word128 key, CarrylessPath path) {
    QKDES_EXPECTS(words.size() == (bits + 63) / 64);
    QKDES_EXPECTS(carryless_path_supported(path));
    std::size_t const whole = words.size() / 2;
    bool const half = words.size() % 2 != 0;
    std::array<std::uint64_t, 4> const tail{half ? words.back() : bits, 0, bits, 0}; // a half block, then the length
    std::size_t const tail_blocks = half ? 2 : 1;
#if defined(__x86_64__)
    if (path != CarrylessPath::portable) return horner_pclmul(words.data(), whole, key, tail.data(), tail_blocks);
#endif
    return horner_portable(tail.data(), tail_blocks, key, horner_portable(words.data(), whole, key, {}));
}

} // namespace qkdes
