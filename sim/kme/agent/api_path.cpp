#include "sim/kme/agent/api.hpp"

namespace qkdes::agent {

namespace {

constexpr std::size_t kLongest = 1024;

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

} // namespace

std::optional<std::vector<std::string>> read_path(std::string_view target) {
    if (target.size() < 2 || target.size() > kLongest || target[0] != '/') return {};
    std::vector<std::string> segments(1);
    for (std::size_t i = 1; i < target.size(); ++i) {
        char c = target[i];
        if (c == '?' || c == '#') return {};
        if (c == '/') {
            if (segments.back().empty()) return {};
            segments.emplace_back();
            continue;
        }
        if (c == '%') {
            if (target.size() - i < 3) return {};
            int const high = hex(target[i + 1]), low = hex(target[i + 2]);
            if (high < 0 || low < 0) return {};
            c = static_cast<char>(16 * high + low);
            i += 2;
        }
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return {};
        segments.back() += c;
    }
    if (segments.back().empty()) return {};
    return segments;
}

} // namespace qkdes::agent
