#include "models/postprocessing/ldpc/check_kernel.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#define QKDES_HAS_AVX2_PATH 1
#include <immintrin.h>
#endif

namespace qkdes::ldpc {
namespace {

/// round(16 ln(1 + e^-x)) at x = (2 i + .5) / 16 nats, i the index; 0 from 62/16 on.
constexpr std::array<std::uint8_t, 32> kCorrection{11, 10, 9, 8, 7, 7, 6, 5, 5, 4, 4, 4, 3, 3, 2, 2,
                                                   2,  2,  2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0};

int correction(int x) { return kCorrection[static_cast<std::size_t>(std::min(x >> 1, 31))]; }

/// a (+) b in sixteenths of a nat; saturating as the vectors do.
int combine(int a, int b) {
    int const raised = std::min(255, std::min(a, b) + correction(std::min(255, a + b)));
    return std::max(0, raised - correction(std::abs(a - b)));
}

// Combined one by one, a large input takes less than half a unit off what there is so far, and rounding would make that
// nothing, a hundred times in a long row. Inputs of like size combine exactly enough: eight of them first, in pairs.
constexpr std::size_t kGroup = 8;

int combine_group(std::array<int, kGroup> const& g) {
    return combine(combine(combine(g[0], g[1]), combine(g[2], g[3])),
                   combine(combine(g[4], g[5]), combine(g[6], g[7])));
}

int saturated(int x) { return std::clamp(x, -32768, 32767); }

int size_of(int input) { return 2 * std::min(std::abs(input), 127); }

} // namespace

void update_row_scalar(RowJob const& job) {
    std::uint32_t const z = job.lift;
    std::size_t const stride = z + kMirror, degree = job.edges.size();
    std::array<int, kMostEdges> inputs;
    for (std::uint32_t i = 0; i < z; ++i) {
        std::uint32_t const place = place_of(i);
        int least = 255, rest = 255; // the smallest input, and the combination of all others
        std::array<int, kGroup> group;
        int sign = job.check_signs[place];
        for (std::size_t e = 0; e < job.edges.size(); ++e) {
            std::uint32_t const at = (i + job.edges[e].shift) % z;
            int const input = saturated(job.beliefs[job.edges[e].column * stride + at] - job.messages[e * z + place]);
            inputs[e] = input;
            sign ^= input;
            group[e % kGroup] = std::max(size_of(input), least);
            least = std::min(size_of(input), least);
            if (e % kGroup == kGroup - 1) rest = combine(rest, combine_group(group));
        }
        for (std::size_t e = degree - degree % kGroup; e < degree; ++e)
            rest = combine(rest, group[e % kGroup]);
        int const all = std::min(255, combine(rest, least) + 1) >> 1, others = std::min(255, rest + 1) >> 1;
        for (std::size_t e = 0; e < job.edges.size(); ++e) {
            std::uint32_t const at = (i + job.edges[e].shift) % z;
            int const size = size_of(inputs[e]) == least ? others : all;
            int const message = (sign ^ inputs[e]) < 0 ? -size : size;
            job.messages[e * z + place] = static_cast<std::int8_t>(message);
            job.beliefs[job.edges[e].column * stride + at] = static_cast<std::int16_t>(saturated(inputs[e] + message));
        }
    }
    for (Edge const edge : job.edges)
        std::memcpy(job.beliefs + edge.column * stride + z, job.beliefs + edge.column * stride, 2 * kMirror);
}

#ifdef QKDES_HAS_AVX2_PATH
namespace {

bool has_avx2() {
    static bool const has = __builtin_cpu_supports("avx2");
    return has;
}

#define QKDES_AVX2 __attribute__((target("avx2"), always_inline)) inline

QKDES_AVX2 __m256i load(void const* from) { return _mm256_loadu_si256(static_cast<__m256i const*>(from)); }
QKDES_AVX2 void store(void* to, __m256i x) { _mm256_storeu_si256(static_cast<__m256i*>(to), x); }

struct Tables {
    __m256i low, high;
};

QKDES_AVX2 __m256i correction(__m256i x, Tables const& tables) {
    __m256i const index =
        _mm256_min_epu8(_mm256_and_si256(_mm256_srli_epi16(x, 1), _mm256_set1_epi8(127)), _mm256_set1_epi8(31));
    return _mm256_blendv_epi8(_mm256_shuffle_epi8(tables.low, index), _mm256_shuffle_epi8(tables.high, index),
                              _mm256_slli_epi16(index, 3));
}

QKDES_AVX2 __m256i combine(__m256i a, __m256i b, Tables const& tables) {
    __m256i const apart = _mm256_or_si256(_mm256_subs_epu8(a, b), _mm256_subs_epu8(b, a));
    __m256i const raised = _mm256_adds_epu8(_mm256_min_epu8(a, b), correction(_mm256_adds_epu8(a, b), tables));
    return _mm256_subs_epu8(raised, correction(apart, tables));
}

QKDES_AVX2 __m256i combine_group(__m256i const* g, Tables const& t) {
    return combine(combine(combine(g[0], g[1], t), combine(g[2], g[3], t), t),
                   combine(combine(g[4], g[5], t), combine(g[6], g[7], t), t), t);
}

QKDES_AVX2 __m256i size_of(__m256i input) {
    __m256i const size = _mm256_min_epu8(_mm256_abs_epi8(input), _mm256_set1_epi8(127));
    return _mm256_adds_epu8(size, size);
}

QKDES_AVX2 __m256i rounded_half(__m256i x) {
    return _mm256_and_si256(_mm256_srli_epi16(_mm256_adds_epu8(x, _mm256_set1_epi8(1)), 1), _mm256_set1_epi8(127));
}

/// After the stores of a whole row: what ran over the end belongs to the front, and the mirror follows the front.
void settle_mirror(std::int16_t* column, std::uint32_t z, std::uint32_t shift) {
    std::uint32_t const over = shift % kMirror;
    std::int16_t merged[kMirror];
    std::memcpy(merged, column, sizeof merged);
    std::memcpy(merged, column + z, 2 * over);
    std::memcpy(column, merged, sizeof merged);
    std::memcpy(column + z, merged, sizeof merged);
}

/// 32 inputs to checks: exact, and packed into bytes.
struct Inputs {
    __m256i low, high, packed;
};

QKDES_AVX2 Inputs read(std::int16_t const* beliefs, std::int8_t const* messages) {
    __m256i const m = load(messages), low = _mm256_srai_epi16(_mm256_unpacklo_epi8(m, m), 8),
                  high = _mm256_srai_epi16(_mm256_unpackhi_epi8(m, m), 8);
    Inputs in{_mm256_subs_epi16(load(beliefs), low), _mm256_subs_epi16(load(beliefs + 16), high), {}};
    in.packed = _mm256_packs_epi16(in.low, in.high);
    return in;
}

/// The answer of a check to each of its inputs.
QKDES_AVX2 void answer(Inputs const& in, __m256i least, __m256i all, __m256i others, __m256i sign,
                       std::int16_t* beliefs, std::int8_t* messages) {
    __m256i const size = _mm256_blendv_epi8(all, others, _mm256_cmpeq_epi8(size_of(in.packed), least));
    __m256i const minus = _mm256_cmpgt_epi8(_mm256_setzero_si256(), _mm256_xor_si256(sign, in.packed));
    __m256i const m = _mm256_sub_epi8(_mm256_xor_si256(size, minus), minus);
    store(messages, m);
    store(beliefs, _mm256_adds_epi16(in.low, _mm256_srai_epi16(_mm256_unpacklo_epi8(m, m), 8)));
    store(beliefs + 16, _mm256_adds_epi16(in.high, _mm256_srai_epi16(_mm256_unpackhi_epi8(m, m), 8)));
}

// Two vectors at a time: their chains of combinations do not wait for one another.
__attribute__((target("avx2"))) void update_row_avx2(RowJob const& job) {
    std::uint32_t const z = job.lift;
    std::size_t const stride = z + kMirror, degree = job.edges.size();
    alignas(32) static thread_local Inputs inputs[kMostEdges][2];
    Tables const tables{
        _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<__m128i const*>(&kCorrection[0]))),
        _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<__m128i const*>(&kCorrection[16])))};
    for (std::uint32_t i = 0; i < z; i += 64) {
        __m256i least0 = _mm256_set1_epi8(-1), rest0 = least0, least1 = least0, rest1 = least0;
        __m256i group0[kGroup], group1[kGroup];
        __m256i sign0 = load(job.check_signs + i), sign1 = load(job.check_signs + i + 32);
        for (std::size_t e = 0; e < degree; ++e) {
            std::uint32_t at = i + job.edges[e].shift;
            if (at >= z) at -= z;
            std::uint32_t const next = at + 32 >= z ? at + 32 - z : at + 32;
            std::int16_t const* const column = job.beliefs + job.edges[e].column * stride;
            Inputs const in0 = inputs[e][0] = read(column + at, job.messages + e * z + i);
            Inputs const in1 = inputs[e][1] = read(column + next, job.messages + e * z + i + 32);
            sign0 = _mm256_xor_si256(sign0, in0.packed);
            sign1 = _mm256_xor_si256(sign1, in1.packed);
            __m256i const size0 = size_of(in0.packed), size1 = size_of(in1.packed);
            group0[e % kGroup] = _mm256_max_epu8(size0, least0);
            group1[e % kGroup] = _mm256_max_epu8(size1, least1);
            least0 = _mm256_min_epu8(size0, least0);
            least1 = _mm256_min_epu8(size1, least1);
            if (e % kGroup == kGroup - 1) {
                rest0 = combine(rest0, combine_group(group0, tables), tables);
                rest1 = combine(rest1, combine_group(group1, tables), tables);
            }
        }
        for (std::size_t e = degree - degree % kGroup; e < degree; ++e) {
            rest0 = combine(rest0, group0[e % kGroup], tables);
            rest1 = combine(rest1, group1[e % kGroup], tables);
        }
        __m256i const all0 = rounded_half(combine(rest0, least0, tables)), others0 = rounded_half(rest0);
        __m256i const all1 = rounded_half(combine(rest1, least1, tables)), others1 = rounded_half(rest1);
        for (std::size_t e = 0; e < degree; ++e) {
            std::uint32_t at = i + job.edges[e].shift;
            if (at >= z) at -= z;
            std::uint32_t const next = at + 32 >= z ? at + 32 - z : at + 32;
            std::int16_t* const column = job.beliefs + job.edges[e].column * stride;
            answer(inputs[e][0], least0, all0, others0, sign0, column + at, job.messages + e * z + i);
            answer(inputs[e][1], least1, all1, others1, sign1, column + next, job.messages + e * z + i + 32);
        }
    }
    for (Edge const edge : job.edges)
        settle_mirror(job.beliefs + edge.column * stride, z, edge.shift);
}

