#include "sim/kme/shares/access.hpp"

#include <array>

namespace qkdes {

std::string_view to_string(AccessDecision decision) {
    static constexpr std::array<std::string_view, 12> kNames{"granted",    "unknown",   "revoked",   "clearance",
                                                             "attributes", "purpose",   "too_early", "too_late",
                                                             "stale",      "exhausted", "no_share",  "busy"};
    return kNames[static_cast<std::size_t>(decision)];
}

AccessDecision decide(AccessRule const& rule, Requester const& requester, std::uint8_t purpose, SimTime now,
                      std::uint32_t releases) {
    if (requester.revoked) return AccessDecision::revoked;
    if (requester.clearance < rule.min_clearance) return AccessDecision::clearance;
    if ((requester.attributes & rule.required) != rule.required) return AccessDecision::attributes;
    if (purpose >= 32 || (rule.purposes >> purpose & 1) == 0) return AccessDecision::purpose;
    if (now < rule.not_before) return AccessDecision::too_early;
    if (now > rule.not_after) return AccessDecision::too_late;
    if (releases >= rule.max_releases) return AccessDecision::exhausted;
    return AccessDecision::granted;
}

} // namespace qkdes
