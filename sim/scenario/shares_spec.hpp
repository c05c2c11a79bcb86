// A secret that a dealer shares among custodians and a requester puts together again, checked: `shares` in a scenario.
#pragma once
#include "sim/base/ids.hpp"
#include "sim/base/units.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qkdes {

struct ShareRecoverSpec {
    std::optional<SimDuration> every; ///< from `first` to the end of the run
    SimTime first = kSimStart;
    std::vector<SimTime> at; ///< besides; ascending
    SimDuration deadline = std::chrono::minutes{5};
};
struct ShareRefreshSpec {
    SimDuration every{0};
    std::uint8_t quorum = 0; ///< k..n
    SimDuration first_phase = std::chrono::minutes{5};
};
struct SharePolicySpec {
    std::uint8_t clearance = 0;
    std::uint32_t attributes = 0;               ///< bit i: Scenario::share_attributes[i]
    std::uint32_t purposes = ~std::uint32_t{0}; ///< bit i: Scenario::share_purposes[i]
    SimTime from = kSimStart, until = kSimNever;
    std::uint16_t max_releases = 0xffff;
};
struct ShareCredentialsSpec {
    std::uint8_t clearance = 0;
    std::uint32_t attributes = 0;
    std::uint8_t purpose = 0; ///< index into Scenario::share_purposes
    bool revoked = false;
    bool operator==(ShareCredentialsSpec const&) const = default;
};
struct ShareHierarchySpec {
    std::uint32_t groups = 1, data_keys = 1; ///< key-encryption keys, and data keys under each
    std::optional<SimDuration> rotate_every;
};
struct ShareCaptureSpec {
    NodeId node;
    SimTime at;
};

struct ShareSpec {
    std::string id;
    NodeId dealer, requester;
    std::vector<NodeId> custodians; ///< different; x = position + 1
    std::uint8_t k = 2;
    SimDuration repeat_first = std::chrono::seconds{5}, repeat_longest = std::chrono::minutes{1};
    SimDuration dealing_deadline = std::chrono::hours{1};
    SimTime deal_at = kSimStart;
    ShareRecoverSpec recover;
    std::optional<ShareRefreshSpec> refresh;
    std::optional<SimDuration> expires; ///< after dealing or refresh
    SharePolicySpec policy;
    ShareCredentialsSpec credentials; ///< of the requester
    std::optional<ShareHierarchySpec> hierarchy;
    std::vector<ShareCaptureSpec> captured; ///< by time
};

/// Of a demand via shares.
struct ShareDeliverySpec {
    std::uint8_t k = 2, n = 3;
    std::vector<NodeId> altered_at; ///< relays that alter each share; only where shares vouch for each other
};

} // namespace qkdes
