#include "models/postprocessing/cv/check_kernel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#if defined(__x86_64__) && defined(__GNUC__)
#define QKDES_HAS_AVX2_PATH 1
#include <immintrin.h>
#endif

namespace qkdes::cv {
namespace {

/// f in integers: (knee - x) shifted up to nearly 16 bits, squared twice keeping the upper halves; the difference of
/// two such values times `gain` / 2^15 is in units of 2^-scale.
struct Correction {
    unsigned shift;
    std::uint16_t knee;
    std::int16_t gain;
};

Correction correction(unsigned scale) {
    constexpr double ln2 = 0.693147180559945309417, knee = 8 * ln2;
    Correction c{};
    c.shift = 13 - scale; // knee 2^13 = 45426
    c.knee = static_cast<std::uint16_t>(knee * static_cast<double>(1u << scale));
    double const top = static_cast<double>(c.knee) * static_cast<double>(1u << c.shift);
    double const full = top * top / 65536 * (top * top / 65536) / 65536;
    c.gain = static_cast<std::int16_t>(std::lround(ln2 * static_cast<double>(1u << scale) / full * 32768));
    return c;
}

int saturate(int x) { return std::clamp(x, -32767, 32767); }

int fine_f(int x, Correction const& c) {
    auto const t = static_cast<std::uint32_t>(std::max(0, c.knee - x)) << c.shift;
    std::uint32_t const square = t * t >> 16;
    return static_cast<int>(square * square >> 16);
}

int box_plus_magnitude(int a, int b, Correction const& c) {
    int const low = std::min(a, b), high = std::max(a, b);
    int const difference = fine_f(high - low, c) - fine_f(std::min(a + b, 32767), c);
    return std::max(0, low - ((difference * c.gain + 0x4000) >> 15));
}

int box_plus_signed(int a, int b, Correction const& c) {
    int const magnitude = box_plus_magnitude(std::abs(a), std::abs(b), c);
    return (a < 0) != (b < 0) ? -magnitude : magnitude;
}

void store_everywhere(RowEdge const& edge, std::size_t lane, std::size_t lift, std::int16_t value) {
    edge.posterior[lane] = value;
    if (lane < edge.to_wrap)
        edge.posterior[lane + lift] = value;
    else
        *(edge.posterior + lane - lift) = value;
}

} // namespace

std::int16_t box_plus(std::int16_t a, std::int16_t b, unsigned scale) {
    return static_cast<std::int16_t>(box_plus_signed(saturate(a), saturate(b), correction(scale)));
}

void update_row_scalar(RowUpdate const& row, std::int16_t* scratch) {
    Correction const c = correction(row.scale);
    std::size_t const d = row.edges.size();
    if (d == 0) return;
    std::int16_t *const in = scratch, *const suffix = scratch + d; // suffix[e]: of all inputs from e on
    for (std::size_t lane = 0; lane < row.lift; ++lane) {
        for (std::size_t e = 0; e < d; ++e)
            in[e] = static_cast<std::int16_t>(saturate(row.edges[e].posterior[lane] - row.edges[e].message[lane]));
        suffix[d - 1] = in[d - 1];
        for (std::size_t e = d - 1; e-- > 1;)
            suffix[e] = static_cast<std::int16_t>(box_plus_signed(in[e], suffix[e + 1], c));
        int prefix = row.constant ? row.constant[lane] : 0;
        bool started = row.constant != nullptr;
        for (std::size_t e = 0; e < d; ++e) {
            int out = prefix;
            if (e + 1 < d) out = started ? box_plus_signed(prefix, suffix[e + 1], c) : suffix[e + 1];
            out = std::clamp(out, -kMostMessage, kMostMessage);
            if (row.sign[lane] != 0) out = -out;
            if (e + 1 < d) prefix = started ? box_plus_signed(prefix, in[e], c) : in[e];
            started = true;
            row.edges[e].message[lane] = static_cast<std::int16_t>(out);
            store_everywhere(row.edges[e], lane, row.lift, static_cast<std::int16_t>(saturate(in[e] + out)));
        }
    }
}

#ifdef QKDES_HAS_AVX2_PATH
namespace {

struct WideCorrection {
    __m256i knee, gain, limit, most, least;
    __m128i shift;
};

__attribute__((target("avx2"))) inline __m256i wide_f(__m256i x, WideCorrection const& c) {
    __m256i const t = _mm256_sll_epi16(_mm256_subs_epu16(c.knee, x), c.shift);
    __m256i const square = _mm256_mulhi_epu16(t, t);
    return _mm256_mulhi_epu16(square, square);
}

__attribute__((target("avx2"))) inline __m256i wide_box_plus(__m256i a, __m256i b, WideCorrection const& c) {
    __m256i const x = _mm256_abs_epi16(a), y = _mm256_abs_epi16(b);
    __m256i const low = _mm256_min_epi16(x, y), high = _mm256_max_epi16(x, y);
    __m256i const difference =
        _mm256_sub_epi16(wide_f(_mm256_sub_epi16(high, low), c), wide_f(_mm256_adds_epi16(x, y), c));
    __m256i const magnitude = _mm256_subs_epu16(low, _mm256_mulhrs_epi16(difference, c.gain));
    // Sign of a times b; where either is 0, so is the magnitude.
    return _mm256_sign_epi16(_mm256_sign_epi16(magnitude, a), b);
}

__attribute__((target("avx2"))) inline __m256i load(std::int16_t const* p) {
    return _mm256_loadu_si256(reinterpret_cast<__m256i const*>(p));
}
__attribute__((target("avx2"))) inline void store(std::int16_t* p, __m256i v) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), v);
}

