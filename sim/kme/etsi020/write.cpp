// From the containers to JSON.
#include "sim/kme/etsi020/codec.hpp"
#include "sim/kme/json/json_text.hpp"

#include <botan/base64.h>

#include <algorithm>

namespace qkdes::etsi020 {

namespace {

using nlohmann::json;

json object_of(Extensions const& extensions) {
    json out = json::object();
    for (auto const& extension : extensions)
        out[extension.name] = json::parse(extension.value_json, nullptr, false);
    return out;
}

void add(json& to, char const* name, Extensions const& extensions) {
    if (!extensions.empty()) to[name] = object_of(extensions);
}

json write_ack(AckContainer const& container) {
    json keys = json::array();
    for (auto const& key : container.keys) {
        json entry{{"key_id", write_uuid(key.id)}};
        add(entry, "extension", key.extension);
        keys.push_back(std::move(entry));
    }
    json out{{"key_id_container", std::move(keys)},
             {"ack_status", to_string(container.status)},
             {"initiator_sae_id", container.initiator_sae_id},
             {"target_sae_ids", container.target_sae_ids}};
    if (!container.message.empty()) out["message"] = container.message;
    add(out, "extension", container.extension);
    return out;
}

/// One per target: the draft has them singular.
json write_draft(AckContainer const& container) {
    json ids = json::array();
    for (auto const& key : container.keys)
        ids.push_back(write_uuid(key.id));
    bool const newer = container.status == AckStatus::failed_to_void;
    json out = json::array();
    for (auto const& target : container.target_sae_ids) {
        json one{{"key_ids", ids},
                 {"ack_status", to_string(newer ? AckStatus::failed : container.status)},
                 {"initiator_sae_id", container.initiator_sae_id},
                 {"target_sae_id", target}};
        if (!container.message.empty()) one["message"] = container.message;
        add(one, "extension", container.extension);
        out.push_back(std::move(one));
    }
    return out;
}

/// Writes secrets where they are wiped: the JSON library's strings are not.
class SecretText {
  public:
    explicit SecretText(std::size_t size) : out_{size} {}
    void text(std::string_view text) {
        std::copy(text.begin(), text.end(), reinterpret_cast<char*>(out_.data()) + used_);
        used_ += text.size();
    }
    void base64(SecretBytes const& bytes) {
        std::size_t consumed = 0;
        used_ += Botan::base64_encode(reinterpret_cast<char*>(out_.data()) + used_, bytes.data(), bytes.size(),
                                      consumed, true);
    }
    SecretBytes take() { return std::move(out_); }

  private:
    SecretBytes out_;
    std::size_t used_ = 0;
};

} // namespace

std::string_view to_string(AckStatus status) {
    switch (status) {
    case AckStatus::relayed:
        return "relayed";
    case AckStatus::failed:
        return "failed";
    case AckStatus::voided:
        return "voided";
    case AckStatus::failed_to_void:
        return "failed to void";
    case AckStatus::key_not_present:
        return "key not present";
    }
    return "";
}

SecretBytes write(ExtKeyContainer const& container) {
    json rest{{"initiator_sae_id", container.initiator_sae_id}, {"target_sae_ids", container.target_sae_ids}};
    if (!container.ack_callback_url.empty()) rest["ack_callback_url"] = container.ack_callback_url;
    add(rest, "extension_mandatory", container.extension_mandatory);
    add(rest, "extension_optional", container.extension_optional);
    std::string const tail = write_json(rest).substr(1); // without its brace

    constexpr std::string_view kOpen = R"({"keys":[)", kKey = R"({"key_id":")", kValue = R"(","value":")",
                               kExtension = R"(","extension":)", kClose = "],";
    std::vector<std::string> extensions;
    std::size_t size = kOpen.size() + kClose.size() + tail.size() + container.keys.size() - 1;
    for (auto const& key : container.keys) {
        extensions.push_back(key.extension.empty() ? "" : write_json(object_of(key.extension)));
        size += kKey.size() + kUuidChars + kValue.size() + base64_size(key.value.size());
        size += key.extension.empty() ? 2 : kExtension.size() + extensions.back().size() + 1;
    }
    SecretText out{size};
    out.text(kOpen);
    for (std::size_t i = 0; i < container.keys.size(); ++i) {
        if (i > 0) out.text(",");
        out.text(kKey);
        out.text(write_uuid(container.keys[i].id));
        out.text(kValue);
        out.base64(container.keys[i].value);
        if (extensions[i].empty()) {
            out.text("\"}");
        } else {
            out.text(kExtension);
            out.text(extensions[i]);
            out.text("}");
        }
    }
    out.text(kClose);
    out.text(tail);
    return out.take();
}

std::string write(AckContainers const& containers, AckStyle style) {
    json out = json::array();
    for (auto const& container : containers) {
        if (style == AckStyle::v1_1_1) {
            out.push_back(write_ack(container));
        } else {
            for (auto& one : write_draft(container))
                out.push_back(std::move(one));
        }
    }
    return write_json(style == AckStyle::draft && out.size() == 1 ? out[0] : out);
}

std::string write(VoidContainer const& container) {
    json ids = json::array();
    for (KeyId const& id : container.key_ids)
        ids.push_back(write_uuid(id));
    json out{{"key_ids", std::move(ids)},
             {"initiator_sae_id", container.initiator_sae_id},
             {"target_sae_ids", container.target_sae_ids}};
    if (!container.ack_callback_url.empty()) out["ack_callback_url"] = container.ack_callback_url;
    add(out, "extension", container.extension);
    if (container.all_confirmation) out["all_confirmation"] = true;
    return write_json(out);
}

std::string write(VersionContainer const& container) {
    json out{{"versions", container.versions}};
    if (!container.capabilities.empty()) out["capabilities"] = container.capabilities;
    add(out, "extension", container.extension);
    return write_json(out);
}

std::string write(ProblemDetails const& problem) {
    json out{{"type", problem.type}};
    if (problem.status) out["status"] = *problem.status;
    if (!problem.title.empty()) out["title"] = problem.title;
    for (auto const& [name, text] : problem.details)
        out["details"][name] = text;
    return write_json(out);
}

} // namespace qkdes::etsi020
