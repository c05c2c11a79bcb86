// Runs the built binary as a user would.
#pragma once
#include "tests/support/run_world.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

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

/// Starts `command`, in the scratch folder and silent, and calls `strike` with its process once `due` says so; asked
/// every `pause`, until the process has ended by itself. Its exit code as a shell has it.
inline int strike_when(std::string const& command, std::chrono::milliseconds pause, std::function<bool()> const& due,
                       std::function<void(pid_t)> const& strike) {
    pid_t const child = ::fork();
    if (child == 0) {
        std::string const line = "cd " + scratch("").string() + " && exec " + command;
        ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
        ::_exit(127);
    }
    int status = 0;
    bool over = false;
    while (!due() && !(over = ::waitpid(child, &status, WNOHANG) == child))
        std::this_thread::sleep_for(pause);
    if (!over) {
        strike(child);
        ::waitpid(child, &status, 0);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

inline std::string const kScenarios = QKDES_SOURCE_DIR "/scenarios/";

} // namespace qkdes::test
