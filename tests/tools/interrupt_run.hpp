// Interrupts a run in its middle, however fast the machine or the build: when rows of requests stand in its file.
#pragma once
#include "sim/record/reader.hpp"
#include "tests/tools/run_binary.hpp"

#include <csignal>
#include <fstream>

namespace qkdes::test {

/// `qkdes ARGUMENTS -o NAME.h5` in the scratch folder, sent `signal` as soon as NAME.partial.h5 has rows of requests;
/// what it said, and its exit code as a shell has it. The run has to be long enough to be met.
inline Ran interrupt_run(std::string const& arguments, std::string const& name, int signal) {
    auto const partial = scratch(name + ".partial.h5"), said = scratch(name + ".said");
    std::filesystem::remove(partial);
    auto const has_rows = [&] {
        if (!std::filesystem::exists(partial)) return false;
        auto reader = ResultsReader::open(partial);
        if (!reader.ok()) return false;
        auto const asked = reader->numbers("/requests/asked");
        return asked.ok() && !asked->empty();
    };
    int const code = strike_when(QKDES_BINARY " " + arguments + " -o " + name + ".h5 > " + said.string() + " 2>&1",
                                 std::chrono::milliseconds{100}, has_rows, [&](pid_t run) { ::kill(run, signal); });
    std::ifstream file{said};
    return {code, std::string{std::istreambuf_iterator<char>{file}, {}}};
}

} // namespace qkdes::test
