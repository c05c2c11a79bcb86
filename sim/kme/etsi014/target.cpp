#include "sim/kme/etsi014/target.hpp"

#include <charconv>

namespace qkdes::etsi014 {

namespace {

constexpr std::size_t kMaxTarget = 2048, kMaxSae = 256;

std::optional<std::string> unescape(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned value = static_cast<unsigned char>(text[i]);
        if (text[i] == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            auto const end = text.data() + i + 3;
            if (auto const [stop, error] = std::from_chars(text.data() + i + 1, end, value, 16);
                error != std::errc{} || stop != end)
                return std::nullopt;
            i += 2;
        }
        if (value < 0x20 || value == 0x7f) return std::nullopt;
        out += static_cast<char>(value);
    }
    return out;
}

/// The part before the separator; `text` keeps what is behind it.
std::string_view cut(std::string_view& text, char separator) {
    auto const at = text.find(separator);
    auto const part = text.substr(0, at);
    text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
    return part;
}

std::optional<Method> read_method(std::string_view name) {
    if (name == "status") return Method::status;
    if (name == "enc_keys") return Method::enc_keys;
    if (name == "dec_keys") return Method::dec_keys;
    return std::nullopt;
}

} // namespace

std::optional<Target> read_target(std::string_view target) {
    constexpr std::string_view kPrefix = "/api/v1/keys/";
    if (target.size() > kMaxTarget || !target.starts_with(kPrefix)) return std::nullopt;
    target.remove_prefix(kPrefix.size());
    auto path = cut(target, '?'); // `target` is the query now
    auto const sae = unescape(cut(path, '/'));
    auto const method = read_method(path);
    if (!sae || sae->empty() || sae->size() > kMaxSae || !method) return std::nullopt;
    Target out{*method, *sae, {}};
    while (!target.empty()) {
        auto value = cut(target, '&');
        auto const name = unescape(cut(value, '='));
        auto const decoded = unescape(value);
        if (!name || !decoded) return std::nullopt;
        out.query.emplace_back(*name, *decoded);
    }
    return out;
}

} // namespace qkdes::etsi014
