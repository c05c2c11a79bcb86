// qkdes schema: what a scenario may say, for editors (JSON Schema) and for people (Markdown).
#include "sim/scenario/schema.hpp"
#include "tools/qkdes/commands.hpp"

#include <cstdio>
#include <memory>

namespace qkdes {

void add_schema(CLI::App& app, int&) {
    auto const markdown = std::make_shared<bool>(false);
    auto* command = app.add_subcommand("schema", "Print the JSON Schema (draft 2020-12) of scenario files");
    command->add_flag("--markdown", *markdown, "Print the reference of all keys instead");
    command->footer("Examples:\n  qkdes schema > scenario.schema.json\n  qkdes schema --markdown | less");
    command->callback(
        [markdown] { std::fputs((*markdown ? scenario_reference_markdown() : scenario_schema()).c_str(), stdout); });
}

} // namespace qkdes
