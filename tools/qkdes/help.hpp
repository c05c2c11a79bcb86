// `qkdes --help`, `qkdes SUBCOMMAND --help`, and the one message that a wrong command line gets.
#pragma once
#include "tools/qkdes/cli_model.hpp"

#include <string>

namespace qkdes {

/// For a terminal of so many columns; headings bold where output() has colour.
std::string help_text(CliModel const& model, std::size_t columns);
std::string help_text(CommandModel const& command, std::size_t columns);
/// Columns of help: those of the terminal, at most 110, which can still be read; 100 where it goes elsewhere.
std::size_t help_columns();

/// What is wrong, why, and what to write instead; lines as all our messages have them.
std::string usage_error(CLI::App const& app, CLI::ParseError const& error);
/// The same for a word that is no subcommand.
std::string unknown_command(CliModel const& model, std::string const& word);

} // namespace qkdes
