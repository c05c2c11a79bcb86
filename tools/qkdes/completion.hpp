// What `qkdes completion SHELL` and `qkdes man` print, from the model of the command line.
//
// Checked: tests/tools/completion_test.cpp drives both shells; tests/tools/man_page_test.cpp has the page read by man.
#pragma once
#include "tools/qkdes/cli_model.hpp"

#include <string>

namespace qkdes {

/// To be sourced by bash (4.4 or later), or laid into share/bash-completion/completions as `qkdes`. Needs nothing but
/// bash.
std::string bash_completion(CliModel const& model);
/// To be laid into a folder of zsh's $fpath as `_qkdes`.
std::string zsh_completion(CliModel const& model);
/// qkdes(1), in the macros man(7).
std::string man_page(CliModel const& model, std::string const& version);

/// What stands for files and is completed: a pattern of the shell, "*.json"; "*" for any file; empty for what is none.
std::string file_pattern(OptionModel const& option);
/// Also names of what is shipped: "scenarios", "studies", "faults", as `qkdes scenarios --names` has them; empty: none.
std::string shipped_kind(OptionModel const& option);

} // namespace qkdes
