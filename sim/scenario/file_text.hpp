#pragma once
#include <filesystem>
#include <optional>
#include <string>

namespace qkdes {

/// A file's text, or why it cannot be had. Of a file beyond what a scenario may have (load.hpp), only the beginning.
struct FileText {
    std::optional<std::string> text;
    std::string because;
};
FileText read_text(std::filesystem::path const& file);

} // namespace qkdes
