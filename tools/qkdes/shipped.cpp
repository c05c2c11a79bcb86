#include "tools/qkdes/shipped.hpp"

#include "sim/scenario/suggest.hpp"
#include "tools/qkdes/exit_codes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace qkdes {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kScheme = "qkdes:", kFolder = "scenarios", kSchema = "scenario.schema.json";

bool has_scenarios(fs::path const& folder) {
    std::error_code failure;
    return fs::exists(folder / kFolder / kSchema, failure);
}

ShippedKind kind_of(std::string const& name) {
    if (name.starts_with("studies/")) return ShippedKind::study;
    if (name.starts_with("faults/")) return ShippedKind::faults;
    return name.starts_with("links/") ? ShippedKind::link : ShippedKind::scenario;
}

std::string_view last_part(std::string_view name) { return name.substr(name.rfind('/') + 1); }

bool is_file(std::string const& path) {
    std::error_code failure;
    return fs::exists(path, failure);
}

/// Names of JSON files where the given one was looked for, as one would type them.
std::vector<std::string> beside(fs::path const& given) {
    std::vector<std::string> out;
    std::error_code failure;
    fs::path const folder = given.has_parent_path() ? given.parent_path() : fs::path{"."};
    for (fs::directory_iterator it{folder, failure}, end; !failure && it != end && out.size() < 1000;
         it.increment(failure))
        if (it->path().extension() == ".json")
            out.push_back((given.has_parent_path() ? it->path() : it->path().filename()).string());
    std::ranges::sort(out);
    return out;
}

} // namespace

fs::path data_folder() {
    std::error_code failure;
    if (char const* told = std::getenv("QKDES_DATA"); told != nullptr && *told != 0)
        return has_scenarios(told) ? fs::path{told} : fs::path{};
    fs::path const program = fs::read_symlink("/proc/self/exe", failure);
    if (failure) return {};
    if (fs::path const share = program.parent_path().parent_path() / "share" / "qkdes"; has_scenarios(share))
        return share;
    fs::path folder = program.parent_path();
    for (int up = 0; up < 4 && folder.has_relative_path(); ++up, folder = folder.parent_path())
        if (has_scenarios(folder)) return folder;
    return {};
}

std::vector<ShippedFile> shipped_files() {
    std::vector<ShippedFile> out;
    fs::path const data = data_folder();
    if (data.empty()) return out;
    fs::path const root = data / kFolder;
    std::error_code failure;
    for (fs::recursive_directory_iterator it{root, failure}, end; !failure && it != end; it.increment(failure)) {
        if (it->path().extension() != ".json" || it->path().filename() == kSchema) continue;
        std::string const name = it->path().lexically_relative(root).replace_extension().generic_string();
        out.push_back({name, it->path(), kind_of(name)});
    }
    auto const key = [](ShippedFile const& f) {
        return std::tuple{f.kind, f.name.find('/') != std::string::npos, f.name};
    };
    std::ranges::sort(out, {}, key);
    return out;
}

std::optional<ShippedFile> find_shipped(std::string_view name, std::span<ShippedKind const> kinds) {
    if (name.starts_with(kScheme)) name.remove_prefix(kScheme.size());
    if (name.starts_with("scenarios/")) name.remove_prefix(kFolder.size() + 1);
    if (name.ends_with(".json")) name.remove_suffix(5);
    std::vector<ShippedFile> by_last_part;
    for (auto& file : shipped_files()) {
        if (std::ranges::find(kinds, file.kind) == kinds.end()) continue;
        if (file.name == name) return file;
        if (last_part(file.name) == name) by_last_part.push_back(std::move(file));
    }
    if (by_last_part.size() == 1) return by_last_part.front();
    return {};
}

std::optional<std::string> find_input(std::string const& given, std::vector<ShippedKind> const& kinds, bool quiet,
                                      int& code) {
    bool const shipped_meant = given.starts_with(kScheme);
    if (!shipped_meant && is_file(given)) return given;
    if (!fs::path{given}.is_absolute())
        if (auto const found = find_shipped(given, kinds)) {
            if (!quiet) fmt::print(stderr, "{}: shipped with qkdes, {}\n", given, found->file.string());
            return found->file.string();
        }
    std::vector<std::string> known, near_given{shipped_meant ? std::vector<std::string>{} : beside(given)};
    for (auto const& file : shipped_files())
        if (std::ranges::find(kinds, file.kind) != kinds.end())
            for (auto const& name : {file.name, std::string{last_part(file.name)}})
                known.push_back(shipped_meant ? std::string{kScheme} + name : name);
    auto near = nearest(given, near_given);
    if (!near) near = nearest(given, known);
    if (!near) near = nearest(fs::path{given}.stem().string(), known);
    fmt::print(stderr, "{}: error: cannot read this file\n  because there is none{}\n  try: {}\n", given,
               known.empty() ? "" : ", and nothing of that name is shipped with qkdes",
               near.value_or("qkdes scenarios, which lists what is shipped"));
    code = kExitIo;
    return {};
}

bool find_inputs(std::vector<std::string>& given, std::vector<ShippedKind> const& kinds, bool quiet, int& code) {
    for (auto& one : given) {
        auto found = find_input(one, kinds, quiet, code);
        if (!found) return false;
        one = std::move(*found);
    }
    return true;
}

std::string results_name(std::string const& given) {
    std::string const name = given.starts_with(kScheme) ? given.substr(kScheme.size()) : given;
    return fs::path{name}.stem().string() + ".h5";
}

} // namespace qkdes
