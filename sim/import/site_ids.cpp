#include "sim/import/site_ids.hpp"

#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace qkdes {
namespace {

/// Two of them, a number each, a dot and the number of a span make at most the 64 characters of an id.
constexpr std::size_t kLongest = 22;

/// Latin letters with marks, from U+00C0 to U+017F, as they are usually written without: one entry per code point;
/// blank: none.
constexpr std::string_view kLatin[] = {
    "a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",  // À
    "d", "n", "o",  "o",  "o", "o", "o",  "",  "o", "u", "u", "u", "u", "y", "th", "ss", // Ð
    "a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",  // à
    "d", "n", "o",  "o",  "o", "o", "o",  "",  "o", "u", "u", "u", "u", "y", "th", "y",  // ð
    "a", "a", "a",  "a",  "a", "a", "c",  "c", "c", "c", "c", "c", "c", "c", "d",  "d",  // Ā
    "d", "d", "e",  "e",  "e", "e", "e",  "e", "e", "e", "e", "e", "g", "g", "g",  "g",  // Đ
    "g", "g", "g",  "g",  "h", "h", "h",  "h", "i", "i", "i", "i", "i", "i", "i",  "i",  // Ġ
    "i", "i", "ij", "ij", "j", "j", "k",  "k", "k", "l", "l", "l", "l", "l", "l",  "l",  // İ
    "l", "l", "l",  "n",  "n", "n", "n",  "n", "n", "n", "n", "n", "o", "o", "o",  "o",  // ŀ
    "o", "o", "oe", "oe", "r", "r", "r",  "r", "r", "r", "s", "s", "s", "s", "s",  "s",  // Ő
    "s", "s", "t",  "t",  "t", "t", "t",  "t", "u", "u", "u", "u", "u", "u", "u",  "u",  // Š
    "u", "u", "u",  "u",  "w", "w", "y",  "y", "y", "z", "z", "z", "z", "z", "z",  "s",  // Ű
};
static_assert(std::size(kLatin) == 0x180 - 0xc0);

/// A code point of one letter or mark, in small ASCII letters or digits; else empty.
std::string_view ascii_of(std::string const& point) {
    static constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    auto const lead = static_cast<unsigned char>(point[0]);
    if (point.size() == 1) {
        char const small = lead >= 'A' && lead <= 'Z' ? static_cast<char>(lead - 'A' + 'a') : point[0];
        auto const at = letters.find(small);
        return at == letters.npos ? std::string_view{} : letters.substr(at, 1);
    }
    if (point.size() != 2) return {};
    unsigned const code = (lead & 0x1fu) << 6 | (static_cast<unsigned char>(point[1]) & 0x3fu);
    return code >= 0xc0 && code < 0x180 ? kLatin[code - 0xc0] : std::string_view{};
}

/// Whether the id says it all: ASCII letters, digits, single blanks or hyphens between them.
bool told_by_id(std::string_view name) {
    return std::ranges::all_of(name, [](unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' || c == '-';
    });
}

} // namespace

std::string plain_id(std::string_view name) {
    std::string id;
    bool gap = false;
    for (auto const& point : printable_code_points(name.substr(0, 1000))) {
        auto const letters = ascii_of(point);
        if (letters.empty()) {
            gap = !id.empty();
            continue;
        }
        if (id.size() + letters.size() + (gap ? 1 : 0) > kLongest) {
            if (auto const words = id.rfind('-'); !gap && words != id.npos && words >= kLongest / 2) id.resize(words);
            break;
        }
        if (gap) id += '-';
        gap = false;
        id += letters;
    }
    return id;
}

std::vector<SiteId> ids_of(std::vector<Site> const& sites) {
    std::vector<SiteId> out(sites.size());
    std::vector<std::string> plain(sites.size());
    std::unordered_set<std::string> taken;
    for (std::size_t i = 0; i < sites.size(); ++i) { // who has a name for himself keeps it
        auto const& name = sites[i].label.empty() ? sites[i].key : sites[i].label;
        plain[i] = plain_id(name);
        if (plain[i].empty()) plain[i] = fmt::format("site-{}", i + 1);
        if (taken.insert(plain[i]).second) out[i].id = plain[i];
        if (!told_by_id(name) || name.size() > kLongest) out[i].note = printable(name, 200);
    }
    std::unordered_map<std::string, std::size_t> next;
    for (std::size_t i = 0; i < sites.size(); ++i) {
        if (!out[i].id.empty()) continue;
        auto& number = next.try_emplace(plain[i], 2).first->second;
        while (!taken.insert(out[i].id = fmt::format("{}-{}", plain[i], number)).second)
            ++number;
        out[i].repeated = true;
        if (out[i].note.empty()) out[i].note = printable(sites[i].label.empty() ? sites[i].key : sites[i].label, 200);
    }
    return out;
}

} // namespace qkdes
