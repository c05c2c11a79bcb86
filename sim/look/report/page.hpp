// The page: one HTML file with everything in it, which opens from disk and asks no network.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace qkdes::look {

/// What the build bundled from tools/report; all empty when it had no npm.
struct PageParts {
    std::string_view shell;   ///< HTML with the marks <!--title-->, /*style*/, /*data*/, /*script*/
    std::string_view style;   ///< CSS
    std::string_view script;  ///< JavaScript
    std::string_view borders; ///< coasts and borders: JSON, [[longitude, latitude, ...], ...]; may be empty
};

/// `document` as describe() gives it, or several under "runs".
std::string page(PageParts const& parts, nlohmann::ordered_json const& document);

/// JSON that can stand inside <script>: no "</" and no "<!--" in it, and still the same JSON.
std::string for_script(nlohmann::ordered_json const& document);
/// Text that can stand between tags or in a quoted attribute.
std::string for_html(std::string_view text);

} // namespace qkdes::look
