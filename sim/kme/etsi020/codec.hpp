// The data formats between key management entities, both directions, as the standard defines them.
//
//   ETSI GS QKD 020 V1.1.1 (2026), "Quantum Key Distribution (QKD); Interoperable Key Management System API", and its
//   OpenAPI description.
//
// Reading is strict: a wrong type, an unknown name, a name of an extension without its vendor's prefix (E<PEN>_), more
// elements than Limits, are a problem with its reason, never an exception. Acknowledgements are also read in the form
// of the earlier draft (one container instead of an array, key_ids, target_sae_id, no "failed to void") and, for peers
// that still speak it, written so. Where the OpenAPI description puts the properties of key_id_container at the level
// of the array, the prose is followed: an array of objects.
//
// Leaves out: keys whose length is no multiple of 8 bits (the standard makes them optional).
// Checked:    tests/sim/kme/etsi020_codec_test.cpp; the fuzz target tests/fuzz/etsi020_fuzz.cpp.
#pragma once
#include "sim/kme/etsi020/problems.hpp"
#include "sim/kme/json/values.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace qkdes::etsi020 {

struct Limits {
    static constexpr std::size_t kBytes = 256 * 1024; ///< of a document; the largest legal request needs half
    static constexpr std::size_t kKeys = 1024, kTargets = 1024, kContainers = 1024, kExtensions = 1024;
    static constexpr std::size_t kSaeChars = 64, kUrlChars = 1024, kMessageChars = 4096;
    static constexpr std::size_t kVersionChars = 16, kCapabilityChars = 128, kVersions = 1000;
};

using Extensions = std::vector<Extension>; ///< in the order of their names

struct Key {
    KeyId id;
    SecretBytes value;
    Extensions extension;
    bool operator==(Key const&) const = default;
};
struct ExtKeyContainer { ///< POST /kmapi/v1/ext_keys
    std::vector<Key> keys;
    std::string initiator_sae_id;
    std::vector<std::string> target_sae_ids;
    std::string ack_callback_url; ///< empty: synchronous mode
    Extensions extension_mandatory, extension_optional;
    bool operator==(ExtKeyContainer const&) const = default;
};

enum class AckStatus : std::uint8_t { relayed, failed, voided, failed_to_void, key_not_present };
std::string_view to_string(AckStatus status);

struct AckedKey {
    KeyId id;
    Extensions extension;
    bool operator==(AckedKey const&) const = default;
};
struct AckContainer { ///< POST /kmapi/v1/ext_keys/ack takes an array of them
    std::vector<AckedKey> keys;
    AckStatus status = AckStatus::relayed;
    std::string initiator_sae_id;
    std::vector<std::string> target_sae_ids;
    std::string message;
    Extensions extension;
    bool operator==(AckContainer const&) const = default;
};
using AckContainers = std::vector<AckContainer>;

struct VoidContainer {          ///< POST /kmapi/v1/ext_keys/void
    std::vector<KeyId> key_ids; ///< none: all between the SAEs, if confirmed
    std::string initiator_sae_id;
    std::vector<std::string> target_sae_ids;
    std::string ack_callback_url;
    Extensions extension;
    bool all_confirmation = false;
    bool operator==(VoidContainer const&) const = default;
};

struct VersionContainer { ///< GET /kmapi/versions
    std::vector<std::string> versions, capabilities;
    Extensions extension;
    bool operator==(VersionContainer const&) const = default;
};

enum class AckStyle : std::uint8_t {
    v1_1_1,
    draft, ///< before publication, as in arXiv:2604.20376; "failed to void" is written as "failed"
};

/// A required field is absent: the standard has a problem type of its own for it.
template <class T>
struct Read : Parsed<T> {
    bool missing = false;
};

Read<ExtKeyContainer> read_ext_keys(std::string_view body);
Read<AckContainers> read_acks(std::string_view body);
Read<VoidContainer> read_void(std::string_view body);
Read<VersionContainer> read_versions(std::string_view body);
Read<ProblemDetails> read_problem(std::string_view body);

/// Holds keys in clear.
SecretBytes write(ExtKeyContainer const& container);
std::string write(AckContainers const& containers, AckStyle style = AckStyle::v1_1_1);
std::string write(VoidContainer const& container);
std::string write(VersionContainer const& container);
std::string write(ProblemDetails const& problem);

/// 1 to 64 characters that RFC 3986 allows in a URI.
bool legal_sae_id(std::string_view id);

} // namespace qkdes::etsi020
