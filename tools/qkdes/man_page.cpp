#include "tools/qkdes/completion.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qkdes {

namespace {

/// Text as man(7) takes it: no line begins as a request, and a hyphen that is typed stays one.
std::string safe(std::string const& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else if ((c == '.' || c == '\'') && (i == 0 || text[i - 1] == '\n')) {
            out += std::string{"\\&"} + c;
        } else if (text.compare(i, 3, "…") == 0) {
            out += "...";
            i += 2;
        } else {
            out += c;
        }
    }
    return out;
}

std::string label(OptionModel const& option) {
    std::string out;
    for (auto const& name : {option.short_name, option.long_name})
        if (!name.empty()) out += (out.empty() ? "\\fB" : ", \\fB") + safe(name) + "\\fR";
    if (!option.value.empty()) out += fmt::format("{}\\fI{}\\fR", out.empty() ? "" : " ", safe(option.value));
    return out + (option.positional() && option.repeated ? " ..." : "");
}

std::string sentence(std::string const& text) {
    return safe(text) + (text.empty() || text.ends_with('.') || text.ends_with('?') ? "" : ".");
}

std::string entries(CommandModel const& command) {
    std::string out;
    for (auto const& option : command.options)
        out += fmt::format(".TP\n{}\n{}\n", label(option), sentence(option.text));
    return out;
}

std::string examples(std::vector<std::string> const& lines) {
    std::string out;
    for (auto const& line : lines)
        out += fmt::format(".RS 4\n.nf\n$ {}\n.fi\n.RE\n", safe(line));
    return out;
}

std::string synopsis(CommandModel const& command) {
    std::string out = fmt::format("\\fBqkdes {}\\fR [\\fIOPTION\\fR]...", safe(command.name));
    for (auto const& option : command.options)
        if (option.positional()) {
            std::string const one = label(option);
            out += option.required ? one.front() == ' ' ? one : " " + one : " [" + one + "]";
        }
    return out;
}

constexpr char const* kTail = R"man(.SH EXIT STATUS
.TP
0
Fine.
.TP
1
A comparison fell short, or a plan has no answer.
.TP
2
The scenario or the command line is at fault; one message says what, why and what to write instead.
.TP
3
The auditor found a fault of qkdes.
.TP
4
A file could not be read or written.
.TP
130
Interrupted. What was simulated is in a file that says it is partial.
.SH ENVIRONMENT
.TP
.B COLUMNS
Width of the terminal, if it says the wrong one. Tables are fitted to it on a terminal only.
.TP
.B NO_COLOR
Set to anything but nothing: no colour, unless \fB\-\-color always\fR asks for it.
.TP
.B CLICOLOR
0: the same.
.TP
.B TERM
.I dumb
means no colour and no progress.
.TP
.B QKDES_DATA
Folder to look for shipped scenarios in, instead of the one beside the program.
.SH FILES
.TP
.I share/qkdes/scenarios
Shipped scenarios, below the folder that
.I bin/qkdes
is installed in. A name that is no file is looked for there: \fBqkdes run two\-islands\fR.
.TP
.I share/qkdes/schema.json
JSON Schema of scenarios, for editors.
.TP
.I NAME.h5
Results, in HDF5: any reader of HDF5 opens them. Columns have units and descriptions.
.TP
.I NAME.partial.h5
Results of a run that was interrupted or killed.
.TP
.I NAME.h5.journal
Finished runs of a study that was ended before its time, for \fB\-\-resume\fR.
.SH SEE ALSO
.BR h5dump (1),
.BR mpirun (1)
)man";

} // namespace

std::string man_page(CliModel const& model, std::string const& version) {
    std::string out =
        fmt::format(".\\\" As printed by `qkdes man`.\n.TH QKDES 1 \"\" \"qkdes {}\" \"User Commands\"\n"
                    ".nh\n.ad l\n.SH NAME\nqkdes \\- discrete\\-event simulator of quantum key distribution networks\n"
                    ".SH SYNOPSIS\n\\fBqkdes\\fR \\fISUBCOMMAND\\fR [\\fIOPTION\\fR]... [\\fIFILE\\fR]...\n"
                    ".SH DESCRIPTION\n{}.\n.SH OPTIONS\n{}.SH COMMANDS\n",
                    safe(version), safe(model.app.summary), entries(model.app));
    for (auto const& command : model.commands) {
        out += fmt::format(".SS {}\n{}\n.PP\n{}.\n{}", safe(command.name), synopsis(command), safe(command.summary),
                           entries(command));
        if (!command.notes.empty()) out += fmt::format(".PP\n{}\n", safe(command.notes));
        if (!command.examples.empty()) out += ".PP\nExamples:\n" + examples(command.examples);
    }
    if (!model.app.examples.empty()) out += ".SH EXAMPLES\n" + examples(model.app.examples);
    return out + kTail;
}

} // namespace qkdes
