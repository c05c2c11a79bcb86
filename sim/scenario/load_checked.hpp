// From a file to what a reader makes of it: the part that scenarios, links by themselves and studies share.
#pragma once
#include "sim/scenario/file_text.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/overrides.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <new>

namespace qkdes {

template <class Result>
Result one_error(std::string_view name, LoadFailure failure, std::string what, std::string because,
                 std::string repair) {
    Result result;
    result.failure = failure;
    result.diagnostics.push_back(
        {Severity::error, std::string{name}, 0, 0, "", "", std::move(what), std::move(because), std::move(repair)});
    return result;
}

/// From the text to what `read` makes of the document, which counts only if the reader saw no error.
template <class Result, class Read>
Result load_checked(std::string_view text, std::string_view name, TableDoc const& table,
                    std::span<std::string const> overrides, Read read) {
    if (text.size() > kMaxScenarioBytes)
        return one_error<Result>(name, LoadFailure::scenario, "the file is too large",
                                 fmt::format("a scenario has at most {} MiB", kMaxScenarioBytes >> 20), "");
    text = without_mark(text);
    Reader reader{text, name, overrides};
    Document document;
    SyntaxProblem problem;
    Result result;
    if (document.parse(text, kMaxScenarioDepth, problem)) {
        apply_overrides(document, table, overrides, reader);
        reader.report_duplicates(document);
        auto value = read(*document.root(), reader);
        if (!reader.any_error()) result.accept(std::move(value));
    } else {
        reader.error_at_offset(problem.offset, problem.what, problem.because, problem.repair);
    }
    result.diagnostics = reader.take_diagnostics();
    if (!result.ok()) result.failure = LoadFailure::scenario;
    return result;
}

/// Whatever is thrown below (memory, a library) becomes a diagnostic.
template <class Result, class Load>
Result guarded(std::string_view name, Load load) {
    try {
        return load();
    } catch (std::bad_alloc const&) {
        return one_error<Result>(name, LoadFailure::scenario, "not enough memory to read this",
                                 "the scenario is too large for this machine", "");
    } catch (std::exception const& problem) {
        return one_error<Result>(name, LoadFailure::scenario, "cannot make sense of this file",
                                 printable(problem.what(), 200), "");
    }
}

template <class Result, class From>
Result from_file(std::filesystem::path const& file, std::span<std::string const> overrides, From from) {
    std::string const name = file.string();
    return guarded<Result>(name, [&] {
        auto const [text, because] = read_text(file);
        if (!text) return one_error<Result>(name, LoadFailure::unreadable, "cannot read this file", because, "");
        return from(*text, name, overrides);
    });
}

} // namespace qkdes
