#include "models/link/entangled/entangled_key.hpp"

#include "models/link/binary_entropy.hpp"
#include "models/link/entangled/coincidence_statistics.hpp"
#include "models/link/small_math.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qkdes {

std::uint64_t EntangledCounts::total_tests() const {
    std::uint64_t n = 0;
    for (auto const& t : tests)
        n += t[0] + t[1];
    return n;
}

double EntangledCounts::chsh() const {
    std::array<std::array<double, 2>, 4> counts{};
    for (unsigned t = 0; t < 4; ++t)
        counts[t] = {static_cast<double>(tests[t][0]), static_cast<double>(tests[t][1])};
    return chsh_value(counts);
}

double chsh_stray(EntangledCounts const& counts, double eps) {
    double sum = 0;
    for (auto const& t : counts.tests) {
        if (t[0] + t[1] == 0) return std::numeric_limits<double>::infinity();
        sum += 1 / static_cast<double>(t[0] + t[1]);
    }
    return std::sqrt(-2 * portable_log(eps) * sum);
}

EntangledKey entangled_key(EntangledProtocol protocol, EntangledCounts const& counts, std::uint64_t key_bits,
                           double eps_sec, std::uint64_t leak, double correctness) {
    EntangledKey out;
    double const n = static_cast<double>(key_bits);
    if (key_bits == 0) return out;
    double paid = static_cast<double>(leak) + correctness;
    if (protocol == EntangledProtocol::bbm92) {
        double const k = static_cast<double>(counts.total_other());
        if (k == 0) return out;
        double const mu = std::sqrt((n + k) * (k + 1) / (n * k * k) * portable_log(2 / eps_sec));
        out.phase_error = std::min(0.5, static_cast<double>(counts.other_basis[1]) / k + mu);
        paid -= 2 * portable_log2(eps_sec);
    } else {
        double const e = eps_sec / 3, low = counts.chsh() - chsh_stray(counts, e);
        if (!(low > 2)) return out;
        double const half = std::min(low / 2, 0x1.6a09e667f3bcdp+0);
        out.phase_error = (1 - std::sqrt(half * half - 1)) / 2;
        paid += 7 * std::sqrt(n * portable_log2(2 / e)) - 2 * portable_log2(e);
    }
    double const length = n * (1 - binary_entropy(out.phase_error)) - paid;
    if (length >= 1) out.secret = std::min(key_bits, static_cast<std::uint64_t>(length));
    return out;
}

} // namespace qkdes
