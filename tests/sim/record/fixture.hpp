// A folder that goes away, a run with every kind of column, and children to kill or to starve of disk.
#pragma once
#include "sim/record/recorder.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace qkdes {
namespace fs = std::filesystem;
} // namespace qkdes

namespace qkdes::test {

class RecordTest : public ::testing::Test {
  protected:
    RecordTest() {
        std::string name = (fs::temp_directory_path() / "qkdes-record-XXXXXX").string();
        folder = ::mkdtemp(name.data());
    }
    ~RecordTest() override {
        std::error_code ignored;
        fs::remove_all(folder, ignored);
    }
    fs::path folder;
};

inline std::string read_bytes(fs::path const& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// Everything in a folder, hidden files too, in one string.
inline std::string listing(fs::path const& folder) {
    std::vector<std::string> names;
    for (auto const& entry : fs::directory_iterator{folder})
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return fmt::format("{}", fmt::join(names, " "));
}

enum class Ending : std::uint8_t { served, blocked };

inline Manifest sample_manifest(std::uint64_t seed = 7) {
    return {"sample", "{ \"name\": \"sample\" }\n", seed, 3, "0.1.0", "", "block", "real"};
}

inline TableSchema every_kind(std::size_t chunk_rows = 1000) {
    return {"/every",
            "One column of each kind.",
            {Column::time("at", "when it happened"), Column::duration("took", "how long it took"),
             Column::i64("delta", "bit", "a signed number"), Column::u64("bits", "bit", "an unsigned number"),
             Column::f64("rate", "bit/s", "a real number"), Column::u32("link", "index", "row of /links"),
             Column::u8("hops", "1", "a small number"), Column::boolean("clean", "yes or no"),
             Column::enumeration("ending", {"served", "blocked"}, "how it ended"),
             Column::fixed_text("code", 6, "a short name"), Column::text("name", "any name")},
            chunk_rows};
}

/// Row i of the sample is a function of i alone, so that any reader can check any row.
inline void append_sample(Table& table, std::uint64_t i) {
    auto const n = static_cast<std::int64_t>(i);
    table.append(SimTime{SimDuration{n * 1'000'003}}, SimDuration{n % 977}, -n, i << 32, static_cast<double>(n) / 7,
                 LinkId{i % 5}, i % 200, i % 3 == 0, i % 2 == 0 ? Ending::served : Ending::blocked,
                 fmt::format("c{}", i % 1000), std::string(i % 40, 'x'));
}

/// Runs `body` in a child process; its value is the exit status, -1 when a signal ended it. What the child wrote to
/// stderr goes to `output`. No exit handlers run there.
inline int in_child(std::function<int()> const& body, std::string* output = nullptr) {
    int pipe[2];
    if (::pipe(pipe) != 0) return -2;
    pid_t const child = ::fork();
    if (child == 0) {
        ::dup2(pipe[1], STDERR_FILENO);
        int const status = body();
        std::fflush(nullptr);
        ::_exit(status);
    }
    ::close(pipe[1]);
    std::string text;
    char c = 0;
    while (::read(pipe[0], &c, 1) == 1)
        text += c;
    ::close(pipe[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (output != nullptr) *output = text;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// A Python that has h5py, or "" where there is none.
inline std::string python_with_h5py() {
    for (char const* python : {"python3", "/usr/bin/python3"})
        if (std::system(fmt::format("{} -c 'import h5py' >/dev/null 2>&1", python).c_str()) == 0) return python;
    return "";
}

} // namespace qkdes::test
