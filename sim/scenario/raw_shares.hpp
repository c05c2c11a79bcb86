// Shares and contacts as they were read: references still names.
#pragma once
#include "sim/scenario/contact_spec.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/raw_reference.hpp"
#include "sim/scenario/shares_spec.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qkdes {

struct RawJamming {
    JsonNode const* node = nullptr;
    SimTime from;
    std::optional<SimTime> until;
    std::optional<SimDuration> lasting;
};
struct RawContact {
    ContactProfile profile = ContactProfile::custom;
    std::optional<SimDuration> period, on, phase, jitter;
    std::optional<double> availability;
    std::vector<RawJamming> jamming;
};

struct RawSharePolicy {
    SharePolicySpec spec;
    std::uint32_t clearance = 0, max_releases = 0xffff;
    std::vector<std::string> attributes, purposes;
    std::optional<SimTime> until;
};
struct RawCredentials {
    std::uint32_t clearance = 0;
    std::vector<std::string> attributes;
    std::string purpose;
    bool revoked = false;
};
struct RawRefresh {
    SimDuration every = std::chrono::hours{1}, first_phase = std::chrono::minutes{5};
    std::uint32_t quorum = 0; ///< 0: k
};
struct RawCapture {
    JsonNode const* node = nullptr;
    Reference where;
    SimTime at;
};
struct RawShare {
    JsonNode const* node = nullptr;
    ShareSpec spec; ///< plain values alone
    Reference dealer, requester;
    std::vector<Reference> custodians;
    std::uint32_t k = 2;
    std::optional<RawRefresh> refresh;
    RawSharePolicy policy;
    RawCredentials credentials;
    std::vector<RawCapture> captured;
};

struct RawShareDelivery {
    std::uint32_t k = 2, n = 3;
    std::vector<Reference> altered_at;
};

} // namespace qkdes
