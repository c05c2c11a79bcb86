// A small study, and ways to disturb its sweep.
#pragma once
#include "sim/record/compare.hpp"
#include "tests/tools/run_binary.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

namespace qkdes::test {

/// 24 runs of a few hundredths of a second; of one point the length is wrong.
inline std::filesystem::path study(std::string const& name, std::string const& sweep = "",
                                   std::string const& duration = "2 h") {
    auto const path = scratch(name);
    std::string const grid = R"({ "axes": [
        { "name": "length", "at": "/links/0/length", "values": ["30 km", "60 km", "-1 km", "75 km"] },
        { "name": "policy", "at": "/routing/policy", "values": ["static-dijkstra", "widest"] } ] })";
    std::ofstream{path} << R"({ "scenario": ")" << kScenarios << R"(two-islands.json", "replications": 3,
        "set": { "/duration": ")"
                        << duration << R"(", "/kem": "modelled" },
        "figures": [{ "of": "link vigo-santiago", "figure": "skr" }],
        "sweep": )" << (sweep.empty() ? grid : sweep)
                        << " }";
    return path;
}

inline void expect_equal(std::filesystem::path const& a, std::filesystem::path const& b) {
    auto const differences = compare_results(a, b);
    ASSERT_TRUE(differences.ok()) << to_string(differences.error());
    EXPECT_TRUE(differences->empty()) << to_string(differences->front());
}

inline std::uintmax_t size_of(std::filesystem::path const& path) {
    std::error_code failure;
    auto const size = std::filesystem::file_size(path, failure);
    return failure ? 0 : size;
}

/// Starts `command` and calls `strike` with its process when the journal has grown beyond `bytes`, or the file is
/// there.
inline int disturbed(std::string const& command, std::filesystem::path const& output, std::uintmax_t bytes,
                     std::function<void(pid_t)> const& strike) {
    return strike_when(
        command + " >/dev/null 2>&1", std::chrono::milliseconds{2},
        [&] { return std::filesystem::exists(output) || size_of(output.string() + ".journal") > bytes; }, strike);
}
inline int disturbed(std::string const& arguments, std::filesystem::path const& output, std::uintmax_t bytes,
                     int signal) {
    return disturbed(QKDES_BINARY " " + arguments, output, bytes, [&](pid_t child) { ::kill(child, signal); });
}

} // namespace qkdes::test
