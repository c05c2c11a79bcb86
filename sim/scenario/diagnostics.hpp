// What is wrong with a scenario, said so that its author can repair it: where, what as written, rule, repair.
//
//   scenarios/ring.json:41:47: error: 68.9 has no unit
//     { "between": ["basel", "bern"], "length": 68.9 }
//                                               ^
//     at /links/3/length
//     because every physical quantity in a scenario is a string with its unit
//     try: "length": "68.9 km"
//
// A user's mistake always becomes one of these; it is never an exception and never a broken contract.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace qkdes {

enum class Severity : std::uint8_t { error, warning };

struct Diagnostic {
    Severity severity = Severity::error;
    std::string file;       ///< as the user named it; `--set /links/0/length` for a value from the command line
    std::size_t line = 0;   ///< from 1; 0 when there is no line (a file that cannot be read, --set)
    std::size_t column = 0; ///< from 1, in code points; 0 when there is no source line
    std::string source;     ///< the source line, whole; empty: none is printed
    std::string pointer;    ///< JSON pointer (RFC 6901) of the value; empty: the whole file
    std::string what;       ///< the problem, quoting what was written
    std::string because;    ///< the rule
    std::string repair;     ///< what to write instead; may be empty
};

/// One diagnostic in the grammar above, with its final newline. A long source line is cut to a window around the caret;
/// control characters and broken UTF-8 in it come out as '?'.
std::string format_diagnostic(Diagnostic const& diagnostic);

/// All of them, separated by nothing, in the given order.
std::string format_diagnostics(std::span<Diagnostic const> diagnostics);

/// The file's by line and column, then those of --set in the order given; equal places keep their order.
void sort_diagnostics(std::vector<Diagnostic>& diagnostics);

} // namespace qkdes
