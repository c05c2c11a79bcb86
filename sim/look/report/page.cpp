#include "sim/look/report/page.hpp"

#include "sim/base/contracts.hpp"
#include "sim/look/report/json.hpp"

namespace qkdes::look {

namespace {

/// Replaces the mark, which must be there, from `from` on; returns the place after what was put in.
std::size_t put(std::string& text, std::string_view mark, std::string_view value, std::size_t from) {
    std::size_t const at = text.find(mark, from);
    QKDES_EXPECTS(at != std::string::npos);
    text.replace(at, mark.size(), value);
    return at + value.size();
}

} // namespace

std::string for_script(nlohmann::ordered_json const& document) {
    std::string const json = document.dump(-1, ' ', false, Json::error_handler_t::replace);
    std::string out;
    out.reserve(json.size() + json.size() / 64);
    // "<" occurs inside strings only, where its escape means the same.
    for (char const c : json)
        if (c == '<')
            out += "\\u003c";
        else
            out += c;
    return out;
}

std::string for_html(std::string_view text) {
    std::string out;
    for (char const c : text)
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            out += c;
        }
    return out;
}

std::string page(PageParts const& parts, nlohmann::ordered_json const& document) {
    std::string const data = for_script(document);
    std::string out{parts.shell};
    out.reserve(out.size() + parts.style.size() + data.size() + parts.script.size() + 4096);
    // In the order of the template: what was put in is never searched for marks.
    std::size_t at = put(out, "<!--title-->", for_html(document.value("title", "qkdes report")), 0);
    at = put(out, "/*style*/", parts.style, at);
    at = put(out, "/*data*/", data, at);
    put(out, "/*script*/", parts.script, at);
    return out;
}

} // namespace qkdes::look
