#include "sim/kme/messages.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/wire.hpp"

namespace qkdes {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 2 + sizeof(SessionId);
constexpr unsigned kPathFollows = 0x80; ///< beside the number of visited nodes
constexpr std::size_t kUnitBytes = 1 + 8 + 4;
constexpr std::uint8_t kLastStatus = static_cast<std::uint8_t>(KeyStatus::hop_failed);
constexpr std::uint8_t kLastClass = static_cast<std::uint8_t>(SecurityClass::pqc);

void write_unit(WireWriter& out, std::optional<UnitId> unit) {
    out.integer(std::uint8_t{unit.has_value()});
    out.integer(unit.value_or(UnitId{}).block);
    out.integer(unit.value_or(UnitId{}).index);
}

std::optional<UnitId> read_unit(WireReader& in) {
    auto const present = in.integer<std::uint8_t>();
    UnitId unit;
    unit.block = in.integer<std::uint64_t>();
    unit.index = in.integer<std::uint32_t>();
    in.require(present <= 1 && (present == 1 || unit == UnitId{}));
    if (present != 1) return std::nullopt;
    return unit;
}

bool read_flag(WireReader& in) {
    auto const flag = in.integer<std::uint8_t>();
    in.require(flag <= 1);
    return flag == 1;
}

std::vector<std::uint8_t> read_vector(WireReader& in, std::size_t size) {
    auto const bytes = in.bytes(size);
    return {bytes.begin(), bytes.end()};
}

// One pair per kind, in the order of the variant: the index is the kind on the wire.

std::size_t size_of(KeyRequestMessage const&) { return 0; }
void write(WireWriter&, KeyRequestMessage const&) {}
void read(WireReader&, KeyRequestMessage&) {}

std::size_t size_of(PublicKeyMessage const& m) { return m.public_key.size(); }
void write(WireWriter& out, PublicKeyMessage const& m) { out.bytes(m.public_key); }
void read(WireReader& in, PublicKeyMessage& m) { m.public_key = read_vector(in, Kem::kPublicKeyBytes); }

std::size_t size_of(RelayMessage const& m) {
    return kUnitBytes + m.kem_ciphertext.size() + m.envelope.iv.size() + 4 + m.envelope.ciphertext.size();
}
void write(WireWriter& out, RelayMessage const& m) {
    write_unit(out, m.unit);
    out.bytes(m.kem_ciphertext);
    out.bytes(m.envelope.iv);
    out.integer(static_cast<std::uint32_t>(m.envelope.ciphertext.size()));
    out.bytes(m.envelope.ciphertext);
}
void read(WireReader& in, RelayMessage& m) {
    m.unit = read_unit(in);
    m.kem_ciphertext = read_vector(in, Kem::kCiphertextBytes);
    in.copy(m.envelope.iv);
    auto const size = in.integer<std::uint32_t>();
    in.require(size >= Envelope::kTagBytes);
    m.envelope.ciphertext = read_vector(in, size);
}

std::size_t size_of(AcknowledgementMessage const&) { return 3; }
void write(WireWriter& out, AcknowledgementMessage const& m) {
    out.integer(static_cast<std::uint8_t>(m.status));
    out.integer(std::uint8_t{m.unit_used});
    out.integer(static_cast<std::uint8_t>(m.security));
}
void read(WireReader& in, AcknowledgementMessage& m) {
    auto const status = in.integer<std::uint8_t>();
    m.unit_used = read_flag(in);
    auto const security = in.integer<std::uint8_t>();
    in.require(status <= kLastStatus && security <= kLastClass);
    m.status = static_cast<KeyStatus>(status);
    m.security = static_cast<SecurityClass>(security);
}

std::size_t size_of(VoidMessage const&) { return kUnitBytes + 1; }
void write(WireWriter& out, VoidMessage const& m) {
    write_unit(out, m.unit);
    out.integer(std::uint8_t{m.keep_keys});
}
void read(WireReader& in, VoidMessage& m) {
    m.unit = read_unit(in);
    m.keep_keys = read_flag(in);
}

std::size_t size_of(VoidDoneMessage const&) { return 0; }
void write(WireWriter&, VoidDoneMessage const&) {}
void read(WireReader&, VoidDoneMessage&) {}

constexpr std::size_t kEndBytes = 4 + 1 + 4 + 4;
std::size_t size_of(LinkStateMessage const& m) {
    return 4 + 8 + 1 + 2 + kEndBytes * m.ends.size() + 2 + m.signature.size();
}
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

template <std::size_t kKind = 0>
std::optional<Message> read_kind(std::uint8_t kind, SessionId const& session, WireReader& in) {
    if constexpr (kKind == std::variant_size_v<Message>) {
        return std::nullopt;
    } else {
        if (kind != kKind) return read_kind<kKind + 1>(kind, session, in);
        std::variant_alternative_t<kKind, Message> message;
        message.session = session;
        read(in, message);
        if (!in.complete()) return std::nullopt;
        return message;
    }
}

} // namespace

