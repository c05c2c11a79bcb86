#include "models/postprocessing/toeplitz_kernel.hpp"

#include <cmath>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace qkdes::toeplitz {
namespace {

constexpr std::size_t kLargestLeaf = 32;

/// What depends on the machine.
struct Kernel {
    /// middle_product by the schoolbook, for a leaf.
    void (*leaf)(std::uint64_t const* t, std::uint64_t const* v, std::uint64_t* out, std::size_t size);
    /// out = a ^ b over a multiple of 4 words; out may be a or b.
    void (*add)(std::uint64_t const* a, std::uint64_t const* b, std::uint64_t* out, std::size_t size);
};

void leaf_portable(std::uint64_t const* t, std::uint64_t const* v, std::uint64_t* out, std::size_t size) {
    std::uint64_t carried = 0; // upper word of the column before
    for (std::size_t column = size - 1; column < 2 * size; ++column) {
        Word128 sum;
        for (std::size_t j = 0; j < size; ++j)
            sum ^= carryless_multiply(v[j], t[column - j]);
        if (column >= size) out[column - size] = sum.low ^ carried;
        carried = sum.high;
    }
}

void add_portable(std::uint64_t const* a, std::uint64_t const* b, std::uint64_t* out, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i)
        out[i] = a[i] ^ b[i];
}

#if defined(__x86_64__)
#define QKDES_TARGET_PCLMUL __attribute__((target("pclmul,sse4.1")))
#define QKDES_TARGET_VPCLMUL __attribute__((target("avx2,pclmul,vpclmulqdq")))

QKDES_TARGET_PCLMUL inline __m128i load2(std::uint64_t const* words) {
    return _mm_loadu_si128(reinterpret_cast<__m128i const*>(words));
}

// Two columns at a time: with T = (t[k], t[k+1]) and V = (v[j], v[j+1]) the four half products of T and V belong to the
// columns k + j, k + j + 1 (twice) and k + j + 2.
QKDES_TARGET_PCLMUL void leaf_pclmul(std::uint64_t const* t, std::uint64_t const* v, std::uint64_t* out,
                                     std::size_t size) {
    __m128i before = _mm_setzero_si128(); // column size - 1: only its upper word is wanted
    for (std::size_t j = 0; j < size; j += 2) {
        __m128i const T = load2(t + size - 2 - j), V = load2(v + j);
        before =
            _mm_xor_si128(before, _mm_xor_si128(_mm_clmulepi64_si128(T, V, 0x01), _mm_clmulepi64_si128(T, V, 0x10)));
    }
    for (std::size_t column = size; column < 2 * size; column += 2) {
        __m128i even = _mm_setzero_si128(), odd = _mm_setzero_si128();
        __m128i T = load2(t + column);
        for (std::size_t j = 0; j < size; j += 2) {
            __m128i const V = load2(v + j), below = load2(t + column - j - 2);
            even = _mm_xor_si128(even, _mm_clmulepi64_si128(T, V, 0x00));
            even = _mm_xor_si128(even, _mm_clmulepi64_si128(below, V, 0x11));
            odd = _mm_xor_si128(odd, _mm_clmulepi64_si128(T, V, 0x01));
            odd = _mm_xor_si128(odd, _mm_clmulepi64_si128(T, V, 0x10));
            T = below;
        }
        __m128i const low = _mm_unpacklo_epi64(even, odd);
        __m128i const high = _mm_unpackhi_epi64(before, even);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + column - size), _mm_xor_si128(low, high));
        before = odd;
    }
}

QKDES_TARGET_VPCLMUL inline __m256i load4(std::uint64_t const* words) {
    return _mm256_loadu_si256(reinterpret_cast<__m256i const*>(words));
}

