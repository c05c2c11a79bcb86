// Requests and responses as text, to and from the standard's containers.
#include "sim/kme/messages_text.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/json/fields.hpp"
#include "sim/kme/json/json_text.hpp"

#include <botan/base64.h>

#include <algorithm>
#include <charconv>

namespace qkdes::wire {

namespace {

using etsi020::Problem;
using nlohmann::json;

constexpr Endpoint kEndpoints[] = {Endpoint::ext_keys, Endpoint::ack, Endpoint::void_keys, Endpoint::versions};

KeyId as_uuid(SessionId const& session) {
    KeyId id;
    std::copy(session.begin(), session.end(), id.bytes.begin());
    return id;
}

/// The status that a message names; a failure of a peer that says nothing we know is a hop that failed.
KeyStatus reason_of(std::string_view message) {
    for (auto const status : {KeyStatus::no_key, KeyStatus::no_route, KeyStatus::busy, KeyStatus::timeout,
                              KeyStatus::bad_request, KeyStatus::hop_failed})
        if (message == to_string(status)) return status;
    return KeyStatus::hop_failed;
}

etsi020::AckContainer container_of(AckMessage::Container const& of, WireFormat const& format) {
    etsi020::AckContainer out;
    for (KeyId const& id : of.ids)
        out.keys.push_back({id, {}});
    out.status = of.status;
    out.initiator_sae_id = format.saes.name(of.from);
    out.target_sae_ids = {format.saes.name(of.to)};
    if (of.reason != KeyStatus::ok) out.message = to_string(of.reason);
    if (of.exposure) out.extension.push_back({"E32473_exposure", "\"" + to_string(*of.exposure) + "\""});
    if (of.tag)
        out.extension.push_back({"E32473_tag", "\"" + Botan::base64_encode(of.tag->data(), of.tag->size()) + "\""});
    return out;
}

Decoded refuse(Endpoint endpoint, SessionId const& session, Problem problem, std::string explanation = {}) {
    auto const details = std::make_shared<etsi020::ProblemDetails>(describe(problem, std::move(explanation)));
    return {std::nullopt, ResponseMessage{session, endpoint, code_of(problem), details}};
}

std::optional<OneTimeTag> read_tag(std::string_view text) {
    auto const bytes = read_base64(text);
    OneTimeTag tag{};
    if (!bytes || bytes->size() != tag.size()) return std::nullopt;
    std::copy_n(bytes->data(), tag.size(), tag.begin());
    return tag;
}

std::optional<UnitId> read_unit(json const& unit, Fields& of) {
    Fields entry{unit, "a unit"};
    auto const block = entry.integer("block", Presence::required), index = entry.integer("index", Presence::required);
    if (index.value_or(0) > 0xffffffffu) entry.complain("\"index\" is out of range");
    std::string const& problem = entry.finish();
    if (problem.empty()) return UnitId{*block, static_cast<std::uint32_t>(*index)};
    of.complain(problem);
    return std::nullopt;
}

/// "units": arrays of block, first index and count. At most kMaxHopUnits in all, none twice in a row.
std::vector<UnitId> read_units(Fields& fields) {
    std::vector<UnitId> out;
    for (auto const& run : fields.array("units", Presence::required)) {
        bool legal = run.is_array() && run.size() == 3;
        for (std::size_t i = 0; legal && i < 3; ++i)
            legal = run[i].is_number_unsigned();
        std::uint64_t const first = legal ? run[1].get<std::uint64_t>() : 0,
                            count = legal ? run[2].get<std::uint64_t>() : 0;
        legal = legal && count >= 1 && count <= kMaxHopUnits - out.size() && first + count - 1 <= 0xffffffffu &&
                first <= 0xffffffffu;
        if (!legal) {
            fields.complain("\"units\" shall be runs of units: block, first index, count");
            return {};
        }
        for (std::uint64_t i = 0; i < count; ++i)
            out.push_back({run[0].get<std::uint64_t>(), static_cast<std::uint32_t>(first + i)});
    }
    return out;
}

/// A container under one-time pads.
Decoded read_otp(json const& envelope, SessionId const& session) {
    Fields fields{envelope, "an envelope"};
    ExtKeysMessage out{session, {}, {}};
    out.otp.emplace();
    if (auto const* unit = fields.field("hash_unit", Presence::required))
        if (auto const id = read_unit(*unit, fields)) out.otp->hash_unit = *id;
    out.units = read_units(fields);
    auto const named = read_uuid(fields.string("session", Presence::required));
    if (named != as_uuid(session)) fields.complain("\"session\" shall be the one that the request travels in");
    auto const tag = read_tag(fields.string("tag", Presence::required));
    if (!tag) fields.complain("\"tag\" shall be base64 of 16 bytes");
    auto const text = read_base64(fields.string("text", Presence::required));
    if (!text) fields.complain("\"text\" shall be base64");
    if (std::string const& problem = fields.finish(); !problem.empty())
        return refuse(Endpoint::ext_keys, session,
                      fields.missing() ? Problem::missing_parameters : Problem::invalid_parameter, problem);
    out.otp->tag = *tag;
    out.otp->text.assign(text->data(), text->data() + text->size());
    return {out};
}

Decoded read_ext_keys(std::string_view body, SessionId const& session) {
    auto const wrong = [&](std::string const& problem, bool missing) {
        return refuse(Endpoint::ext_keys, session, missing ? Problem::missing_parameters : Problem::invalid_parameter,
                      problem);
    };
    auto const text = read_json(body, {etsi020::Limits::kBytes, 4, 4 * kMaxHopUnits + 32});
    if (!text.value) return wrong(text.problem, false);
    Fields fields{*text.value, "an envelope"};
    if (text.value->is_object() && text.value->contains("hash_unit")) return read_otp(*text.value, session);
    ExtKeysMessage out{session, {}, {}};
    auto const bytes = [&](char const* name) {
        auto const* value = fields.field(name, Presence::required);
        auto decoded =
            value != nullptr && value->is_string() ? read_base64(value->get_ref<std::string const&>()) : std::nullopt;
        if (!decoded) fields.complain("\"" + std::string{name} + "\" shall be base64");
        return std::move(decoded).value_or(SecretBytes{});
    };
    auto const iv = bytes("iv");
    auto const ciphertext = bytes("ciphertext");
    auto const named = read_uuid(fields.string("session", Presence::required));
    if (iv.size() != out.envelope.iv.size()) fields.complain("\"iv\" shall have 12 bytes");
    if (ciphertext.size() < Envelope::kTagBytes) fields.complain("\"ciphertext\" shall hold a tag");
    if (named != as_uuid(session)) fields.complain("\"session\" shall be the one that the request travels in");
    if (auto const* unit = fields.field("unit"))
        if (auto const id = read_unit(*unit, fields)) out.units = {*id};
    if (std::string const& problem = fields.finish(); !problem.empty()) return wrong(problem, fields.missing());
    std::copy_n(iv.data(), iv.size(), out.envelope.iv.begin());
    out.envelope.ciphertext.assign(ciphertext.data(), ciphertext.data() + ciphertext.size());
    return {out};
}

Decoded read_ack(std::string_view body, SessionId const& session, WireFormat const& format) {
    auto const read = etsi020::read_acks(body);
    if (!read) return refuse(Endpoint::ack, session, Problem::ack_not_understood, read.problem);
    AckMessage out{session, {}};
    bool first = true;
    for (auto const& container : *read.value) {
        AckMessage::Container one;
        for (auto const& key : container.keys)
            one.ids.push_back(key.id);
        one.status = container.status;
        bool const failure =
            container.status == etsi020::AckStatus::failed || container.status == etsi020::AckStatus::failed_to_void;
        if (failure) one.reason = reason_of(container.message);
        for (auto const& extension : container.extension) {
            if (extension.value_json.size() <= 2) continue;
            auto const text = std::string_view{extension.value_json}.substr(1, extension.value_json.size() - 2);
            if (extension.name == "E32473_exposure") one.exposure = read_exposure(text);
            if (extension.name == "E32473_tag") one.tag = read_tag(text);
        }
        one.from = format.saes.find(container.initiator_sae_id).value_or(AppId{});
        for (auto const& target : container.target_sae_ids) { // keys of SAEs that we do not know are not present here
            one.to = format.saes.find(target).value_or(AppId{});
            if (first)
                out.first = one;
            else
                out.others.push_back(one);
            first = false;
            if (out.others.size() >= etsi020::Limits::kContainers)
                return refuse(Endpoint::ack, session, Problem::ack_not_understood, "too many targets");
        }
    }
    return {out};
}

Decoded read_void(std::string_view body, SessionId const& session, WireFormat const& format) {
    auto const read = etsi020::read_void(body);
    if (!read) return refuse(Endpoint::void_keys, session, Problem::void_not_understood, read.problem);
    auto const& container = *read.value;
    if (container.key_ids.empty() && !container.all_confirmation)
        return refuse(Endpoint::void_keys, session, Problem::no_all_confirmation);
    if (container.ack_callback_url.empty())
        return refuse(Endpoint::void_keys, session, Problem::missing_parameters,
                      "\"ack_callback_url\" is needed: there is no synchronous mode here");
    if (container.target_sae_ids.size() > 1)
        return refuse(Endpoint::void_keys, session, Problem::no_route_multiple_targets);
    auto const from = format.saes.find(container.initiator_sae_id), to = format.saes.find(container.target_sae_ids[0]);
    if (!from || !to) return refuse(Endpoint::void_keys, session, Problem::key_not_present);
    return {VoidMessage{session, {container.key_ids.begin(), container.key_ids.end()}, *from, *to}};
}

} // namespace

std::string_view path_of(Endpoint endpoint) {
    switch (endpoint) {
    case Endpoint::ext_keys:
        return "/kmapi/v1/ext_keys";
    case Endpoint::ack:
        return "/kmapi/v1/ext_keys/ack";
    case Endpoint::void_keys:
        return "/kmapi/v1/ext_keys/void";
    case Endpoint::versions:
        return "/kmapi/versions";
    }
    return "";
}

std::string_view request_line(Endpoint endpoint) {
    switch (endpoint) {
    case Endpoint::ext_keys:
        return "POST /kmapi/v1/ext_keys\n";
    case Endpoint::ack:
        return "POST /kmapi/v1/ext_keys/ack\n";
    case Endpoint::void_keys:
        return "POST /kmapi/v1/ext_keys/void\n";
    case Endpoint::versions:
        return "GET /kmapi/versions\n";
    }
    return "";
}

std::string callback_url(std::string_view node) {
    return "https://" + std::string{node} + std::string{path_of(Endpoint::ack)};
}

std::optional<Frame> read_request_line(std::string_view text) {
    for (Endpoint const endpoint : kEndpoints)
        if (text.starts_with(request_line(endpoint)))
            return Frame{endpoint, 0, text.substr(request_line(endpoint).size())};
    return std::nullopt;
}

std::optional<Frame> read_status_line(std::string_view text) {
    auto const end = text.find('\n');
    if (end == text.npos || end < 4 || text[3] != ' ') return std::nullopt;
    int code = 0;
    auto const [stop, error] = std::from_chars(text.data(), text.data() + 3, code);
    if (error != std::errc{} || stop != text.data() + 3 || code < 100 || code > 599) return std::nullopt;
    for (Endpoint const endpoint : kEndpoints)
        if (text.substr(4, end - 4) == path_of(endpoint)) return Frame{endpoint, code, text.substr(end + 1)};
    return std::nullopt;
}

std::string write_text(ExtKeysMessage const& m, WireFormat const&) {
    if (m.otp) {
        json runs = json::array();
        each_run(m.units, [&](UnitId first, std::uint32_t count) {
            runs.push_back({first.block, first.index, count});
        });
        json const body{{"hash_unit", {{"block", m.otp->hash_unit.block}, {"index", m.otp->hash_unit.index}}},
                        {"session", write_uuid(as_uuid(m.session))},
                        {"tag", Botan::base64_encode(m.otp->tag.data(), m.otp->tag.size())},
                        {"text", Botan::base64_encode(m.otp->text.data(), m.otp->text.size())},
                        {"units", std::move(runs)}};
        return std::string{request_line(Endpoint::ext_keys)} + write_json(body);
    }
    json body{{"iv", Botan::base64_encode(m.envelope.iv.data(), m.envelope.iv.size())},
              {"ciphertext", Botan::base64_encode(m.envelope.ciphertext.data(), m.envelope.ciphertext.size())},
              {"session", write_uuid(as_uuid(m.session))}};
    if (!m.units.empty()) body["unit"] = {{"block", m.units.front().block}, {"index", m.units.front().index}};
    return std::string{request_line(Endpoint::ext_keys)} + write_json(body);
}

std::string write_text(AckMessage const& m, WireFormat const& format) {
    etsi020::AckContainers containers{container_of(m.first, format)};
    for (auto const& other : m.others)
        containers.push_back(container_of(other, format));
    return std::string{request_line(Endpoint::ack)} + etsi020::write(containers, format.acks);
}

std::string write_text(VoidMessage const& m, WireFormat const& format) {
    return std::string{request_line(Endpoint::void_keys)} +
           etsi020::write(etsi020::VoidContainer{{m.ids.begin(), m.ids.end()},
                                                 format.saes.name(m.from),
                                                 {format.saes.name(m.to)},
                                                 callback_url(format.self),
                                                 {},
                                                 m.ids.empty()});
}

std::string write_text(VersionsMessage const&, WireFormat const&) {
    return std::string{request_line(Endpoint::versions)};
}

std::string write_text(ResponseMessage const& m, WireFormat const&) {
    std::string out = std::to_string(m.code) + ' ';
    out += path_of(m.endpoint);
    out += '\n';
    if (m.problem) out += etsi020::write(*m.problem);
    if (m.endpoint == Endpoint::versions && m.code == etsi020::kOk)
        out += etsi020::write(etsi020::VersionContainer{{"v1"}, {}, {}});
    return out;
}

Decoded read_request(Frame const& frame, SessionId const& session, WireFormat const& format) {
    switch (frame.endpoint) {
    case Endpoint::ext_keys:
        return read_ext_keys(frame.body, session);
    case Endpoint::ack:
        return read_ack(frame.body, session, format);
    case Endpoint::void_keys:
        return read_void(frame.body, session, format);
    case Endpoint::versions:
        if (!frame.body.empty()) return {};
        return {VersionsMessage{session}};
    }
    return {};
}

Decoded read_response(Frame const& frame, SessionId const& session) {
    ResponseMessage out{session, frame.endpoint, frame.code};
    bool const success = frame.code < 300;
    if (success) {
        bool const listed = frame.endpoint == Endpoint::versions && frame.code == etsi020::kOk;
        if (listed ? !etsi020::read_versions(frame.body) : !frame.body.empty()) return {};
        return {out};
    }
    if (frame.body.empty()) return {out};
    auto read = etsi020::read_problem(frame.body);
    if (!read) return {};
    out.problem = std::make_shared<etsi020::ProblemDetails>(std::move(*read.value));
    return {out};
}

} // namespace qkdes::wire
