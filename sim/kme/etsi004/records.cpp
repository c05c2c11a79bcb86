#include "sim/kme/etsi004/records.hpp"

#include "sim/kme/wire.hpp"

#include <botan/hash.h>

#include <algorithm>
#include <array>

namespace qkdes::etsi004 {

namespace {
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kRecordBytes = 64, kFieldBytes = 2 + 7 * 4;
} // namespace

KeyId derived_id(KeyStreamId const& stream, Kind kind, std::uint32_t index) {
    std::array<std::uint8_t, 16 + 1 + 4> fields{};
    WireWriter out{fields};
    out.bytes(stream.bytes);
    out.integer(static_cast<std::uint8_t>(kind));
    out.integer(index);
    auto const hash = Botan::HashFunction::create_or_throw("SHA-256");
    hash->update("qkdes key stream");
    hash->update(fields.data(), fields.size());
    auto const digest = hash->final();
    KeyId id;
    std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x80);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
    return id;
}

SecretBytes write_record(Kind kind, QualityOfService const& qos) {
    SecretBytes bytes{kRecordBytes};
    WireWriter out{bytes.mutable_view().first(kFieldBytes)};
    out.integer(kVersion);
    out.integer(static_cast<std::uint8_t>(kind));
    for (std::uint32_t field :
         {qos.key_chunk_size, qos.max_bps, qos.min_bps, qos.jitter, qos.priority, qos.timeout, qos.ttl})
        out.integer(field);
    return bytes;
}

std::optional<QualityOfService> read_record(Kind kind, std::span<std::uint8_t const> bytes) {
    WireReader in{bytes};
    bool const known = in.integer<std::uint8_t>() == kVersion && in.integer<std::uint8_t>() == static_cast<int>(kind);
    QualityOfService qos;
    for (auto* field :
         {&qos.key_chunk_size, &qos.max_bps, &qos.min_bps, &qos.jitter, &qos.priority, &qos.timeout, &qos.ttl})
        *field = in.integer<std::uint32_t>();
    if (!known || !in.ok() || in.left() != kRecordBytes - kFieldBytes) return std::nullopt;
    for (std::uint8_t byte : in.bytes(in.left()))
        if (byte != 0) return std::nullopt;
    return qos;
}

} // namespace qkdes::etsi004
