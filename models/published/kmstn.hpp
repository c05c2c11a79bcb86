// Tables III and IV of arXiv:2604.20376 (a hybrid QKD and post-quantum key delivery service between eight nodes in
// Galicia and the Basque Country), as printed.
//
// Table III: key rate of 100 requests one after the other for each ordered pair of nodes, bit/s, mean and standard
// deviation of the requests. Table IV: time to a key by node, ms. What the two say together, and where they are odd:
//
//   - 256 bit / median of Table IV is the mean of a row of Table III within 5 %: the keys are of 256 bit (the text says
//     128), and neither the destination nor the way to it matters.
//   - 7 to 6, 509.5 +- 526.0, is a misprint: the mean repeats the deviation of 7 to 5.
//   - 4 to 3, 1380.3 +- 217.9, lies 24 % below the rest of its row, which no account of the source alone can give.
#pragma once
#include "models/service/latency_statistics.hpp"

#include <array>
#include <cstddef>

namespace qkdes::kmstn {

constexpr std::size_t kNodes = 8;
struct Rate {
    double mean = 0, deviation = 0; ///< bit/s; 0 on the diagonal
};
/// [from][to], nodes counted from 0.
extern std::array<std::array<Rate, kNodes>, kNodes> const kTable3;
/// ms; mean and p99 are not published (0).
extern std::array<LatencyStatistics, kNodes> const kTable4;
/// The two cells that are shown and judged by nobody.
constexpr bool odd(std::size_t from, std::size_t to) { return (from == 6 && to == 5) || (from == 3 && to == 2); }
constexpr double kKeyBits = 256;

} // namespace qkdes::kmstn