__attribute__((target("avx2"))) void pack_signs_avx2(std::span<std::int16_t const> beliefs,
                                                     std::span<std::uint64_t> out) {
    for (std::size_t w = 0; w < out.size(); ++w) {
        std::int16_t const* const from = beliefs.data() + 64 * w;
        __m256i const a = _mm256_packs_epi16(load(from), load(from + 16));
        __m256i const b = _mm256_packs_epi16(load(from + 32), load(from + 48));
        auto const low = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_permute4x64_epi64(a, 0xd8)));
        auto const high = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_permute4x64_epi64(b, 0xd8)));
        out[w] = low | std::uint64_t{high} << 32;
    }
}

} // namespace
#endif

void pack_signs(std::span<std::int16_t const> beliefs, std::span<std::uint64_t> out) {
    QKDES_EXPECTS(beliefs.size() == 64 * out.size());
#ifdef QKDES_HAS_AVX2_PATH
    if (has_avx2()) return pack_signs_avx2(beliefs, out);
#endif
    for (std::size_t w = 0; w < out.size(); ++w) {
        out[w] = 0;
        for (std::size_t i = 0; i < 64; ++i)
            out[w] |= std::uint64_t{beliefs[64 * w + i] < 0} << i;
    }
}

void update_row(RowJob const& job) {
    QKDES_EXPECTS(job.edges.size() <= kMostEdges && job.lift % 64 == 0);
#ifdef QKDES_HAS_AVX2_PATH
    if (has_avx2()) return update_row_avx2(job);
#endif
    update_row_scalar(job);
}

} // namespace qkdes::ldpc
