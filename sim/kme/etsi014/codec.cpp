#include "sim/kme/etsi014/codec.hpp"

#include "sim/kme/json/fields.hpp"
#include "sim/kme/json/json_text.hpp"

#include <botan/base64.h>

namespace qkdes::etsi014 {

namespace {

using nlohmann::json;

/// Whole documents: text to fields to T.
template <class T, class Reader>
Parsed<T> read_document(std::string_view body, char const* name, JsonLimits const& limits, Reader reader) {
    auto text = read_json(body, limits);
    if (!text.value) return {std::nullopt, std::move(text.problem)};
    Fields fields{*text.value, name};
    T out;
    reader(fields, out);
    if (std::string const& problem = fields.finish(); !problem.empty()) return {std::nullopt, problem};
    return {std::move(out), ""};
}

void read_extensions(Fields& fields, char const* name, std::vector<Extension>& out) {
    for (json const& element : fields.array(name)) {
        if (!element.is_object() || element.empty())
            return fields.complain("\"" + std::string{name} + "\" shall hold objects of name/value pairs");
        for (auto const& [key, value] : element.items())
            out.push_back({key, write_json(value)});
    }
}

std::optional<KeyId> read_key_id(Fields& fields) {
    auto const id = read_uuid(fields.string("key_ID", Presence::required));
    if (!id) fields.complain("\"key_ID\" shall be a UUID");
    return id;
}

json extension_objects(std::vector<Extension> const& extensions) {
    json out = json::array();
    for (auto const& extension : extensions)
        out.push_back({{extension.name, json::parse(extension.value_json, nullptr, false)}});
    return out;
}

} // namespace

Parsed<KeyRequestBody> read_key_request(std::string_view body) {
    if (body.empty()) return {KeyRequestBody{}, ""};
    return read_document<KeyRequestBody>(body, "a key request", {}, [](Fields& fields, KeyRequestBody& out) {
        out.number = fields.integer("number");
        out.size = fields.integer("size");
        for (json const& name : fields.array("additional_slave_SAE_IDs")) {
            if (!name.is_string()) return fields.complain("\"additional_slave_SAE_IDs\" shall hold strings");
            out.additional_slave_sae_ids.push_back(name.get<std::string>());
        }
        read_extensions(fields, "extension_mandatory", out.extension_mandatory);
        read_extensions(fields, "extension_optional", out.extension_optional);
    });
}

Parsed<KeyIdsBody> read_key_ids(std::string_view body) {
    return read_document<KeyIdsBody>(body, "a list of key IDs", {}, [](Fields& fields, KeyIdsBody& out) {
        json const& list = fields.array("key_IDs", Presence::required);
        fields.object("key_IDs_extension");
        if (list.empty()) fields.complain("\"key_IDs\" shall name a key");
        for (json const& element : list) {
            Fields entry{element, "an entry of \"key_IDs\""};
            auto const id = read_key_id(entry);
            entry.object("key_ID_extension");
            if (std::string const& problem = entry.finish(); !problem.empty()) return fields.complain(problem);
            out.ids.push_back(*id);
        }
    });
}

Parsed<Status> read_status(std::string_view body) {
    return read_document<Status>(body, "a status", {}, [](Fields& fields, Status& out) {
        constexpr auto kRequired = Presence::required;
        out.source_kme_id = fields.string("source_KME_ID", kRequired);
        out.target_kme_id = fields.string("target_KME_ID", kRequired);
        out.master_sae_id = fields.string("master_SAE_ID", kRequired);
        out.slave_sae_id = fields.string("slave_SAE_ID", kRequired);
        out.key_size = fields.integer("key_size", kRequired).value_or(0);
        out.stored_key_count = fields.integer("stored_key_count", kRequired).value_or(0);
        out.max_key_count = fields.integer("max_key_count", kRequired).value_or(0);
        out.max_key_per_request = fields.integer("max_key_per_request", kRequired).value_or(0);
        out.max_key_size = fields.integer("max_key_size", kRequired).value_or(0);
        out.min_key_size = fields.integer("min_key_size", kRequired).value_or(0);
        out.max_sae_id_count = fields.integer("max_SAE_ID_count", kRequired).value_or(0);
        fields.object("status_extension");
    });
}

Parsed<KeyContainer> read_key_container(std::string_view body) {
    constexpr JsonLimits kLarge{4 * 1024 * 1024, 8, 64 * 1024}; // from a peer that we asked, not from just anybody
    return read_document<KeyContainer>(body, "a key container", kLarge, [](Fields& fields, KeyContainer& out) {
        for (json const& element : fields.array("keys", Presence::required)) {
            Fields entry{element, "an entry of \"keys\""};
            auto const id = read_key_id(entry);
            auto key = read_base64(entry.string("key", Presence::required));
            if (!key) entry.complain("\"key\" shall be base64");
            entry.object("key_ID_extension");
            entry.object("key_extension");
            if (std::string const& problem = entry.finish(); !problem.empty()) return fields.complain(problem);
            out.keys.push_back({*id, std::move(*key)});
        }
        fields.object("key_container_extension");
        if (json const* extension = fields.field("key_container_extension"); extension != nullptr && fields.ok())
            for (auto const& [name, value] : extension->items())
                out.extension.push_back({name, write_json(value)});
    });
}

Parsed<ErrorBody> read_error(std::string_view body) {
    return read_document<ErrorBody>(body, "an error", {}, [](Fields& fields, ErrorBody& out) {
        out.message = fields.string("message", Presence::required);
        for (json const& element : fields.array("details")) {
            if (!element.is_object()) return fields.complain("\"details\" shall hold objects");
            for (auto const& [name, value] : element.items())
                out.details.emplace_back(name, value.is_string() ? value.get<std::string>() : write_json(value));
        }
    });
}

std::string write(Status const& status) {
    return write_json({{"source_KME_ID", status.source_kme_id},
                       {"target_KME_ID", status.target_kme_id},
                       {"master_SAE_ID", status.master_sae_id},
                       {"slave_SAE_ID", status.slave_sae_id},
                       {"key_size", status.key_size},
                       {"stored_key_count", status.stored_key_count},
                       {"max_key_count", status.max_key_count},
                       {"max_key_per_request", status.max_key_per_request},
                       {"max_key_size", status.max_key_size},
                       {"min_key_size", status.min_key_size},
                       {"max_SAE_ID_count", status.max_sae_id_count}});
}

std::string write(KeyRequestBody const& request) {
    json out = json::object();
    if (request.number) out["number"] = *request.number;
    if (request.size) out["size"] = *request.size;
    if (!request.additional_slave_sae_ids.empty()) out["additional_slave_SAE_IDs"] = request.additional_slave_sae_ids;
    if (!request.extension_mandatory.empty())
        out["extension_mandatory"] = extension_objects(request.extension_mandatory);
    if (!request.extension_optional.empty()) out["extension_optional"] = extension_objects(request.extension_optional);
    return write_json(out);
}

std::string write(KeyContainer const& container) {
    json keys = json::array();
    for (auto const& key : container.keys)
        keys.push_back({{"key_ID", write_uuid(key.id)}, {"key", Botan::base64_encode(key.key.view())}});
    json out{{"keys", std::move(keys)}};
    for (auto const& extension : container.extension)
        out["key_container_extension"][extension.name] = json::parse(extension.value_json, nullptr, false);
    return write_json(out);
}

std::string write(KeyIdsBody const& ids) {
    json list = json::array();
    for (KeyId const& id : ids.ids)
        list.push_back({{"key_ID", write_uuid(id)}});
    return write_json({{"key_IDs", std::move(list)}});
}

std::string write(ErrorBody const& error) {
    json out{{"message", error.message}};
    for (auto const& [name, explanation] : error.details)
        out["details"].push_back({{name, explanation}});
    return write_json(out);
}

} // namespace qkdes::etsi014
