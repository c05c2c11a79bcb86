// What the two ends of a key stream tell each other, as keys: ids that both can work out, and a record of 64 bytes.
#pragma once
#include "sim/kme/etsi004/sessions.hpp"

namespace qkdes::etsi004 {

enum class Kind : std::uint8_t { open = 1, connected = 2, closed_by_source = 3, closed_by_destination = 4, chunk = 5 };

/// The first 16 bytes of SHA-256 over a label, stream, kind and index, marked as a UUID of version 8 (RFC 9562 section
/// 5.8). Whoever knows the stream knows the ids; a key still goes only to whom it is for.
KeyId derived_id(KeyStreamId const& stream, Kind kind, std::uint32_t index = 0);

/// Version, kind, the QoS in network byte order, zeros.
SecretBytes write_record(Kind kind, QualityOfService const& qos);
/// Nothing when it is not exactly what write_record writes for that kind.
std::optional<QualityOfService> read_record(Kind kind, std::span<std::uint8_t const> bytes);

} // namespace qkdes::etsi004
