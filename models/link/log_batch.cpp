#include "models/link/log_batch.hpp"

#include "sim/base/contracts.hpp"
#include "sim/base/portable_math.hpp"

#include <cstring>

namespace qkdes {
namespace {

#if defined(__x86_64__) && defined(__GNUC__)
#define QKDES_HAS_AVX2_PATH 1

typedef double Doubles __attribute__((vector_size(32)));
typedef std::uint64_t Words __attribute__((vector_size(32)));

__attribute__((target("avx2"))) void log_uniform_avx2(std::span<std::uint64_t const> draws, std::span<double> out) {
    constexpr std::uint64_t one = 0x3ff0000000000000ull, mantissa_from = 0x3fe6a09e667f3bcdull;
    for (std::size_t i = 0; i < draws.size(); i += 4) {
        Words draw;
        std::memcpy(&draw, &draws[i], sizeof draw);
        Words const in_one_to_two = draw >> 12 | one;
        Doubles u;
        std::memcpy(&u, &in_one_to_two, sizeof u);
        u -= 1 - 0x1p-53; // exact: (2k + 1) 2^-53
        Words bits;
        std::memcpy(&bits, &u, sizeof bits);
        Words const shifted = bits + (one - mantissa_from); // biased, so that the exponent is positive
        Words const exponent_bits = shifted >> 52 | 0x4330000000000000ull;
        Doubles exponent;
        std::memcpy(&exponent, &exponent_bits, sizeof exponent);
        exponent -= 0x1p52 + 1023;
        Words const mantissa_bits = bits - (shifted & 0xfff0000000000000ull) + one;
        Doubles m;
        std::memcpy(&m, &mantissa_bits, sizeof m);
        Doubles const f = m - 1, s = f / (2 + f);
        // portable_log's series, in its order.
        Doubles const z = s * s, z2 = z * z, z4 = z2 * z2;
        Doubles const a = (2.0 / 3 + z * (2.0 / 5)) + z2 * (2.0 / 7 + z * (2.0 / 9));
        Doubles const b = (2.0 / 11 + z * (2.0 / 13)) + z2 * (2.0 / 15 + z * (2.0 / 17));
        Doubles const c = (2.0 / 19 + z * (2.0 / 21)) + z2 * (2.0 / 23);
        Doubles const twice_atanh = 2 * s + s * z * (a + z4 * (b + z4 * c));
        Doubles const log = exponent * detail::kLn2High + (twice_atanh + exponent * detail::kLn2Low);
        std::memcpy(&out[i], &log, sizeof log);
    }
}
#endif

} // namespace

void log_uniform_scalar(std::span<std::uint64_t const> draws, std::span<double> out) {
    for (std::size_t i = 0; i < draws.size(); ++i)
        out[i] = portable_log(open_uniform(draws[i]));
}

void log_uniform(std::span<std::uint64_t const> draws, std::span<double> out) {
    QKDES_EXPECTS(draws.size() == out.size() && draws.size() % 4 == 0);
#ifdef QKDES_HAS_AVX2_PATH
    static bool const wide = __builtin_cpu_supports("avx2");
    if (wide) return log_uniform_avx2(draws, out);
#endif
    log_uniform_scalar(draws, out);
}

} // namespace qkdes
