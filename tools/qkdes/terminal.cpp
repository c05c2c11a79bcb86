#include "tools/qkdes/terminal.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

namespace qkdes {

namespace {

constexpr std::size_t kUsualWidth = 80, kLeastWidth = 20;

char const* variable(char const* name) {
    char const* value = std::getenv(name);
    return value != nullptr && *value != 0 ? value : nullptr;
}

bool dumb() {
    char const* term = variable("TERM");
    return term == nullptr || std::string_view{term} == "dumb";
}

std::size_t width_of(int descriptor) {
    std::size_t columns = 0;
    if (char const* asked = variable("COLUMNS")) {
        std::string_view const text{asked};
        auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), columns);
        if (failure != std::errc{} || end != text.data() + text.size()) columns = 0;
    }
    winsize size{};
    if (columns == 0 && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0) columns = size.ws_col;
    return columns == 0 ? kUsualWidth : std::clamp<std::size_t>(columns, kLeastWidth, 10'000);
}

Output& chosen_output() {
    static Output now = look_at_stdout(ColourWhen::automatic);
    return now;
}

/// Bytes of the character that begins the text, and its code point; one byte and none for what is not UTF-8.
struct Character {
    std::size_t bytes;
    char32_t code;
};
Character first(std::string_view text) {
    auto const lead = static_cast<unsigned char>(text.front());
    std::size_t const bytes = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
    if (bytes == 1) return {1, lead};
    if (bytes == 0 || text.size() < bytes) return {1, 0xFFFD};
    char32_t code = lead & (0x7Fu >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
        auto const next = static_cast<unsigned char>(text[i]);
        if (next >> 6 != 2) return {1, 0xFFFD};
        code = code << 6 | (next & 0x3Fu);
    }
    return {bytes, code};
}

struct Range {
    char32_t from, to;
};
bool within(char32_t code, std::initializer_list<Range> ranges) {
    return std::any_of(ranges.begin(), ranges.end(), [&](Range r) { return code >= r.from && code <= r.to; });
}

/// Blocks of Unicode 15: combining marks and joiners; East Asian wide and full width, and pictures.
std::size_t columns_of(char32_t code) {
    if (code < 0x20 || code == 0x7F) return 0;
    if (code < 0x300) return 1;
    if (within(code, {{0x300, 0x36F},
                      {0x483, 0x489},
                      {0x591, 0x5BD},
                      {0x610, 0x61A},
                      {0x64B, 0x65F},
                      {0x1AB0, 0x1AFF},
                      {0x1DC0, 0x1DFF},
                      {0x200B, 0x200F},
                      {0x2060, 0x2064},
                      {0x20D0, 0x20FF},
                      {0xFE00, 0xFE0F},
                      {0xFE20, 0xFE2F},
                      {0xFEFF, 0xFEFF},
                      {0xE0100, 0xE01EF}}))
        return 0;
    return within(code, {{0x1100, 0x115F},
                         {0x2E80, 0x303E},
                         {0x3041, 0xA4CF},
                         {0xAC00, 0xD7A3},
                         {0xF900, 0xFAFF},
                         {0xFE30, 0xFE6F},
                         {0xFF00, 0xFF60},
                         {0xFFE0, 0xFFE6},
                         {0x1F300, 0x1F64F},
                         {0x1F900, 0x1F9FF},
                         {0x20000, 0x3FFFD}})
               ? 2
               : 1;
}

/// Bytes of the escape sequence that begins the text; 0: none does.
std::size_t escape(std::string_view text) {
    if (!text.starts_with("\x1b[")) return 0;
    auto const end = text.find_first_of("mK", 2);
    return end == std::string_view::npos ? text.size() : end + 1;
}

} // namespace

Output look_at_stdout(ColourWhen when) {
    Output out;
    bool const terminal = ::isatty(STDOUT_FILENO) != 0;
    if (terminal) out.width = width_of(STDOUT_FILENO);
    char const* asked = variable("CLICOLOR");
    bool const refused =
        variable("NO_COLOR") != nullptr || (asked != nullptr && std::string_view{asked} == "0") || dumb();
    out.colour = when == ColourWhen::always || (when == ColourWhen::automatic && terminal && !refused);
    return out;
}

Output const& output() { return chosen_output(); }
void set_output(Output const& chosen) { chosen_output() = chosen; }

std::optional<std::size_t> redrawable_stderr() {
    if (::isatty(STDERR_FILENO) == 0 || dumb()) return {};
    return width_of(STDERR_FILENO);
}

std::size_t display_width(std::string_view text) {
    std::size_t columns = 0;
    while (!text.empty()) {
        if (std::size_t const skip = escape(text)) {
            text.remove_prefix(skip);
            continue;
        }
        auto const [bytes, code] = first(text);
        columns += columns_of(code);
        text.remove_prefix(bytes);
    }
    return columns;
}

std::string shortened(std::string_view text, std::size_t columns) {
    if (display_width(text) <= columns) return std::string{text};
    std::string out;
    for (std::size_t used = 0; !text.empty();) {
        auto const [bytes, code] = first(text);
        used += columns_of(code);
        if (used + 1 > columns) break;
        out += text.substr(0, bytes);
        text.remove_prefix(bytes);
    }
    return columns == 0 ? "" : out + "…";
}

std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent, std::size_t at) {
    std::string out;
    std::size_t column = at;
    bool fresh = true;
    auto const new_line = [&] {
        out += '\n';
        column = 0;
        fresh = true;
    };
    while (!text.empty()) {
        if (text.front() == '\n') {
            new_line();
            text.remove_prefix(1);
            continue;
        }
        auto const end = std::min(text.find_first_of(" \n"), text.size());
        auto const word = text.substr(0, end);
        std::size_t const wide = display_width(word);
        if (!word.empty()) {
            if (!fresh && column + 1 + wide > columns) new_line();
            if (fresh && column < indent) {
                out.append(indent - column, ' ');
                column = indent;
            }
            if (!fresh) out += ' ';
            column += wide + (fresh ? 0 : 1);
            out += word;
            fresh = false;
        }
        text.remove_prefix(end);
        if (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    }
    return out;
}

std::string fitted(std::string_view text, std::size_t indent, Output const& to) {
    if (!to.width) return std::string{text};
    std::string out;
    while (!text.empty()) {
        auto const line = text.substr(0, text.find('\n'));
        bool const ended = line.size() < text.size();
        if (display_width(line) <= *to.width || line.size() <= indent)
            out += line;
        else
            out += std::string{line.substr(0, indent)} + wrapped(line.substr(indent), *to.width, indent, indent);
        if (ended) out += '\n';
        text.remove_prefix(line.size() + (ended ? 1 : 0));
    }
    return out;
}

std::string painted(Tone tone, std::string_view text, Output const& to) {
    if (!to.colour || tone == Tone::plain) return std::string{text};
    constexpr char const* codes[] = {"0", "1", "32", "33", "31"};
    bool const line = text.ends_with('\n'); // the colour ends before the line does
    if (line) text.remove_suffix(1);
    return std::string{"\x1b["} + codes[static_cast<std::size_t>(tone)] + "m" + std::string{text} + "\x1b[0m" +
           (line ? "\n" : "");
}

Tone tone_of_verdict(std::string_view verdict) {
    for (auto const* bad : {"SHORT", "regression", "REGRESSION", "fell short"})
        if (verdict.starts_with(bad)) return Tone::bad;
    return verdict.starts_with("undecided") ? Tone::warning : Tone::plain;
}

} // namespace qkdes
