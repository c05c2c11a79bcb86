#include "sim/scenario/utf8.hpp"

namespace qkdes {
namespace {

/// Bytes of the well-formed sequence that starts at `at`, or 0. Overlong forms and surrogates count as broken.
std::size_t sequence_length(std::string_view text, std::size_t at) {
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    unsigned const lead = byte(at);
    std::size_t const length = lead < 0x80                   ? 1
                               : lead >= 0xc2 && lead < 0xe0 ? 2
                               : (lead & 0xf0) == 0xe0       ? 3
                               : lead >= 0xf0 && lead < 0xf5 ? 4
                                                             : 0;
    if (length == 0 || at + length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(at + i) & 0xc0) != 0x80) return 0;
    if (length == 3 && lead == 0xe0 && byte(at + 1) < 0xa0) return 0;
    if (length == 3 && lead == 0xed && byte(at + 1) > 0x9f) return 0;
    if (length == 4 && lead == 0xf0 && byte(at + 1) < 0x90) return 0;
    if (length == 4 && lead == 0xf4 && byte(at + 1) > 0x8f) return 0;
    return length;
}

bool is_control(std::string_view sequence) {
    auto const lead = static_cast<unsigned char>(sequence[0]);
    if (sequence.size() == 1) return lead < 0x20 || lead == 0x7f;
    return lead == 0xc2 && static_cast<unsigned char>(sequence[1]) < 0xa0;
}

} // namespace

std::vector<std::string> printable_code_points(std::string_view text) {
    std::vector<std::string> points;
    points.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        std::size_t const length = sequence_length(text, at);
        auto const sequence = text.substr(at, length == 0 ? 1 : length);
        if (sequence == "\t")
            points.emplace_back(" ");
        else
            points.emplace_back(length == 0 || is_control(sequence) ? "?" : sequence);
        at += sequence.size();
    }
    return points;
}

std::string printable(std::string_view text, std::size_t limit) {
    // Four bytes hold any code point, so nothing beyond this prefix can be shown.
    auto const points = printable_code_points(text.substr(0, 4 * limit + 4));
    std::string out;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (i == limit) return out + "…";
        out += points[i];
    }
    return out;
}

} // namespace qkdes
