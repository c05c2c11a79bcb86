// A study's file: which scenario, what is set in it for all runs, how often it is run, and what is to be measured.
//
//   { "scenario": "../two-islands.json", "set": { "/duration": "1 h" }, "replications": 10,
//     "figures": [{ "of": "link vigo-santiago", "figure": "used" }], "limits": { "time": "10 min" } }
//
// Files that it names are looked for beside it.
// Checked: tests/sim/scenario/study_file_test.cpp
#pragma once
#include "sim/scenario/load.hpp"
#include "sim/scenario/study_spec.hpp"

namespace qkdes {

struct StudyLoadResult {
    std::optional<StudySpec> study;
    std::vector<Diagnostic> diagnostics;
    LoadFailure failure = LoadFailure::none;
    bool ok() const { return study.has_value(); }
    void accept(StudySpec value) { study = std::move(value); }
};

/// `overrides` are of the scenario, after the study's own `set`. The scenario is loaded and has no errors when the
/// study is there.
StudyLoadResult load_study(std::filesystem::path const& file, std::span<std::string const> overrides = {});
/// The same from a text; `name` stands for the file in diagnostics and says where the scenario is looked for.
StudyLoadResult load_study_text(std::string_view text, std::string_view name,
                                std::span<std::string const> overrides = {});

/// Whether the file is JSON whose top level has `scenario`; false for what cannot be read.
bool is_study(std::filesystem::path const& file);

} // namespace qkdes
