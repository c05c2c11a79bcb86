// The fuzzers' inputs, for tests that replay them.
#pragma once
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace qkdes::test {

/// The files of tests/fuzz/corpus/NAME by their names; Input: a string or a vector of bytes.
template <class Input = std::string>
std::vector<Input> corpus(std::string const& name) {
    std::vector<std::filesystem::path> files;
    for (auto const& file : std::filesystem::directory_iterator{QKDES_SOURCE_DIR "/tests/fuzz/corpus/" + name})
        files.push_back(file.path());
    std::sort(files.begin(), files.end());
    std::vector<Input> out;
    for (auto const& path : files) {
        std::ifstream in{path, std::ios::binary};
        out.emplace_back(std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{});
    }
    return out;
}

} // namespace qkdes::test
