// A file of text that is there whole or not at all: written beside its place under a hidden name, then renamed.
#pragma once
#include "sim/record/io_error.hpp"

#include <filesystem>
#include <string_view>

namespace qkdes::look {

/// Replaces what stands there, unless it is no file (a folder is refused; a device such as /dev/stdout is written to).
MaybeError write_whole_file(std::filesystem::path const& path, std::string_view text);

} // namespace qkdes::look
