// How long an encoding would be: what a message costs on a channel that hands values over. Fixed parts are measured on
// empty samples, once; what varies is added up.
#include "sim/kme/messages_text.hpp"

#include "sim/kme/json/json_text.hpp"

namespace qkdes {

namespace {

using etsi020::AckStyle;
using namespace wire;

std::size_t digits(std::uint64_t value) {
    std::size_t out = 1;
    for (; value >= 10; value /= 10)
        ++out;
    return out;
}

template <class Ids>
std::size_t list_chars(Ids const& ids) { // without its brackets
    std::size_t out = ids.empty() ? 0 : ids.size() - 1;
    for (auto const id : ids)
        out += digits(id.value);
    return out;
}

constexpr std::size_t kQuoted = 2, kComma = 1;

std::size_t otp_size(ExtKeysMessage const& m, WireFormat const& format) {
    constexpr std::size_t kEmpty =
        sizeof(R"({"hash_unit":{"block":,"index":},"session":"","tag":"","text":"","units":[]})") - 1;
    constexpr std::size_t kRun = sizeof("[,,]") - 1;
    std::size_t out = wire::request_line(Endpoint::ext_keys).size() + kEmpty + kUuidChars +
                      base64_size(kOneTimeTagBytes) + digits(m.otp->hash_unit.block) + digits(m.otp->hash_unit.index) +
                      base64_size(m.modelled ? encoded_size(*m.modelled, format) : m.otp->text.size());
    std::size_t runs = 0;
    wire::each_run(m.units, [&](UnitId first, std::uint32_t count) {
        out += kRun + digits(first.block) + digits(first.index) + digits(count) + (runs++ > 0 ? kComma : 0);
    });
    return out;
}

std::size_t text_size(ExtKeysMessage const& m, WireFormat const& format) {
    if (m.otp) return otp_size(m, format);
    static std::size_t const fixed = write_text(ExtKeysMessage{}, format).size() - base64_size(0);
    std::size_t const plain = m.modelled ? encoded_size(*m.modelled, format) : 0;
    std::size_t const sealed = m.modelled ? plain + Envelope::kTagBytes : m.envelope.ciphertext.size();
    constexpr std::size_t kUnit = sizeof(R"(,"unit":{"block":,"index":})") - 1;
    std::size_t const unit =
        m.units.empty() ? 0 : kUnit + digits(m.units.front().block) + digits(m.units.front().index);
    return fixed + base64_size(sealed) + unit;
}

std::size_t container_size(AckMessage::Container const& of, WireFormat const& format) {
    bool const draft = format.acks == AckStyle::draft;
    constexpr std::size_t kEmpty[] = {
        sizeof(R"({"ack_status":"","initiator_sae_id":"","key_id_container":[],"target_sae_ids":[""]})") - 1,
        sizeof(R"({"ack_status":"","initiator_sae_id":"","key_ids":[],"target_sae_id":""})") - 1};
    auto const status =
        draft && of.status == etsi020::AckStatus::failed_to_void ? etsi020::AckStatus::failed : of.status;
    std::size_t const id = kUuidChars + kQuoted + (draft ? 0 : sizeof(R"({"key_id":})") - 1);
    std::size_t out = kEmpty[draft] + to_string(status).size() + format.saes.name_size(of.from) +
                      format.saes.name_size(of.to) + of.ids.size() * id + (of.ids.empty() ? 0 : of.ids.size() - 1);
    if (of.reason != KeyStatus::ok) out += sizeof(R"(,"message":"")") - 1 + to_string(of.reason).size();
    std::size_t const exposure =
        of.exposure ? sizeof(R"("E32473_exposure":"")") - 1 + to_string(*of.exposure).size() : 0;
    std::size_t const tag = of.tag ? sizeof(R"("E32473_tag":"")") - 1 + base64_size(kOneTimeTagBytes) : 0;
    if (exposure + tag > 0)
        out += sizeof(R"(,"extension":{})") - 1 + exposure + tag + (exposure > 0 && tag > 0 ? kComma : 0);
    return out;
}

std::size_t text_size(AckMessage const& m, WireFormat const& format) {
    bool const bare = format.acks == AckStyle::draft && m.others.empty();
    std::size_t out = wire::request_line(Endpoint::ack).size() + (bare ? 0 : 2) + container_size(m.first, format);
    for (auto const& other : m.others)
        out += kComma + container_size(other, format);
    return out;
}

std::size_t text_size(VoidMessage const& m, WireFormat const& format) {
    constexpr std::size_t kEmpty =
        sizeof(R"({"ack_callback_url":"","initiator_sae_id":"","key_ids":[],"target_sae_ids":[""]})") - 1;
    std::size_t out = wire::request_line(Endpoint::void_keys).size() + kEmpty + wire::kCallbackChars +
                      format.self.size() + format.saes.name_size(m.from) + format.saes.name_size(m.to);
    if (m.ids.empty()) return out + sizeof(R"(,"all_confirmation":true)") - 1;
    return out + m.ids.size() * (kUuidChars + kQuoted + kComma) - kComma;
}

std::size_t text_size(VersionsMessage const&, WireFormat const&) {
    return wire::request_line(Endpoint::versions).size();
}

std::size_t text_size(ResponseMessage const& m, WireFormat const& format) {
    if (m.problem || m.endpoint == Endpoint::versions) return write_text(m, format).size(); // rare
    return 3 + 1 + wire::path_of(m.endpoint).size() + 1;
}

} // namespace

namespace wire {

std::size_t binary_size(KemRequestMessage const&) { return 0; }
std::size_t binary_size(KemPublicKeyMessage const& m) { return m.public_key.size(); }
std::size_t binary_size(KemCiphertextMessage const& m) { return m.ciphertext.size(); }
std::size_t binary_size(AbandonMessage const& m) { return 2 + kUnitIdBytes * m.units.size(); }
std::size_t binary_size(AbandonedMessage const&) { return 0; }
std::size_t binary_size(LinkStateMessage const& m) {
    return 4 + 8 + 1 + 2 + kEndBytes * m.ends.size() + 2 + m.signature.size();
}

} // namespace wire

std::size_t encoded_size(Message const& message, WireFormat const& format) {
    return wire::kHeaderBytes + std::visit(
                                    [&](auto const& m) -> std::size_t {
                                        if constexpr (requires { wire::binary_size(m); })
                                            return wire::binary_size(m);
                                        else
                                            return text_size(m, format);
                                    },
                                    message);
}

std::size_t encoded_size(Payload const& payload, WireFormat const& format) {
    constexpr std::size_t kEmpty =
        sizeof(
            R"({"keys":[],"ack_callback_url":"","extension_optional":{"E32473_exposure":""},"initiator_sae_id":"","target_sae_ids":[""]})") -
        1;
    constexpr std::size_t kKey = sizeof(R"({"key_id":"","value":""})") - 1;
    std::size_t out = kEmpty + wire::kCallbackChars + format.self.size() + format.saes.name_size(payload.from) +
                      format.saes.name_size(payload.to) + to_string(payload.exposure).size() + payload.keys.size() - 1;
    for (auto const& key : payload.keys)
        out += kKey + kUuidChars + base64_size(key.key.size());
    if (!payload.visited.empty()) out += sizeof(R"(,"E32473_visited":[])") - 1 + list_chars(payload.visited);
    if (!payload.path.empty())
        out += sizeof(R"(,"extension_mandatory":{"E32473_path":[]})") - 1 + list_chars(payload.path);
    for (auto const& extension : payload.extensions)
        out += write_json(extension.name).size() + extension.value_json.size() + 2;
    return out;
}

} // namespace qkdes
