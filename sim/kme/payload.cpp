// Keys on their way, as the standard's key container with our extensions.
#include "sim/kme/messages_text.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/json/json_text.hpp"

#include <algorithm>

namespace qkdes {

namespace {

using etsi020::Problem;

constexpr char kPath[] = "E32473_path", kVisited[] = "E32473_visited", kExposure[] = "E32473_exposure";

template <class Ids>
std::string list_of(Ids const& ids) {
    std::string out = "[";
    for (auto const id : ids)
        out += (out.size() > 1 ? "," : "") + std::to_string(id.value);
    return out + "]";
}

/// Nothing unless it is an array of 1 to kHopLimit numbers.
template <class Id>
std::optional<std::vector<Id>> ids_of(std::string const& text) {
    auto const read = read_json(text, {1024, 2, kHopLimit + 1});
    if (!read.value || !read.value->is_array() || read.value->empty()) return std::nullopt;
    std::vector<Id> out;
    for (auto const& element : *read.value) {
        if (!element.is_number_unsigned() || element.get<std::uint64_t>() >= Id::kNone) return std::nullopt;
        out.emplace_back(element.get<std::uint32_t>());
    }
    return out;
}

OpenedPayload refuse(Problem problem, std::string explanation = {}) {
    return {std::nullopt, problem, std::move(explanation)};
}

/// Ours are taken out, others stay.
std::optional<OpenedPayload> read_extensions(etsi020::ExtKeyContainer& container, Payload& out) {
    for (auto const& extension : container.extension_mandatory) {
        if (extension.name != kPath)
            return refuse(Problem::unsupported_mandatory_extension, extension.name + " is not supported");
        auto path = ids_of<LinkId>(extension.value_json);
        if (!path) return refuse(Problem::invalid_parameter, "E32473_path shall be an array of link numbers");
        out.path = std::move(*path);
    }
    out.exposure = kExposedByAnything; // what nobody vouches for
    for (auto& extension : container.extension_optional) {
        if (extension.name == kVisited) {
            auto visited = ids_of<NodeId>(extension.value_json);
            if (!visited) return refuse(Problem::invalid_parameter, "E32473_visited shall be an array of node numbers");
            out.visited.assign(visited->begin(), visited->end());
        } else if (extension.name == kExposure) {
            std::string_view const text = extension.value_json;
            auto const exposure = text.size() > 2 ? read_exposure(text.substr(1, text.size() - 2)) : std::nullopt;
            if (!exposure) return refuse(Problem::invalid_parameter, "E32473_exposure shall be what exposes the keys");
            out.exposure = *exposure;
        } else {
            out.extensions.push_back(std::move(extension));
        }
    }
    return std::nullopt;
}

} // namespace

SecretBytes encode(Payload const& payload, WireFormat const& format) {
    QKDES_EXPECTS(!payload.keys.empty() && payload.keys.size() <= kMaxKeysPerRequest);
    QKDES_EXPECTS(payload.visited.size() <= kHopLimit && payload.path.size() <= kHopLimit);
    etsi020::ExtKeyContainer container;
    for (auto const& key : payload.keys)
        container.keys.push_back({key.id, key.key, {}});
    container.initiator_sae_id = format.saes.name(payload.from);
    container.target_sae_ids = {format.saes.name(payload.to)};
    container.ack_callback_url = wire::callback_url(format.self);
    if (!payload.path.empty()) container.extension_mandatory = {{kPath, list_of(payload.path)}};
    container.extension_optional = payload.extensions;
    container.extension_optional.push_back({kExposure, "\"" + to_string(payload.exposure) + "\""});
    if (!payload.visited.empty()) container.extension_optional.push_back({kVisited, list_of(payload.visited)});
    return etsi020::write(container);
}

OpenedPayload decode_payload(std::span<std::uint8_t const> bytes, WireFormat const& format) {
    auto read = etsi020::read_ext_keys({reinterpret_cast<char const*>(bytes.data()), bytes.size()});
    if (!read)
        return refuse(read.missing ? Problem::missing_parameters : Problem::invalid_parameter, std::move(read.problem));
    auto& container = *read.value;
    if (container.ack_callback_url.empty())
        return refuse(Problem::missing_parameters, "\"ack_callback_url\" is needed: there is no synchronous mode here");
    if (container.target_sae_ids.size() > 1) return refuse(Problem::no_route_multiple_targets);
    auto const from = format.saes.find(container.initiator_sae_id), to = format.saes.find(container.target_sae_ids[0]);
    if (!to) return refuse(Problem::target_not_recognized);
    if (!from) return refuse(Problem::invalid_parameter, "the initiator SAE is not known");

    Payload out;
    out.from = *from;
    out.to = *to;
    if (auto refusal = read_extensions(container, out)) return std::move(*refusal);
    std::size_t const size = container.keys.front().value.size();
    bool const sized = container.keys.size() <= kMaxKeysPerRequest && size >= kMinKeyBits / 8 &&
                       size <= kMaxKeyBits / 8 &&
                       std::all_of(container.keys.begin(), container.keys.end(),
                                   [&](auto const& key) { return key.value.size() == size; });
    if (!sized) return refuse(Problem::invalid_parameter, "1 to 128 keys of one size from 64 to 4096 bits are served");
    for (auto& key : container.keys)
        out.keys.push_back({key.id, std::move(key.value), security_class(out.exposure)});
    return {std::move(out)};
}

} // namespace qkdes
