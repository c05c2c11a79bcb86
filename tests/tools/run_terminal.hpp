// Runs a command on a pseudo-terminal of a given size, as a user at a terminal would.
#pragma once
#include "tests/tools/run_binary.hpp"

#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace qkdes::test {

/// Through the shell, in the scratch folder; everything that came to the terminal, line ends as \n. A carriage return
/// by itself stays. COLUMNS, NO_COLOR and CLICOLOR are not those of whoever runs the tests; TERM is "xterm".
inline Ran run_on_terminal(std::string const& line, unsigned short columns) {
    winsize size{};
    size.ws_col = columns;
    size.ws_row = 40;
    int master = -1;
    Ran ran;
    std::string const command =
        "unset COLUMNS NO_COLOR CLICOLOR; export TERM=xterm; cd " + scratch("").string() + " && " + line;
    pid_t const child = forkpty(&master, nullptr, nullptr, &size);
    if (child < 0) return ran;
    if (child == 0) {
        execl("/bin/bash", "bash", "--norc", "-c", command.c_str(), static_cast<char*>(nullptr));
        _exit(127);
    }
    char buffer[4096];
    for (ssize_t n; (n = ::read(master, buffer, sizeof buffer)) > 0;)
        ran.out.append(buffer, static_cast<std::size_t>(n));
    int status = 0;
    waitpid(child, &status, 0);
    ::close(master);
    ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    std::string plain;
    for (std::size_t i = 0; i < ran.out.size(); ++i)
        if (ran.out[i] != '\r' || i + 1 == ran.out.size() || ran.out[i + 1] != '\n') plain += ran.out[i];
    ran.out = plain;
    return ran;
}

/// Whether the program can be found.
inline bool have(std::string const& program) { return run_command("command -v " + program).code == 0; }

} // namespace qkdes::test
