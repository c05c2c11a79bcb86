// Files that are part of the program (CMakeLists.txt, qkdes_embed).
#pragma once
#include <span>
#include <string_view>
#include <vector>

namespace qkdes {

struct ShippedText {
    std::string_view name, text; ///< the file's stem, its content
};

} // namespace qkdes
