#include "sim/scenario/suggest.hpp"

#include "sim/scenario/utf8.hpp"

#include <algorithm>
#include <array>

namespace qkdes {
namespace {

constexpr std::size_t kLongest = 64;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

} // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    if (a.size() > kLongest || b.size() > kLongest) return std::max(a.size(), b.size());
    std::array<std::array<std::size_t, kLongest + 1>, 3> rows{};
    for (std::size_t j = 0; j <= b.size(); ++j)
        rows[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto& now = rows[i % 3];
        auto const& above = rows[(i + 2) % 3];
        auto const& two_above = rows[(i + 1) % 3];
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            char const x = lower(a[i - 1]), y = lower(b[j - 1]);
            now[j] = std::min({above[j] + 1, now[j - 1] + 1, above[j - 1] + (x == y ? 0u : 1u)});
            if (i > 1 && j > 1 && x == lower(b[j - 2]) && lower(a[i - 2]) == y)
                now[j] = std::min(now[j], two_above[j - 2] + 1);
        }
    }
    return rows[a.size() % 3][b.size()];
}

std::optional<std::string> nearest(std::string_view written, std::span<std::string const> known) {
    std::optional<std::string> best;
    std::size_t best_distance = 0;
    for (auto const& word : known) {
        std::size_t const distance = edit_distance(written, word);
        std::size_t const limit = std::max<std::size_t>(1, std::max(written.size(), word.size()) / 3);
        if (distance <= limit && distance < word.size() && (!best || distance < best_distance)) {
            best = word;
            best_distance = distance;
        }
    }
    return best;
}

std::string quoted_list(std::span<std::string const> words, std::string_view last_joint, std::size_t limit) {
    std::string out;
    std::size_t const shown = std::min(words.size(), limit);
    for (std::size_t i = 0; i < shown; ++i) {
        if (i > 0) out += i + 1 == words.size() ? " " + std::string{last_joint} + " " : ", ";
        out += "\"" + printable(words[i]) + "\"";
    }
    if (shown < words.size()) out += " and " + std::to_string(words.size() - shown) + " more";
    return out;
}

} // namespace qkdes
