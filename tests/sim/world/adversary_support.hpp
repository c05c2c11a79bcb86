// A line of four nodes under adversaries: alice = bob - carol = dave, the middle link without QKD.
#pragma once
#include "sim/record/reader.hpp"
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>

namespace qkdes::test {

/// %A: the adversaries; %K, %P: kem and profile; %X: more keys.
inline constexpr std::string_view kWatchedLine = R"({
  "name": "watched", "seed": 5, "duration": "20 s", "fidelity": "block", "kem": "%K", "profile": "%P", %X
  "devices": { "lab": { "protocol": "bb84", "clock": "100 MHz", "basis_bias": 0.7, "detector": "snspd", "block": "3e5 bits" } },
  "nodes": [ { "id": "alice" }, { "id": "bob" }, { "id": "carol" }, { "id": "dave" } ],
  "links": [ { "id": "west", "between": ["alice", "bob"], "device": "lab", "length": "10 km" },
             { "id": "wan", "between": ["bob", "carol"], "classical": { "latency": "5 ms" }, "protect": "pqc" },
             { "id": "east", "between": ["carol", "dave"], "device": "lab", "length": "10 km" } ],
  "applications": [ { "id": "a", "node": "alice" }, { "id": "b", "node": "bob" }, { "id": "c", "node": "carol" },
                    { "id": "d", "node": "dave" } ],
  "demands": [ { "from": "a", "to": "b", "arrivals": { "poisson": "10 /s" } },
               { "from": "b", "to": "c", "arrivals": { "poisson": "10 /s" } },
               { "from": "a", "to": "d", "number": 2, "arrivals": { "poisson": "10 /s" } } ],
  "adversaries": [ %A ]
})";

struct Watched {
    std::string adversaries, kem = "modelled", profile = "etsi-020", more{};
};

inline std::string watched_text(Watched const& as) {
    std::string text{kWatchedLine};
    auto const put = [&](std::string const& mark, std::string const& what) {
        text.replace(text.find(mark), mark.size(), what);
    };
    put("%A", as.adversaries);
    put("%K", as.kem);
    put("%P", as.profile);
    put("%X", as.more);
    return text;
}
inline Scenario watched(Watched const& as) { return scenario(watched_text(as)); }

struct Known {
    double delivered = 0, known = 0, first = 0;
    std::string by;
};
/// By "from to adversary": all classes together.
inline std::map<std::string, Known> knowledge(WorldRun const& run) {
    std::map<std::string, Known> out;
    for (auto const& section : run.summary.sections) {
        if (section.name != "adversaries") continue;
        for (auto const& row : section.rows) {
            Known& known = out[row[0].text + " " + row[1].text + " " + row[3].text];
            known.delivered += row[4].value.value();
            known.known += row[5].value.value();
            if (row[7].value) known.first = *row[7].value;
            known.by += row[8].text;
        }
    }
    return out;
}

inline std::vector<double> column(WorldRun const& run, std::string const& name) {
    auto reader = ResultsReader::open(run.file);
    EXPECT_TRUE(reader.ok());
    auto numbers = reader->numbers(name);
    EXPECT_TRUE(numbers.ok()) << name;
    return numbers.ok() ? *numbers : std::vector<double>{};
}

inline std::string notes(WorldRun const& run) {
    std::string out;
    for (auto const& section : run.summary.sections)
        if (section.name == "adversaries")
            for (auto const& note : section.notes)
                out += note + "\n";
    return out;
}

/// Every key of more than `least`, and all in this way.
inline void expect_all(Known const& known, std::string const& by, double least) {
    EXPECT_GT(known.delivered, least);
    EXPECT_EQ(known.known, known.delivered);
    EXPECT_EQ(known.by, fmt::format("{} {}", by, known.known));
}
inline void expect_none(Known const& known, double least) {
    EXPECT_GT(known.delivered, least);
    EXPECT_EQ(known.known, 0);
    EXPECT_EQ(known.by, "-");
}

} // namespace qkdes::test
