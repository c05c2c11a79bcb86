#include "sim/scenario/fault_script.hpp"

#include "sim/scenario/fault_table.hpp"
#include "sim/scenario/file_text.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

namespace qkdes {
namespace {

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

} // namespace

void FaultScripts::read(Reader& reader, RawScenario& scenario, NamedText const& file) {
    std::string_view const text = without_mark(file.text);
    std::size_t const source = reader.add_file(text, file.name);
    if (text.size() > kMaxScenarioBytes) {
        reader.error_at_offset(0, "the file is too large",
                               fmt::format("it has at most {} MiB", kMaxScenarioBytes >> 20), "", source);
        return;
    }
    Document& document = documents_.emplace_back();
    SyntaxProblem problem;
    if (!document.parse(text, kMaxScenarioDepth, problem, source)) {
        reader.error_at_offset(problem.offset, problem.what, problem.because, problem.repair, source);
        documents_.pop_back();
        return;
    }
    reader.report_duplicates(document);
    RawScript script;
    read_object(reader, *document.root(), fault_script_table(), script);
    append(scenario.groups, script.groups);
    append(scenario.faults, script.faults);
    append(scenario.failures, script.failures);
    append(scenario.adversaries, script.adversaries);
}

void FaultScripts::read(Reader& reader, RawScenario& scenario) {
    auto const named = std::move(scenario.fault_files);
    for (auto const& each : named) {
        auto const path = std::filesystem::path{reader.file()}.parent_path() / each.id;
        auto [text, because] = read_text(path);
        if (!text)
            reader.error(*each.node, fmt::format("cannot read \"{}\"", printable(path.string(), 200)), because);
        else
            read(reader, scenario, own_.emplace_back(NamedText{path.string(), std::move(*text)}));
    }
    for (auto const& file : files_)
        read(reader, scenario, file);
}

void FaultScripts::graft(JsonNode& root) {
    std::erase_if(root.children, [](JsonNode const* member) { return member->key == "fault_files"; });
    for (auto& document : documents_)
        for (auto* list : document.root()->children) {
            if (!list->is(JsonKind::array)) continue; // its name and description
            if (auto* own = root.find(list->key))
                append(own->children, list->children);
            else
                root.children.push_back(list);
        }
}

} // namespace qkdes
