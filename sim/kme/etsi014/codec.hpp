// The data formats of the key delivery interface, both directions, as the standard defines them.
//
//   ETSI GS QKD 014 V1.1.1 (2019-02), "Quantum Key Distribution (QKD); Protocol and data format of REST-based key
//   delivery API", clauses 5 (methods) and 6 (data formats).
//
// Reading is strict: a value of a wrong type, a name that the format does not know, a number that is no integer, a
// message beyond JsonLimits is an error with the reason, never an exception. What is in range is for the service to
// say. Our extensions carry the prefix "qkdes_", as clause 6.2 asks of vendors.
//
// Leaves out: 6.3's and 6.4's extension objects are read and ignored, and written only where the service sets one.
// Checked:    tests/sim/kme/etsi014_codec_test.cpp; the fuzz target tests/fuzz/etsi014_fuzz.cpp.
#pragma once
#include "sim/base/secret.hpp"
#include "sim/kme/json/values.hpp"
#include "sim/ports/telemetry.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qkdes::etsi014 {

using qkdes::Extension;
using qkdes::Parsed;
using qkdes::read_uuid;
using qkdes::write_uuid;

struct Status { ///< clause 6.1
    std::string source_kme_id, target_kme_id, master_sae_id, slave_sae_id;
    std::uint64_t key_size = 0; ///< default, bits
    std::uint64_t stored_key_count = 0, max_key_count = 0, max_key_per_request = 0;
    std::uint64_t max_key_size = 0, min_key_size = 0;
    std::uint64_t max_sae_id_count = 0; ///< additional slaves; 0: no multicast
    bool operator==(Status const&) const = default;
};

struct KeyRequestBody { ///< clause 6.2; all optional
    std::optional<std::uint64_t> number, size;
    std::vector<std::string> additional_slave_sae_ids;
    std::vector<Extension> extension_mandatory, extension_optional;
    bool operator==(KeyRequestBody const&) const = default;
};

struct ContainedKey {
    KeyId id;
    SecretBytes key;
    bool operator==(ContainedKey const&) const = default;
};
struct KeyContainer { ///< clause 6.3
    std::vector<ContainedKey> keys;
    std::vector<Extension> extension; ///< key_container_extension
    bool operator==(KeyContainer const&) const = default;
};

struct KeyIdsBody { ///< clause 6.4
    std::vector<KeyId> ids;
    bool operator==(KeyIdsBody const&) const = default;
};

struct ErrorBody { ///< clause 6.5
    std::string message;
    std::vector<std::pair<std::string, std::string>> details; ///< one object each: name, explanation
    bool operator==(ErrorBody const&) const = default;
};

/// An empty body is an empty request: the format has no mandatory field.
Parsed<KeyRequestBody> read_key_request(std::string_view body);
Parsed<KeyIdsBody> read_key_ids(std::string_view body);
Parsed<Status> read_status(std::string_view body);
Parsed<KeyContainer> read_key_container(std::string_view body);
Parsed<ErrorBody> read_error(std::string_view body);

std::string write(Status const& status);
std::string write(KeyRequestBody const& request);
/// Holds keys in clear: for the wire and nothing else.
std::string write(KeyContainer const& container);
std::string write(KeyIdsBody const& ids);
std::string write(ErrorBody const& error);

} // namespace qkdes::etsi014