__attribute__((target("avx2"))) void update_row_avx2(RowUpdate const& row, std::int16_t* scratch) {
    Correction const plain = correction(row.scale);
    WideCorrection const c{_mm256_set1_epi16(static_cast<short>(plain.knee)),
                           _mm256_set1_epi16(plain.gain),
                           _mm256_set1_epi16(-32767),
                           _mm256_set1_epi16(kMostMessage),
                           _mm256_set1_epi16(-kMostMessage),
                           _mm_cvtsi32_si128(static_cast<int>(plain.shift))};
    std::size_t const d = row.edges.size();
    if (d == 0) return;
    std::int16_t *const in = scratch, *const suffix = scratch + 16 * d;
    for (std::size_t lane = 0; lane < row.lift; lane += 16) {
        for (std::size_t e = 0; e < d; ++e)
            store(in + 16 * e, _mm256_max_epi16(_mm256_subs_epi16(load(row.edges[e].posterior + lane),
                                                                  load(row.edges[e].message + lane)),
                                                c.limit));
        __m256i tail = load(in + 16 * (d - 1));
        store(suffix + 16 * (d - 1), tail);
        for (std::size_t e = d - 1; e-- > 1;) {
            tail = wide_box_plus(load(in + 16 * e), tail, c);
            store(suffix + 16 * e, tail);
        }
        __m256i const sign = load(row.sign + lane);
        __m256i prefix = row.constant ? load(row.constant + lane) : _mm256_setzero_si256();
        bool started = row.constant != nullptr;
        for (std::size_t e = 0; e < d; ++e) {
            __m256i const own = load(in + 16 * e);
            __m256i out = prefix;
            if (e + 1 < d) {
                __m256i const rest = load(suffix + 16 * (e + 1));
                out = started ? wide_box_plus(prefix, rest, c) : rest;
                prefix = started ? wide_box_plus(prefix, own, c) : own;
            }
            started = true;
            out = _mm256_max_epi16(_mm256_min_epi16(out, c.most), c.least);
            out = _mm256_sub_epi16(_mm256_xor_si256(out, sign), sign);
            store(row.edges[e].message + lane, out);
            __m256i const posterior = _mm256_max_epi16(_mm256_adds_epi16(own, out), c.limit);
            RowEdge const& edge = row.edges[e];
            store(edge.posterior + lane, posterior);
            if (lane < edge.to_wrap) store(edge.posterior + lane + row.lift, posterior);
            if (lane + 16 > edge.to_wrap) store(edge.posterior + lane - row.lift, posterior);
        }
    }
}

} // namespace
#endif

void update_row(RowUpdate const& row, std::int16_t* scratch) {
#ifdef QKDES_HAS_AVX2_PATH
    static bool const wide = __builtin_cpu_supports("avx2");
    if (wide) return update_row_avx2(row, scratch);
#endif
    update_row_scalar(row, scratch);
}

} // namespace qkdes::cv
