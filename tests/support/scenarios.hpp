// Small networks for tests of the world, built in code so that they need no file.
#pragma once
#include "sim/scenario/load.hpp"
#include "sim/scenario/scenario.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace qkdes::test {

/// A fast link between two nodes, an application at each, one open-loop demand; 20 s at block fidelity.
inline constexpr std::string_view kTwoNodes = R"({
  "name": "two nodes", "seed": 5, "duration": "20 s", "fidelity": "block",
  "devices": { "lab": { "protocol": "bb84", "clock": "100 MHz", "basis_bias": 0.7, "detector": "snspd", "block": "3e5 bits" } },
  "nodes": [ { "id": "alice" }, { "id": "bob" } ],
  "links": [ { "id": "fibre", "between": ["alice", "bob"], "device": "lab", "length": "10 km" } ],
  "applications": [ { "id": "a", "node": "alice" }, { "id": "b", "node": "bob" } ],
  "demands": [ { "from": "a", "to": "b", "key": "256 bit", "arrivals": { "poisson": "20 /s" } } ]
})";

/// Two such links with a PQC-only one between them: alice = bob - carol = dave.
inline constexpr std::string_view kTwoIslands = R"({
  "name": "islands", "seed": 5, "duration": "20 s", "fidelity": "block",
  "devices": { "lab": { "protocol": "bb84", "clock": "100 MHz", "basis_bias": 0.7, "detector": "snspd", "block": "3e5 bits" } },
  "nodes": [ { "id": "alice" }, { "id": "bob" }, { "id": "carol" }, { "id": "dave" } ],
  "links": [ { "id": "west", "between": ["alice", "bob"], "device": "lab", "length": "10 km" },
             { "id": "wan", "between": ["bob", "carol"], "classical": { "latency": "5 ms" }, "protect": "pqc" },
             { "id": "east", "between": ["carol", "dave"], "device": "lab", "length": "10 km" } ],
  "applications": [ { "id": "a", "node": "alice" }, { "id": "d", "node": "dave" } ],
  "demands": [ { "from": "a", "to": "d", "key": "256 bit", "arrivals": { "poisson": "10 /s" } },
               { "from": "d", "to": "a", "key": "512 bit", "number": 2, "arrivals": { "closed_loop": { "clients": 2, "think": "200 ms" } } } ]
})";

inline Scenario scenario(std::string_view text, std::vector<std::string> const& overrides = {}) {
    LoadResult loaded = load_scenario_text(text, "test.json", overrides);
    EXPECT_TRUE(loaded.ok()) << format_diagnostics(loaded.diagnostics);
    return loaded.ok() ? std::move(*loaded.scenario) : Scenario{};
}

} // namespace qkdes::test
