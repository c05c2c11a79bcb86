// Runs the built binary as a user would.
#pragma once
#include "tests/support/run_world.hpp"

#include <cstdio>
#include <filesystem>
#include <string>
#include <sys/wait.h>

namespace qkdes::test {

struct Ran {
    int code = -1;
    std::string out; ///< stdout and stderr
};

/// Through the shell, in the scratch folder.
inline Ran run_command(std::string const& line) {
    std::string const command = "cd " + scratch("").string() + " && " + line + " 2>&1";
    Ran ran;
    FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return ran;
    char buffer[4096];
    while (std::size_t const n = std::fread(buffer, 1, sizeof buffer, pipe))
        ran.out.append(buffer, n);
    int const status = pclose(pipe);
    ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ran;
}
inline Ran run(std::string const& arguments) { return run_command(QKDES_BINARY " " + arguments); }

inline std::string const kScenarios = QKDES_SOURCE_DIR "/scenarios/";

} // namespace qkdes::test
