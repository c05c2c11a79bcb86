#include "sim/base/rng.hpp"

#include "sim/base/byte_words.hpp"
#include "sim/base/contracts.hpp"
#include "sim/base/hash.hpp"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define QKDES_HAS_AVX2_PATH 1
#endif

namespace qkdes {
namespace {

#ifdef QKDES_HAS_AVX2_PATH
/// Blocks `first` to first + 8 * groups of a stream, the bits that refill() makes: eight blocks side by side, each
/// 32-bit word in the low half of a lane. Key schedule and multipliers are those of the SC'11 paper.
__attribute__((target("avx2"))) void philox_blocks_avx2(std::array<std::uint32_t, 2> key,
                                                        std::array<std::uint32_t, 2> stream, std::uint64_t first,
                                                        std::size_t groups, std::uint64_t* out) {
    __m256i const m0 = _mm256_set1_epi64x(0xD2511F53u), m1 = _mm256_set1_epi64x(0xCD9E8D57u),
                  low = _mm256_set1_epi64x(0xffffffffu);
    for (std::size_t g = 0; g < groups; ++g, first += 8, out += 16) {
        __m256i c0[2], c1[2], c2[2], c3[2];
        for (int h = 0; h < 2; ++h) {
            auto const n = static_cast<long long>(first + 4 * static_cast<unsigned>(h));
            c0[h] = _mm256_set_epi64x(n + 3, n + 2, n + 1, n);
            c1[h] = _mm256_srli_epi64(c0[h], 32);
            c2[h] = _mm256_set1_epi64x(stream[0]);
            c3[h] = _mm256_set1_epi64x(stream[1]);
        }
        std::uint32_t k0 = key[0], k1 = key[1];
        for (int round = 0; round < 10; ++round, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u)
            for (int h = 0; h < 2; ++h) {
                __m256i const p0 = _mm256_mul_epu32(c0[h], m0), p1 = _mm256_mul_epu32(c2[h], m1);
                c0[h] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p1, 32), c1[h]), _mm256_set1_epi64x(k0));
                c2[h] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p0, 32), c3[h]), _mm256_set1_epi64x(k1));
                c1[h] = p1;
                c3[h] = p0;
            }
        for (int h = 0; h < 2; ++h) {
            __m256i const a = _mm256_or_si256(_mm256_and_si256(c0[h], low), _mm256_slli_epi64(c1[h], 32));
            __m256i const b = _mm256_or_si256(_mm256_and_si256(c2[h], low), _mm256_slli_epi64(c3[h], 32));
            __m256i const even = _mm256_unpacklo_epi64(a, b), odd = _mm256_unpackhi_epi64(a, b);
            auto* const to = reinterpret_cast<__m256i*>(out + 8 * h);
            _mm256_storeu_si256(to, _mm256_permute2x128_si256(even, odd, 0x20));
            _mm256_storeu_si256(to + 1, _mm256_permute2x128_si256(even, odd, 0x31));
        }
    }
}
#endif

} // namespace

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

void RngStream::skip(std::uint64_t words) {
    if (words <= have_) {
        have_ -= static_cast<unsigned>(words);
        return;
    }
    words -= have_;
    have_ = 0;
    block_ += words / 2;
    if (words % 2 == 1) next();
}

void RngStream::fill(std::span<std::uint64_t> words) {
    std::size_t done = 0;
#ifdef QKDES_HAS_AVX2_PATH
    // The words of next(), in its order; what is buffered goes first.
    static bool const wide = __builtin_cpu_supports("avx2");
    if (wide && words.size() >= 32) {
        while (have_ > 0)
            words[done++] = next();
        std::size_t const groups = (words.size() - done) / 16;
        philox_blocks_avx2(key_, stream_, block_, groups, words.data() + done);
        block_ += 8 * groups;
        done += 16 * groups;
    }
#endif
    for (; done < words.size(); ++done)
        words[done] = next();
}

void RngStream::fill(std::span<std::uint8_t> bytes) {
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8)
        store_word(next(), &bytes[at]);
    if (at == bytes.size()) return;
    for (std::uint64_t word = next(); at < bytes.size(); word >>= 8)
        bytes[at++] = static_cast<std::uint8_t>(word);
}

} // namespace qkdes
