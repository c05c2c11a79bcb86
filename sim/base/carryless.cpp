#include "sim/base/carryless.hpp"

#include <initializer_list>

namespace qkdes {

bool carryless_path_supported(CarrylessPath path) {
    switch (path) {
    case CarrylessPath::portable:
        return true;
#if defined(__x86_64__)
    case CarrylessPath::pclmul:
        return __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
    case CarrylessPath::vpclmul:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
               __builtin_cpu_supports("vpclmulqdq");
#else
    case CarrylessPath::pclmul:
    case CarrylessPath::vpclmul:
        return false;
#endif
    }
    return false;
}

CarrylessPath best_carryless_path() {
    static CarrylessPath const best = [] {
        for (auto path : {CarrylessPath::vpclmul, CarrylessPath::pclmul})
            if (carryless_path_supported(path)) return path;
        return CarrylessPath::portable;
    }();
    return best;
}

Word128 carryless_multiply(std::uint64_t a, std::uint64_t b) {
    // Four bits of b at a time from a table of the 16 small multiples of a; a multiple overflows a word by at most
    // three bits, which are kept apart.
    std::uint64_t low_of[16], high_of[16];
    low_of[0] = high_of[0] = 0;
    low_of[1] = a;
    high_of[1] = 0;
    for (unsigned i = 2; i < 16; ++i) {
        if (i % 2 == 0) {
            low_of[i] = low_of[i / 2] << 1;
            high_of[i] = high_of[i / 2] << 1 | low_of[i / 2] >> 63;
        } else {
            low_of[i] = low_of[i - 1] ^ a;
            high_of[i] = high_of[i - 1];
        }
    }
    Word128 product;
    for (int shift = 60; shift >= 0; shift -= 4) {
        unsigned const digit = b >> shift & 15;
        product.high = product.high << 4 | product.low >> 60;
        product.low <<= 4;
        product.low ^= low_of[digit];
        product.high ^= high_of[digit];
    }
    return product;
}

} // namespace qkdes
