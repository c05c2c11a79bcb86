// From JSON to the containers.
#include "sim/kme/etsi020/codec.hpp"
#include "sim/kme/json/fields.hpp"
#include "sim/kme/json/json_text.hpp"

#include <algorithm>
#include <cctype>

namespace qkdes::etsi020 {

namespace {

using nlohmann::json;

constexpr JsonLimits kJson{Limits::kBytes, 12, 16 * 1024};
constexpr auto kRequired = Presence::required;

template <class T, class Reader>
Read<T> read_document(std::string_view body, char const* name, Reader reader) {
    auto text = read_json(body, kJson);
    if (!text.value) return {{std::nullopt, std::move(text.problem)}};
    Fields fields{*text.value, name};
    T out;
    reader(fields, out);
    if (std::string const& problem = fields.finish(); !problem.empty())
        return {{std::nullopt, problem}, fields.missing()};
    return {{std::move(out), ""}};
}

/// "E", an IANA private enterprise number, "_", a name; ETSI's own number is reserved.
bool legal_extension_name(std::string_view name) {
    auto const underscore = name.find('_');
    if (underscore == name.npos || underscore < 2 || underscore + 1 == name.size() || name[0] != 'E') return false;
    auto const number = name.substr(1, underscore - 1);
    return number != "13019" && std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Extensions read_extension(Fields& fields, char const* name) {
    Extensions out;
    auto const* value = fields.field(name);
    if (value == nullptr) return out;
    std::string const quoted = "\"" + std::string{name} + "\"";
    if (!value->is_object() || value->empty() || value->size() > Limits::kExtensions) {
        fields.complain(quoted + " shall be an object of 1 to 1024 extensions");
        return out;
    }
    for (auto const& [key, content] : value->items()) {
        if (!legal_extension_name(key)) fields.complain(quoted + " holds a name without a vendor's prefix");
        out.push_back({key, write_json(content)});
    }
    return out;
}

std::string read_text(Fields& fields, char const* name, std::size_t most, Presence presence = Presence::optional) {
    std::string text = fields.string(name, presence);
    if (text.size() > most) fields.complain("\"" + std::string{name} + "\" is too long");
    return text;
}

std::string read_sae(Fields& fields, char const* name) {
    std::string id = fields.string(name, kRequired);
    if (!legal_sae_id(id)) fields.complain("\"" + std::string{name} + "\" shall be 1 to 64 characters of a URI");
    return id;
}

std::vector<std::string> read_strings(Fields& fields, char const* name, std::size_t count, std::size_t chars,
                                      Presence presence) {
    std::vector<std::string> out;
    json const& list = fields.array(name, presence);
    if (list.size() > count) fields.complain("\"" + std::string{name} + "\" has too many elements");
    if (!fields.ok()) return out;
    for (json const& element : list) {
        if (!element.is_string() || element.get_ref<std::string const&>().size() > chars) {
            fields.complain("\"" + std::string{name} + "\" shall hold short strings");
            return out;
        }
        out.push_back(element.get<std::string>());
    }
    return out;
}

std::vector<std::string> read_targets(Fields& fields) {
    auto out = read_strings(fields, "target_sae_ids", Limits::kTargets, Limits::kSaeChars, kRequired);
    if (out.empty() || !std::all_of(out.begin(), out.end(), legal_sae_id))
        fields.complain("\"target_sae_ids\" shall hold 1 to 1024 SAE IDs");
    return out;
}

std::string read_callback(Fields& fields) {
    std::string url = read_text(fields, "ack_callback_url", Limits::kUrlChars);
    constexpr std::string_view kScheme = "https://";
    bool const given = fields.field("ack_callback_url") != nullptr;
    if (given && (!url.starts_with(kScheme) || url.size() == kScheme.size()))
        fields.complain("\"ack_callback_url\" shall be a complete URL with https://");
    return url;
}

KeyId read_id(Fields& fields, json const& value, char const* name) {
    auto const id = value.is_string() ? read_uuid(value.get_ref<std::string const&>()) : std::nullopt;
    if (!id) fields.complain("\"" + std::string{name} + "\" shall be a UUID");
    return id.value_or(KeyId{});
}

json const& read_list(Fields& fields, char const* name, std::size_t most) {
    static json const none = json::array();
    json const& list = fields.array(name, kRequired);
    if (list.size() <= most) return list;
    fields.complain("\"" + std::string{name} + "\" has too many elements");
    return none;
}

/// The ids of one acknowledgement: objects, or the draft's plain list.
void read_acked_keys(Fields& fields, json const& value, std::vector<AckedKey>& out) {
    bool const draft = value.contains("key_ids");
    for (json const& element : read_list(fields, draft ? "key_ids" : "key_id_container", Limits::kKeys)) {
        if (draft && element.is_string()) {
            out.push_back({read_id(fields, element, "key_ids"), {}});
        } else {
            Fields entry{element, "an acknowledged key"};
            AckedKey key;
            if (auto const* id = entry.field("key_id", kRequired)) key.id = read_id(entry, *id, "key_id");
            key.extension = read_extension(entry, "extension");
            if (std::string const& problem = entry.finish(); !problem.empty()) return fields.complain(problem);
            out.push_back(std::move(key));
        }
        if (!fields.ok()) return;
    }
    if (out.empty()) fields.complain("an acknowledgement shall name a key");
}

void read_ack(Fields& fields, json const& value, AckContainer& out) {
    read_acked_keys(fields, value, out.keys);
    std::string const status = fields.string("ack_status", kRequired);
    bool known = false;
    for (auto const of : {AckStatus::relayed, AckStatus::failed, AckStatus::voided, AckStatus::failed_to_void,
                          AckStatus::key_not_present}) {
        if (status != to_string(of)) continue;
        out.status = of;
        known = true;
    }
    if (!known) fields.complain("\"ack_status\" is none of the five");
    out.initiator_sae_id = read_sae(fields, "initiator_sae_id");
    if (value.contains("target_sae_id"))
        out.target_sae_ids = {read_sae(fields, "target_sae_id")};
    else
        out.target_sae_ids = read_targets(fields);
    out.message = read_text(fields, "message", Limits::kMessageChars);
    out.extension = read_extension(fields, "extension");
}

} // namespace

bool legal_sae_id(std::string_view id) {
    constexpr std::string_view kOthers = "-._~:/?#[]@!$&'()*+,;=%";
    return !id.empty() && id.size() <= Limits::kSaeChars && std::all_of(id.begin(), id.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               kOthers.find(c) != kOthers.npos;
    });
}

Read<ExtKeyContainer> read_ext_keys(std::string_view body) {
    return read_document<ExtKeyContainer>(body, "a key container", [](Fields& fields, ExtKeyContainer& out) {
        for (json const& element : read_list(fields, "keys", Limits::kKeys)) {
            Fields entry{element, "an entry of \"keys\""};
            Key key;
            if (auto const* id = entry.field("key_id", kRequired)) key.id = read_id(entry, *id, "key_id");
            auto const* text = entry.field("value", kRequired);
            auto value =
                text != nullptr && text->is_string() ? read_base64(text->get_ref<std::string const&>()) : std::nullopt;
            if (!value || value->empty()) entry.complain("\"value\" shall be base64");
            key.extension = read_extension(entry, "extension");
            if (std::string const& problem = entry.finish(); !problem.empty()) {
                fields.complain(problem);
                return;
            }
            key.value = std::move(*value);
            out.keys.push_back(std::move(key));
        }
        if (out.keys.empty()) fields.complain("\"keys\" shall hold a key");
        out.initiator_sae_id = read_sae(fields, "initiator_sae_id");
        out.target_sae_ids = read_targets(fields);
        out.ack_callback_url = read_callback(fields);
        out.extension_mandatory = read_extension(fields, "extension_mandatory");
        out.extension_optional = read_extension(fields, "extension_optional");
    });
}

Read<AckContainers> read_acks(std::string_view body) {
    auto text = read_json(body, kJson);
    if (!text.value) return {{std::nullopt, std::move(text.problem)}};
    json const list = text.value->is_array() ? std::move(*text.value) : json::array({std::move(*text.value)});
    if (list.empty() || list.size() > Limits::kContainers)
        return {{std::nullopt, "there shall be 1 to 1024 acknowledgements"}};
    AckContainers out;
    for (json const& element : list) {
        Fields fields{element, "an acknowledgement"};
        AckContainer container;
        if (fields.ok()) read_ack(fields, element, container);
        if (std::string const& problem = fields.finish(); !problem.empty())
            return {{std::nullopt, problem}, fields.missing()};
        out.push_back(std::move(container));
    }
    return {{std::move(out), ""}};
}

Read<VoidContainer> read_void(std::string_view body) {
    return read_document<VoidContainer>(body, "a void request", [](Fields& fields, VoidContainer& out) {
        for (json const& element : read_list(fields, "key_ids", Limits::kKeys))
            out.key_ids.push_back(read_id(fields, element, "key_ids"));
        out.initiator_sae_id = read_sae(fields, "initiator_sae_id");
        out.target_sae_ids = read_targets(fields);
        out.ack_callback_url = read_callback(fields);
        out.extension = read_extension(fields, "extension");
        if (auto const* flag = fields.field("all_confirmation")) {
            if (!flag->is_boolean()) return fields.complain("\"all_confirmation\" shall be true or false");
            out.all_confirmation = flag->get<bool>();
        }
    });
}

Read<VersionContainer> read_versions(std::string_view body) {
    return read_document<VersionContainer>(body, "a list of versions", [](Fields& fields, VersionContainer& out) {
        out.versions = read_strings(fields, "versions", Limits::kVersions, Limits::kVersionChars, kRequired);
        out.capabilities =
            read_strings(fields, "capabilities", Limits::kVersions, Limits::kCapabilityChars, Presence::optional);
        out.extension = read_extension(fields, "extension");
    });
}

Read<ProblemDetails> read_problem(std::string_view body) {
    return read_document<ProblemDetails>(body, "problem details", [](Fields& fields, ProblemDetails& out) {
        out.type = read_text(fields, "type", Limits::kUrlChars, kRequired);
        out.status = fields.integer("status");
        if (out.status && (*out.status < 100 || *out.status > 599))
            fields.complain("\"status\" shall be a code of HTTP");
        out.title = read_text(fields, "title", Limits::kUrlChars);
        if (auto const* details = fields.field("details")) {
            if (!details->is_object() || details->empty() || details->size() > Limits::kExtensions)
                return fields.complain("\"details\" shall be an object of 1 to 1024 strings");
            for (auto const& [name, text] : details->items()) {
                if (!text.is_string()) return fields.complain("\"details\" shall hold strings");
                out.details.emplace_back(name, text.get<std::string>());
            }
        }
    });
}

} // namespace qkdes::etsi020
