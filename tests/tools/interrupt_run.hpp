// Interrupts a run in its middle, however fast the machine or the build: when rows of requests stand in its file.
#pragma once
#include "sim/record/reader.hpp"
#include "tests/tools/run_binary.hpp"

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

namespace qkdes::test {

/// `qkdes ARGUMENTS -o NAME.h5` in the scratch folder, sent `signal` as soon as NAME.partial.h5 has rows of requests;
/// what it said, and its exit code as a shell has it. The run has to be long enough to be met: it gets a minute to
/// begin.
inline Ran interrupt_run(std::string const& arguments, std::string const& name, int signal) {
    auto const partial = scratch(name + ".partial.h5"), said = scratch(name + ".said");
    std::filesystem::remove(partial);
    pid_t const child = ::fork();
    if (child == 0) {
        std::string const command = "cd " + scratch("").string() + " && exec " QKDES_BINARY " " + arguments + " -o " +
                                    name + ".h5 > " + said.string() + " 2>&1";
        ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
        ::_exit(127);
    }
    auto const has_rows = [&] {
        if (!std::filesystem::exists(partial)) return false;
        auto reader = ResultsReader::open(partial);
        if (!reader.ok()) return false;
        auto const asked = reader->numbers("/requests/asked");
        return asked.ok() && !asked->empty();
    };
    for (int i = 0; i < 600 && !has_rows(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
    ::kill(child, signal);
    int status = 0;
    ::waitpid(child, &status, 0);
    std::ifstream file{said};
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            std::string{std::istreambuf_iterator<char>{file}, {}}};
}

} // namespace qkdes::test
