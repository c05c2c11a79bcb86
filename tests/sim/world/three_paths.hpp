// Two ends and three relays between them, for keys that go as shares.
#pragma once
#include <string_view>

namespace qkdes::test {

/// Links 2i - 2 and 2i - 1 are relay i's.
inline constexpr std::string_view kThreePaths = R"({
  "name": "three paths", "duration": "60 s", "kem": "modelled",
  "devices": { "lab": { "protocol": "bb84", "clock": "100 MHz", "basis_bias": 0.7, "detector": "snspd", "block": "3e5 bits" } },
  "nodes": [ { "id": "a" }, { "id": "b" }, { "id": "r1" }, { "id": "r2" }, { "id": "r3" } ],
  "links": [
    { "id": "a-r1", "between": ["a", "r1"], "device": "lab", "length": "5 km" },
    { "id": "r1-b", "between": ["r1", "b"], "device": "lab", "length": "5 km" },
    { "id": "a-r2", "between": ["a", "r2"], "device": "lab", "length": "5 km" },
    { "id": "r2-b", "between": ["r2", "b"], "device": "lab", "length": "5 km" },
    { "id": "a-r3", "between": ["a", "r3"], "device": "lab", "length": "5 km" },
    { "id": "r3-b", "between": ["r3", "b"], "device": "lab", "length": "5 km" } ],
  "applications": [ { "id": "x", "node": "a" }, { "id": "y", "node": "b" } ],
  "demands": [ { "from": "x", "to": "y", "via": "shares", "start": "20 s", "arrivals": { "poisson": "3 /s" } } ]
})";

} // namespace qkdes::test
