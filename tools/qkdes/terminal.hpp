// What we write to: how wide it is, whether it takes colour, and text that fits.
//
// A table is fitted to its reader's terminal only when it goes to one: what is piped or redirected is always as wide as
// it is, without colour. Colour is for verdicts and headings, and never carries what words do not say.
//
// Holds:      widths in columns of a terminal: UTF-8, combining marks take none, East Asian wide characters two.
// Leaves out: emoji sequences, right-to-left text.
// Checked:    tests/tools/terminal_test.cpp, on pseudo-terminals
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qkdes {

enum class ColourWhen : std::uint8_t { automatic, always, never };
enum class Tone : std::uint8_t { plain, heading, good, warning, bad };

struct Output {
    std::optional<std::size_t> width; ///< columns, of a terminal
    bool colour = false;
};

/// Of stdout. Width: COLUMNS if it is a number above zero, else what the terminal says, else 80; none where stdout is
/// no terminal. Colour: as `when` says; automatic: on a terminal that is not "dumb", unless NO_COLOR (no-color.org) or
/// CLICOLOR=0 says no.
Output look_at_stdout(ColourWhen when);

/// What tables and summaries are printed for; look_at_stdout(automatic) until `--color` says otherwise.
Output const& output();
void set_output(Output const& chosen);

/// Of stderr: columns for a line that is redrawn; none where that cannot be: no terminal, or TERM=dumb.
std::optional<std::size_t> redrawable_stderr();

/// Columns that the text takes; escape sequences of colour take none. Bytes that are not UTF-8 take one each.
std::size_t display_width(std::string_view text);

/// The text's beginning, at most `columns` wide; "…" ends what was cut.
std::string shortened(std::string_view text, std::size_t columns);

/// Broken at blanks into lines of at most `columns`, where words allow; `\n` breaks too. The first line begins at
/// column `at`, the others are indented by `indent`. No line break at the end.
std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent = 0, std::size_t at = 0);

/// Lines that are wider than the terminal are broken at blanks and go on `indent` columns further right; their first
/// `indent` bytes are a label that stays as it is. Unchanged where there is no width.
std::string fitted(std::string_view text, std::size_t indent, Output const& to = output());

/// In colour, where there is any.
std::string painted(Tone tone, std::string_view text, Output const& to = output());

/// Red for what fell short or is worse, yellow for what is open, plain for the rest.
Tone tone_of_verdict(std::string_view verdict);

} // namespace qkdes
