// What one block's rounds added up to: all that S, Q, the gate and the figures of operations are computed from.
#pragma once
#include <array>
#include <cstdint>

namespace qkdes {

struct DiStatistics {
    std::uint64_t attempts = 0;
    std::uint64_t heralds = 0;                    ///< of the attempts
    std::uint64_t discarded = 0;                  ///< of the heralds, outside the window; the rest are rounds
    std::array<std::uint64_t, 4> games{}, won{};  ///< test rounds by settings 2x + y, and those won: a xor b = x and y
    std::uint64_t key_rounds = 0, key_errors = 0; ///< a differs from b, before Alice's own noise
    std::uint64_t seen_alice = 0, seen_bob = 0;   ///< rounds with a detection
    std::uint64_t setting_bits = 0, setting_ones = 0; ///< x and y of all test rounds
    double arrival_offset_ns = 0; ///< mean time of arrival of the heralds against the window's, as measured
    double herald_seconds = 0;    ///< time that the block gathered for

    std::uint64_t tests() const { return games[0] + games[1] + games[2] + games[3]; }
    std::uint64_t wins() const { return won[0] + won[1] + won[2] + won[3]; }
    std::uint64_t lost_games() const { return tests() - wins(); }
    std::uint64_t rounds() const { return tests() + key_rounds; }
    bool operator==(DiStatistics const&) const = default;
};

/// S = E00 + E01 + E10 - E11, each E from its own rounds; 0 while one of them has none.
double chsh(DiStatistics const& statistics);
/// Standard deviation of that S, from the four binomials.
double chsh_deviation(DiStatistics const& statistics);
/// Wrong key rounds over key rounds; 0 without any.
double qber(DiStatistics const& statistics);
/// Monobit test of the setting bits: how likely fair bits are at least this uneven, erfc(|2 ones - n| / sqrt(2 n)).
double setting_health(DiStatistics const& statistics);

} // namespace qkdes