// As above with two lanes: the upper lane works on the columns two further on.
QKDES_TARGET_VPCLMUL void leaf_vpclmul(std::uint64_t const* t, std::uint64_t const* v, std::uint64_t* out,
                                       std::size_t size) {
    __m256i sum = _mm256_setzero_si256();
    for (std::size_t j = 0; j < size; j += 4) {
        __m256i const T = _mm256_permute4x64_epi64(load4(t + size - 4 - j), 0x4e), V = load4(v + j);
        sum = _mm256_xor_si256(sum, _mm256_clmulepi64_epi128(T, V, 0x01));
        sum = _mm256_xor_si256(sum, _mm256_clmulepi64_epi128(T, V, 0x10));
    }
    alignas(32) std::uint64_t high[kLargestLeaf + 4]; // upper word of column size - 1 + i
    high[0] = static_cast<std::uint64_t>(
        _mm_extract_epi64(_mm_xor_si128(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1)), 1));
    for (std::size_t column = size; column < 2 * size; column += 4) {
        __m256i even = _mm256_setzero_si256(), odd = even, even2 = even, odd2 = even;
        __m256i T = load4(t + column);
        for (std::size_t j = 0; j < size; j += 2) {
            __m256i const V = _mm256_broadcastsi128_si256(load2(v + j)), below = load4(t + column - j - 2);
            even = _mm256_xor_si256(even, _mm256_clmulepi64_epi128(T, V, 0x00));
            even2 = _mm256_xor_si256(even2, _mm256_clmulepi64_epi128(below, V, 0x11));
            odd = _mm256_xor_si256(odd, _mm256_clmulepi64_epi128(T, V, 0x01));
            odd2 = _mm256_xor_si256(odd2, _mm256_clmulepi64_epi128(T, V, 0x10));
            T = below;
        }
        even = _mm256_xor_si256(even, even2);
        odd = _mm256_xor_si256(odd, odd2);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + column - size), _mm256_unpacklo_epi64(even, odd));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(high + column - size + 1), _mm256_unpackhi_epi64(even, odd));
    }
    for (std::size_t i = 0; i < size; i += 4)
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i), _mm256_xor_si256(load4(out + i), load4(high + i)));
}

QKDES_TARGET_VPCLMUL void add_avx2(std::uint64_t const* a, std::uint64_t const* b, std::uint64_t* out,
                                   std::size_t size) {
    for (std::size_t i = 0; i < size; i += 4)
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i), _mm256_xor_si256(load4(a + i), load4(b + i)));
}

QKDES_TARGET_PCLMUL void add_sse2(std::uint64_t const* a, std::uint64_t const* b, std::uint64_t* out,
                                  std::size_t size) {
    for (std::size_t i = 0; i < size; i += 2)
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i), _mm_xor_si128(load2(a + i), load2(b + i)));
}
#endif

Kernel kernel_for(CarrylessPath path) {
#if defined(__x86_64__)
    if (path == CarrylessPath::vpclmul) return {leaf_vpclmul, add_avx2};
    if (path == CarrylessPath::pclmul) return {leaf_pclmul, add_sse2};
#endif
    static_cast<void>(path);
    return {leaf_portable, add_portable};
}

void halve(Kernel const& kernel, Square square, std::uint64_t const* t, std::uint64_t const* v, std::uint64_t* out,
           std::uint64_t* scratch) {
    if (square.depth == 0) return kernel.leaf(t, v, out, square.leaf);
    std::size_t const h = square.side() / 2;
    Square const half{square.leaf, square.depth - 1};
    std::uint64_t* const sums = scratch;        // T0 + T1 and, from h on, T1 + T2: 3 h words
    std::uint64_t* const vector = sums + 3 * h; // v0 + v1, then a product: h words
    scratch += 4 * h;
    kernel.add(v, v + h, vector, h);
    halve(kernel, half, t + h, vector, out, scratch); // P1
    kernel.add(t, t + h, sums, 3 * h);
    halve(kernel, half, sums + h, v, out + h, scratch); // (T1 + T2) v0
    kernel.add(out + h, out, out + h, h);
    halve(kernel, half, sums, v + h, vector, scratch); // (T0 + T1) v1
    kernel.add(out, vector, out, h);
}

} // namespace

double Square::cost() const {
    // Leaf: one product per pair of words; each halving costs six additions per word of the half. A product takes about
    // as long as three additions.
    double const words = static_cast<double>(leaf);
    double cost = words * words + 3 * words + 20;
    double half = words;
    for (unsigned level = 0; level < depth; ++level, half *= 2)
        cost = 3 * cost + 2 * half;
    return cost;
}

void middle_product(Square square, std::uint64_t const* t, std::uint64_t const* v, std::uint64_t* out,
                    std::uint64_t* scratch, CarrylessPath path) {
    halve(kernel_for(path), square, t, v, out, scratch);
}

} // namespace qkdes::toeplitz
