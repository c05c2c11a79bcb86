#include "sim/kme/json/values.hpp"

#include <botan/base64.h>

namespace qkdes {

namespace {
constexpr bool hyphen_at(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

int nibble(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}
} // namespace

std::optional<KeyId> read_uuid(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    KeyId id;
    std::size_t digits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (hyphen_at(i)) {
            if (text[i] != '-') return std::nullopt;
            continue;
        }
        int const value = nibble(text[i]);
        if (value < 0) return std::nullopt;
        auto& byte = id.bytes[digits++ / 2];
        byte = static_cast<std::uint8_t>(byte << 4 | value);
    }
    return id;
}

std::string write_uuid(KeyId const& id) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (std::uint8_t byte : id.bytes) {
        if (hyphen_at(text.size())) text += '-';
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

std::optional<SecretBytes> read_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    try { // the decoder reports a wrong character by an exception
        auto const bytes = Botan::base64_decode(text, false);
        return SecretBytes{std::span<std::uint8_t const>{bytes.data(), bytes.size()}};
    } catch (std::exception const&) {
        return std::nullopt;
    }
}

} // namespace qkdes
