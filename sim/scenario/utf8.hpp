// As much of UTF-8 as a readable message needs: code points for columns, '?' for what a terminal should not see.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace qkdes {

/// Without the byte order mark that some editors put in front.
inline std::string_view without_mark(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    return text;
}

/// One element per code point. Control characters and broken sequences become "?", a tab becomes a space; never fails.
std::vector<std::string> printable_code_points(std::string_view text);

/// The same in one piece, cut with an ellipsis when it has more than `limit` code points.
std::string printable(std::string_view text, std::size_t limit = 60);

} // namespace qkdes
