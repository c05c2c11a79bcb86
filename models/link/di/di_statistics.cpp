#include "models/link/di/di_statistics.hpp"

#include <cmath>

namespace qkdes {
namespace {

bool every_setting_seen(DiStatistics const& s) {
    return s.games[0] > 0 && s.games[1] > 0 && s.games[2] > 0 && s.games[3] > 0;
}

double share(std::uint64_t part, std::uint64_t whole) { return static_cast<double>(part) / static_cast<double>(whole); }

} // namespace

double chsh(DiStatistics const& s) {
    if (!every_setting_seen(s)) return 0;
    // E with the sign that S gives it is 2 won - 1 in all four settings.
    double sum = 0;
    for (unsigned i = 0; i < 4; ++i)
        sum += 2 * share(s.won[i], s.games[i]) - 1;
    return sum;
}

double chsh_deviation(DiStatistics const& s) {
    if (!every_setting_seen(s)) return 0;
    double variance = 0;
    for (unsigned i = 0; i < 4; ++i) {
        double const w = share(s.won[i], s.games[i]);
        variance += 4 * w * (1 - w) / static_cast<double>(s.games[i]);
    }
    return std::sqrt(variance);
}

double qber(DiStatistics const& s) { return s.key_rounds == 0 ? 0.0 : share(s.key_errors, s.key_rounds); }

double setting_health(DiStatistics const& s) {
    if (s.setting_bits == 0) return 1;
    auto const n = static_cast<double>(s.setting_bits);
    return std::erfc(std::abs(2 * static_cast<double>(s.setting_ones) - n) / std::sqrt(2 * n));
}

} // namespace qkdes
