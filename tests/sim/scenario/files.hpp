// Files of the source tree, for tests that hold a committed file against what the program says.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace qkdes::test {

inline std::filesystem::path source_dir() { return QKDES_SOURCE_DIR; }

/// Empty when there is no such file.
inline std::string read_file(std::filesystem::path const& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

inline void write_file(std::filesystem::path const& path, std::string const& text) {
    std::ofstream{path, std::ios::binary} << text;
}

/// Committed texts are to be written anew instead of compared.
inline bool updating() { return std::getenv("QKDES_UPDATE_GOLDEN") != nullptr; }

} // namespace qkdes::test
