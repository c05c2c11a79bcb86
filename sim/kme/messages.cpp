#include "sim/kme/messages.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/messages_text.hpp"
#include "sim/kme/wire.hpp"

#include <algorithm>

namespace qkdes {

namespace {

using namespace wire;

bool read_flag(WireReader& in) {
    auto const flag = in.integer<std::uint8_t>();
    in.require(flag <= 1);
    return flag == 1;
}

std::vector<std::uint8_t> read_vector(WireReader& in, std::size_t size) {
    auto const bytes = in.bytes(size);
    return {bytes.begin(), bytes.end()};
}

bool of_some_parameters(std::size_t KemSizes::*size, std::size_t bytes) {
    constexpr KemParameters kAll[] = {KemParameters::ml_kem_512, KemParameters::ml_kem_768, KemParameters::ml_kem_1024};
    return std::any_of(std::begin(kAll), std::end(kAll),
                       [&](auto parameters) { return kem_sizes(parameters).*size == bytes; });
}

// The binary kinds, in the order of the variant: the index is the kind on the wire.

void write(WireWriter&, KemRequestMessage const&) {}
void read(WireReader&, KemRequestMessage&) {}

void write(WireWriter& out, KemPublicKeyMessage const& m) { out.bytes(m.public_key); }
void read(WireReader& in, KemPublicKeyMessage& m) {
    in.require(of_some_parameters(&KemSizes::public_key, in.left()));
    m.public_key = read_vector(in, in.left());
}

void write(WireWriter& out, KemCiphertextMessage const& m) { out.bytes(m.ciphertext); }
void read(WireReader& in, KemCiphertextMessage& m) {
    in.require(of_some_parameters(&KemSizes::ciphertext, in.left()));
    m.ciphertext = read_vector(in, in.left());
}

void write(WireWriter& out, AbandonMessage const& m) {
    QKDES_EXPECTS(m.units.size() <= kMaxHopUnits);
    out.integer(static_cast<std::uint16_t>(m.units.size()));
    for (UnitId const unit : m.units) {
        out.integer(unit.block);
        out.integer(unit.index);
    }
}
void read(WireReader& in, AbandonMessage& m) {
    auto const units = in.integer<std::uint16_t>();
    in.require(units <= kMaxHopUnits && units * kUnitIdBytes <= in.left());
    if (!in.ok()) return;
    m.units.resize(units);
    for (UnitId& unit : m.units) {
        unit.block = in.integer<std::uint64_t>();
        unit.index = in.integer<std::uint32_t>();
    }
}

void write(WireWriter&, AbandonedMessage const&) {}
void read(WireReader&, AbandonedMessage&) {}

void write(WireWriter& out, LinkStateMessage const& m) {
    QKDES_EXPECTS(m.ends.size() <= kMaxAdvertisedEnds && m.signature.size() <= kMaxSignatureBytes);
    out.integer(m.origin.value);
    out.integer(m.sequence);
    out.integer(m.hops_left);
    out.integer(static_cast<std::uint16_t>(m.ends.size()));
    for (auto const& end : m.ends) {
        out.integer(end.link.value);
        out.integer(std::uint8_t{end.news.up});
        out.integer(end.news.units);
        out.integer(end.news.rate);
    }
    out.integer(static_cast<std::uint16_t>(m.signature.size()));
    out.bytes(m.signature);
}
void read(WireReader& in, LinkStateMessage& m) {
    in.require(m.session == SessionId{});
    m.origin.value = in.integer<std::uint32_t>();
    m.sequence = in.integer<std::uint64_t>();
    m.hops_left = in.integer<std::uint8_t>();
    auto const ends = in.integer<std::uint16_t>();
    in.require(ends <= kMaxAdvertisedEnds && ends * kEndBytes <= in.left());
    if (!in.ok()) return;
    m.ends.resize(ends);
    for (auto& end : m.ends) {
        end.link.value = in.integer<std::uint32_t>();
        end.news.up = read_flag(in);
        end.news.units = in.integer<std::uint32_t>();
        end.news.rate = in.integer<std::uint32_t>();
    }
    auto const signature = in.integer<std::uint16_t>();
    in.require(signature <= kMaxSignatureBytes);
    m.signature = read_vector(in, signature);
}

constexpr std::size_t kBinaryKinds = 6;

template <std::size_t kKind = 0>
Decoded read_kind(std::size_t kind, SessionId const& session, WireReader& in) {
    if constexpr (kKind == kBinaryKinds) {
        return {};
    } else {
        if (kind != kKind) return read_kind<kKind + 1>(kind, session, in);
        std::variant_alternative_t<kKind, Message> message;
        message.session = session;
        read(in, message);
        if (!in.complete()) return {};
        return {message};
    }
}

struct Head {
    std::size_t kind = 0; ///< index in the variant
    SessionId session{};
    Frame frame; ///< of the kinds that are text
    std::span<std::uint8_t const> rest;
};

std::optional<Head> read_head(std::span<std::uint8_t const> bytes) {
    if (bytes.size() > kMessageLimit) return std::nullopt;
    WireReader in{bytes};
    auto const version = in.integer<std::uint8_t>();
    auto const kind = in.integer<std::uint8_t>();
    Head head;
    in.copy(head.session);
    if (!in.ok() || version != kVersion || kind > kResponseKind) return std::nullopt;
    head.rest = bytes.subspan(kHeaderBytes);
    head.kind = kind;
    if (kind < kBinaryKinds) return head;
    std::string_view const text{reinterpret_cast<char const*>(head.rest.data()), head.rest.size()};
    auto const frame = kind == kRequestKind ? read_request_line(text) : read_status_line(text);
    if (!frame) return std::nullopt;
    head.frame = *frame;
    head.kind = kBinaryKinds + (kind == kRequestKind ? static_cast<std::size_t>(frame->endpoint) : 4);
    return head;
}

} // namespace

WireFormat const& plain_format() {
    static WireFormat const format;
    return format;
}

std::vector<std::uint8_t> encode(Message const& message, WireFormat const& format) {
    return std::visit(
        [&](auto const& m) {
            bool const binary = message.index() < kBinaryKinds;
            auto const kind = binary ? static_cast<std::uint8_t>(message.index())
                              : std::holds_alternative<ResponseMessage>(message) ? kResponseKind
                                                                                 : kRequestKind;
            std::string text;
            std::size_t size = 0;
            if constexpr (requires { write_text(m, format); }) {
                text = write_text(m, format);
                size = text.size();
            } else {
                size = binary_size(m);
            }
            std::vector<std::uint8_t> bytes(kHeaderBytes + size);
            WireWriter out{bytes};
            out.integer(kVersion);
            out.integer(kind);
            out.bytes(m.session);
            if constexpr (requires { write_text(m, format); })
                out.bytes({reinterpret_cast<std::uint8_t const*>(text.data()), text.size()});
            else
                write(out, m);
            QKDES_ENSURES(out.full() && bytes.size() <= kMessageLimit);
            return bytes;
        },
        message);
}

std::optional<std::size_t> kind_of(std::span<std::uint8_t const> bytes) {
    auto const head = read_head(bytes);
    if (!head) return std::nullopt;
    return head->kind;
}

Decoded decode(std::span<std::uint8_t const> bytes, WireFormat const& format) {
    auto const head = read_head(bytes);
    if (!head) return {};
    WireReader in{head->rest};
    if (head->kind < kBinaryKinds) return read_kind(head->kind, head->session, in);
    return bytes[1] == kRequestKind ? read_request(head->frame, head->session, format)
                                    : read_response(head->frame, head->session);
}

} // namespace qkdes
