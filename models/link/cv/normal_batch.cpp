#include "models/link/cv/normal_batch.hpp"

#include "models/link/log_batch.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define QKDES_HAS_AVX2_PATH 1
#endif

namespace qkdes {
namespace {

constexpr std::uint64_t kOne = 0x3ff0000000000000ull, kSign = 1ull << 63;
constexpr double kHalfPi = 0x1.921fb54442d18p+0;

/// For |angle| <= pi/4. One text for one number and for four, so that both round alike.
template <class T>
inline __attribute__((always_inline)) void sine_and_cosine(T const& angle, T& sine, T& cosine) {
    T const z = angle * angle;
    // Two short chains each: even and odd powers of z.
    T const z2 = z * z;
    T const s_even = 1.0 + z2 * (1.0 / 120 + z2 * (1.0 / 362880 + z2 * (1.0 / 6227020800.0)));
    T const s_odd = -1.0 / 6 + z2 * (-1.0 / 5040 + z2 * (-1.0 / 39916800 + z2 * (-1.0 / 1307674368000.0)));
    T const c_even =
        1.0 + z2 * (1.0 / 24 + z2 * (1.0 / 40320 + z2 * (1.0 / 479001600.0 + z2 * (1.0 / 20922789888000.0))));
    T const c_odd = -0.5 + z2 * (-1.0 / 720 + z2 * (-1.0 / 3628800 + z2 * (-1.0 / 87178291200.0)));
    sine = angle * (s_even + z * s_odd);
    cosine = c_even + z * c_odd;
}

#ifdef QKDES_HAS_AVX2_PATH
typedef double Doubles __attribute__((vector_size(32)));
typedef std::uint64_t Words __attribute__((vector_size(32)));

/// logs[i] = ln u of pair i; phases, their other draws.
__attribute__((target("avx2"))) void combine_avx2(double const* logs, std::uint64_t const* phases, double* out) {
    Words phase, bits;
    Doubles log, angle, sine, cosine;
    std::memcpy(&phase, phases, sizeof phase);
    std::memcpy(&log, logs, sizeof log);
    bits = phase >> 12 | kOne; // [1, 2)
    std::memcpy(&angle, &bits, sizeof angle);
    angle = (angle - (1.5 - 0x1p-53)) * kHalfPi;
    sine_and_cosine(angle, sine, cosine);
    Doubles radius = log * -2.0;
    radius = _mm256_sqrt_pd(radius);
    std::memcpy(&bits, &radius, sizeof bits);
    bits ^= phase << 63;
    std::memcpy(&radius, &bits, sizeof radius);
    Doubles const x = radius * cosine, y = radius * sine;
    Words const swap = Words{} - (phase >> 1 & 1);
    Words x_bits, y_bits;
    std::memcpy(&x_bits, &x, sizeof x_bits);
    std::memcpy(&y_bits, &y, sizeof y_bits);
    Words const changed = (x_bits ^ y_bits) & swap;
    x_bits ^= changed;
    y_bits ^= changed;
    std::memcpy(out, &x_bits, sizeof x_bits);
    std::memcpy(out + 4, &y_bits, sizeof y_bits);
}
__attribute__((target("avx2"))) void combine_all_avx2(double const* logs, std::uint64_t const* phases, double* out,
                                                      std::size_t groups) {
    for (std::size_t g = 0; g < groups; ++g)
        combine_avx2(logs + 4 * g, phases + 4 * g, out + 8 * g);
}
#endif

void combine_all_scalar(double const* logs, std::uint64_t const* phases, double* out, std::size_t groups) {
    for (std::size_t g = 0; g < groups; ++g)
        for (std::size_t lane = 0; lane < 4; ++lane) {
            std::uint64_t const phase = phases[4 * g + lane];
            double const angle = (std::bit_cast<double>(phase >> 12 | kOne) - (1.5 - 0x1p-53)) * kHalfPi;
            double sine, cosine;
            sine_and_cosine(angle, sine, cosine);
            double const magnitude = std::sqrt(logs[4 * g + lane] * -2.0);
            double const radius = std::bit_cast<double>(std::bit_cast<std::uint64_t>(magnitude) ^ phase << 63);
            double x = radius * cosine, y = radius * sine;
            if (phase >> 1 & 1) std::swap(x, y);
            out[8 * g + lane] = x;
            out[8 * g + 4 + lane] = y;
        }
}

template <class Log, class Combine>
void run(std::span<std::uint64_t const> draws, std::span<double> out, Log log, Combine combine) {
    QKDES_EXPECTS(draws.size() == out.size() && draws.size() % 8 == 0);
    constexpr std::size_t batch = 128; // groups: the three arrays stay in the first cache
    std::array<std::uint64_t, 4 * batch> radii, phases;
    std::array<double, 4 * batch> logs;
    for (std::size_t done = 0; done < draws.size();) {
        std::size_t const groups = std::min(batch, (draws.size() - done) / 8);
        for (std::size_t g = 0; g < groups; ++g) {
            std::memcpy(&radii[4 * g], &draws[done + 8 * g], 32);
            std::memcpy(&phases[4 * g], &draws[done + 8 * g + 4], 32);
        }
        log(std::span{radii}.first(4 * groups), std::span{logs}.first(4 * groups));
        combine(logs.data(), phases.data(), out.data() + done, groups);
        done += 8 * groups;
    }
}

} // namespace

void normal_batch_scalar(std::span<std::uint64_t const> draws, std::span<double> out) {
    run(draws, out, log_uniform_scalar, combine_all_scalar);
}

void normal_batch(std::span<std::uint64_t const> draws, std::span<double> out) {
#ifdef QKDES_HAS_AVX2_PATH
    static bool const wide = __builtin_cpu_supports("avx2");
    if (wide) return run(draws, out, log_uniform, combine_all_avx2);
#endif
    normal_batch_scalar(draws, out);
}

void fill_normal(RngStream& rng, std::span<double> out) {
    QKDES_EXPECTS(out.size() % 8 == 0);
    std::array<std::uint64_t, 1024> draws;
    for (std::size_t done = 0; done < out.size();) {
        std::size_t const now = std::min(draws.size(), out.size() - done);
        rng.fill(std::span{draws}.first(now));
        normal_batch(std::span{draws}.first(now), out.subspan(done, now));
        done += now;
    }
}

} // namespace qkdes
