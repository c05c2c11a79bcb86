// From verb, query and body to the data formats: GET names its parameters in the query, POST in the body.
#include "sim/kme/etsi014/service.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace qkdes::etsi014 {

namespace {

std::optional<std::uint64_t> read_number(std::string const& text) {
    std::uint64_t value = 0;
    auto const [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
    return value;
}

/// What is wrong with a POST before its body is looked at.
std::string post_problem(Request const& request, Target const& target) {
    if (!target.query.empty()) return "POST has its parameters in the body";
    constexpr std::string_view kJson = "application/json";
    std::string_view type = request.content_type;
    type = type.substr(0, type.find(';'));
    while (!type.empty() && type.back() == ' ')
        type.remove_suffix(1);
    bool const json = std::equal(type.begin(), type.end(), kJson.begin(), kJson.end(),
                                 [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
    return request.body.empty() || type.empty() || json ? "" : "the body shall be application/json";
}

} // namespace

Parsed<KeyRequestBody> read_enc_keys(Request const& request, Target const& target) {
    if (request.verb == "POST") {
        if (auto problem = post_problem(request, target); !problem.empty()) return {std::nullopt, problem};
        return read_key_request(request.body);
    }
    KeyRequestBody out;
    for (auto const& [name, value] : target.query) {
        auto* const field = name == "number" ? &out.number : name == "size" ? &out.size : nullptr;
        if (field == nullptr) return {std::nullopt, "\"" + name + "\" is not known in a GET"};
        if (field->has_value()) return {std::nullopt, "\"" + name + "\" occurs twice"};
        *field = read_number(value);
        if (!field->has_value()) return {std::nullopt, "\"" + name + "\" shall be an integer"};
    }
    return {std::move(out), ""};
}

Parsed<KeyIdsBody> read_dec_keys(Request const& request, Target const& target) {
    if (request.verb == "POST") {
        if (auto problem = post_problem(request, target); !problem.empty()) return {std::nullopt, problem};
        return read_key_ids(request.body);
    }
    if (target.query.size() != 1 || target.query[0].first != "key_ID")
        return {std::nullopt, "GET names exactly one key_ID"};
    auto const id = read_uuid(target.query[0].second);
    if (!id) return {std::nullopt, "\"key_ID\" shall be a UUID"};
    return {KeyIdsBody{{*id}}, ""};
}

} // namespace qkdes::etsi014
