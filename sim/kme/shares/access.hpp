// Who may have a share: attributes of the one who asks against the rule that came with the share.
//
// The rule is associated data of the sealed share, so that nobody on the way can soften it; the attributes are the
// custodian's own directory, never what the request claims about itself.
#pragma once
#include "sim/base/units.hpp"

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

namespace qkdes {

using RequesterId = std::uint32_t;
using Attributes = std::uint32_t; ///< one bit each; names are the deployment's

struct AccessRule {
    static constexpr std::size_t kBytes = 1 + 4 + 4 + 8 + 8 + 2;
    std::uint8_t min_clearance = 0;
    Attributes required = 0;                   ///< all of these
    std::uint32_t purposes = ~std::uint32_t{}; ///< bit p: purpose p is allowed
    SimTime not_before = kSimStart, not_after = kSimNever;
    std::uint16_t max_releases = 0xffff; ///< answers to different requests, over the share's life
    bool operator==(AccessRule const&) const = default;
};

struct Requester {
    std::vector<std::uint8_t> public_key;
    std::uint8_t clearance = 0;
    Attributes attributes = 0;
    bool revoked = false;
};
using RequesterDirectory = std::map<RequesterId, Requester>;

enum class AccessDecision : std::uint8_t {
    granted,
    unknown, ///< not in the directory, or a wrong signature: the two look alike from outside
    revoked,
    clearance,
    attributes,
    purpose,
    too_early,
    too_late,
    stale,     ///< the request is too old or from the future
    exhausted, ///< max_releases
    no_share,
    busy, ///< a table is full
};
std::string_view to_string(AccessDecision decision);

AccessDecision decide(AccessRule const& rule, Requester const& requester, std::uint8_t purpose, SimTime now,
                      std::uint32_t releases);

} // namespace qkdes
