// A key as an agent hands it to a site's secret store, with where it comes from and how long it may be used.
//
// Leaves out: protection of the record itself. A secret store protects it computationally, and what is written down
// here about its origin is a statement of the agent that nobody can check later.
#pragma once
#include "sim/base/secret.hpp"
#include "sim/base/units.hpp"
#include "sim/ports/qkd_device.hpp"
#include "sim/ports/telemetry.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace qkdes::agent {

struct KeyRecord {
    std::uint64_t sequence = 0; ///< counts the keys of one agent; 1 is the first
    KeyId id;                   ///< the same at both sites
    SecretBytes key;
    QkdProtocol protocol = QkdProtocol::bb84; ///< of the link that the agent watches
    double qber = 0;                          ///< of that link when the key was made, [0, 1/2]
    std::optional<double> bell;               ///< S, of device-independent links
    SimTime generated_at, expires;
};

/// "2026-02-23T14:30:00Z", whole seconds; `epoch` in seconds since 1970 is the time that SimTime counts from.
std::string utc_text(SimTime at, std::int64_t epoch);

} // namespace qkdes::agent