std::vector<std::uint8_t> encode(Message const& message) {
    return std::visit(
        [&](auto const& m) {
            std::vector<std::uint8_t> bytes(kHeaderBytes + size_of(m));
            WireWriter out{bytes};
            out.integer(kVersion);
            out.integer(static_cast<std::uint8_t>(message.index()));
            out.bytes(m.session);
            write(out, m);
            QKDES_ENSURES(out.full() && bytes.size() <= kMessageLimit);
            return bytes;
        },
        message);
}

std::optional<Message> decode(std::span<std::uint8_t const> bytes) {
    if (bytes.size() > kMessageLimit) return std::nullopt;
    WireReader in{bytes};
    auto const version = in.integer<std::uint8_t>();
    auto const kind = in.integer<std::uint8_t>();
    SessionId session{};
    in.copy(session);
    if (!in.ok() || version != kVersion) return std::nullopt;
    return read_kind(kind, session, in);
}

SecretBytes encode(Payload const& payload) {
    QKDES_EXPECTS(!payload.keys.empty() && payload.keys.size() <= kMaxKeysPerRequest);
    QKDES_EXPECTS(payload.visited.size() <= kHopLimit && payload.path.size() <= kHopLimit);
    std::size_t const key_bytes = payload.keys.front().key.size();
    std::size_t const path_bytes = payload.path.empty() ? 0 : 1 + 4 * payload.path.size();
    SecretBytes bytes{4 + 4 + 1 + 1 + 4 * payload.visited.size() + path_bytes + 2 + 1 +
                      payload.keys.size() * (16 + key_bytes)};
    WireWriter out{bytes.mutable_view()};
    out.integer(payload.from.value);
    out.integer(payload.to.value);
    out.integer(static_cast<std::uint8_t>(payload.security));
    out.integer(static_cast<std::uint8_t>(payload.visited.size() | (payload.path.empty() ? 0u : kPathFollows)));
    for (NodeId node : payload.visited)
        out.integer(node.value);
    if (!payload.path.empty()) {
        out.integer(static_cast<std::uint8_t>(payload.path.size()));
        for (LinkId link : payload.path)
            out.integer(link.value);
    }
    out.integer(static_cast<std::uint16_t>(key_bytes));
    out.integer(static_cast<std::uint8_t>(payload.keys.size()));
    for (auto const& key : payload.keys) {
        out.bytes(key.id.bytes);
        out.bytes(key.key);
    }
    QKDES_ENSURES(out.full());
    return bytes;
}

std::optional<Payload> decode_payload(std::span<std::uint8_t const> bytes) {
    WireReader in{bytes};
    Payload payload;
    payload.from.value = in.integer<std::uint32_t>();
    payload.to.value = in.integer<std::uint32_t>();
    auto const security = in.integer<std::uint8_t>();
    auto const count = in.integer<std::uint8_t>();
    std::size_t const visited = count & ~kPathFollows;
    in.require(security <= kLastClass && visited >= 1 && visited <= kHopLimit && visited * std::size_t{4} <= in.left());
    if (!in.ok()) return std::nullopt;
    payload.security = static_cast<SecurityClass>(security);
    for (std::size_t i = 0; i < visited; ++i)
        payload.visited.emplace_back(in.integer<std::uint32_t>());
    if ((count & kPathFollows) != 0) {
        std::size_t const links = in.integer<std::uint8_t>();
        in.require(links >= 1 && links <= kHopLimit && links * 4 <= in.left());
        for (std::size_t i = 0; in.ok() && i < links; ++i)
            payload.path.emplace_back(in.integer<std::uint32_t>());
    }
    auto const key_bytes = in.integer<std::uint16_t>();
    auto const keys = in.integer<std::uint8_t>();
    in.require(key_bytes >= kMinKeyBits / 8 && key_bytes <= kMaxKeyBits / 8 && keys >= 1 && keys <= kMaxKeysPerRequest);
    in.require(in.left() == keys * (16u + key_bytes));
    if (!in.ok()) return std::nullopt;
    payload.keys.resize(keys);
    for (auto& key : payload.keys) {
        in.copy(key.id.bytes);
        key.key = SecretBytes{in.bytes(key_bytes)};
    }
    return payload;
}

} // namespace qkdes
