#include "sim/kme/etsi014/client.hpp"

#include <array>

namespace qkdes::etsi014 {

namespace {

constexpr char kJson[] = "application/json";

/// RFC 3986 section 2.3: what is not unreserved is escaped.
std::string escaped(std::string_view name) {
    constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (char const c : name) {
        auto const byte = static_cast<unsigned char>(c);
        bool const plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '.' || c == '_' || c == '~';
        if (plain)
            out += c;
        else
            out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
    return out;
}

Request post(std::string_view caller, std::string_view other, std::string_view method, std::string body) {
    return {std::string{caller}, "POST", "/api/v1/keys/" + escaped(other) + "/" + std::string{method}, kJson,
            std::move(body)};
}

KeyStatus status_of(int code, std::string_view text) {
    constexpr std::array<std::pair<std::string_view, KeyStatus>, 6> kUnavailableFor{{
        {kNoKey, KeyStatus::no_key},
        {kNoRoute, KeyStatus::no_route},
        {kBusy, KeyStatus::busy},
        {kTooFast, KeyStatus::not_admitted},
        {kTimedOut, KeyStatus::timeout},
        {kRelayFailed, KeyStatus::hop_failed},
    }};
    if (code == kUnauthorized) return KeyStatus::unauthorized;
    if (code == kBadRequest) return text == kKeysNotFound ? KeyStatus::not_found : KeyStatus::bad_request;
    if (code != kUnavailable) return KeyStatus::bad_request;
    for (auto const& [said, status] : kUnavailableFor)
        if (text == said) return status;
    return KeyStatus::busy;
}

SecurityClass path_class(std::vector<Extension> const& extensions) {
    for (auto const& extension : extensions)
        if (extension.name == "qkdes_security")
            if (auto const said = read_class(extension.value_json)) return *said;
    return SecurityClass::pqc; // nothing better is known
}

} // namespace

Request ask_for_keys(std::string_view caller, std::string_view slave, std::uint32_t number, std::uint32_t key_bits,
                     SecurityClass worst) {
    KeyRequestBody body;
    body.number = number;
    body.size = key_bits;
    auto& extensions = worst == SecurityClass::pqc ? body.extension_optional : body.extension_mandatory;
    extensions = {{"qkdes_min_security", "\"" + std::string{to_string(worst)} + "\""}};
    return post(caller, slave, "enc_keys", write(body));
}

Request ask_with_ids(std::string_view caller, std::string_view master, std::span<KeyId const> ids) {
    return post(caller, master, "dec_keys", write(KeyIdsBody{{ids.begin(), ids.end()}}));
}

Answer read_answer(Response const& response) {
    Answer out;
    out.code = response.code;
    if (response.code != kOk) {
        if (auto error = read_error(response.body)) out.text = std::move(error.value->message);
        out.reply.status = status_of(response.code, out.text);
        return out;
    }
    auto const container = read_key_container(response.body);
    if (!container) {
        out.text = container.problem;
        out.reply.status = KeyStatus::bad_request;
        return out;
    }
    SecurityClass const security = path_class(container.value->extension);
    for (auto const& key : container.value->keys)
        out.reply.keys.push_back({key.id, key.key, security, worst_of(security)});
    return out;
}

} // namespace qkdes::etsi014
