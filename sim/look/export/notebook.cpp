#include "sim/look/export/notebook.hpp"

#include "sim/base/contracts.hpp"
#include "sim/look/export/text_file.hpp"
#include "sim/look/table_rows.hpp"

#include <algorithm>
#include <sstream>

#include <nlohmann/json.hpp>

namespace qkdes::look {

namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> words(std::string const& line) {
    std::istringstream in{line};
    std::vector<std::string> out;
    for (std::string word; in >> word;)
        out.push_back(word);
    return out;
}

/// Without blank lines at either end.
std::string trimmed(std::string const& text) {
    auto const begin = text.find_first_not_of('\n');
    return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of('\n') + 1 - begin);
}

/// A name as Markdown shows it, whatever it holds.
std::string escaped(std::string_view text) {
    std::string out;
    for (char const c : text) {
        if (static_cast<unsigned char>(c) < 0x20)
            out += ' ';
        else if (c == '<')
            out += "&lt;";
        else if (c == '&')
            out += "&amp;";
        else if (std::string_view{"\\`*_{}[]()#|$~>"}.find(c) != std::string_view::npos)
            out += {'\\', c};
        else
            out += c;
    }
    return out;
}

std::string python_text(std::string const& text) {
    return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); // its escapes are Python's too
}

std::string heading(ResultsReader const& reader, std::string const& name_of_file) {
    auto const text = [&](char const* name) {
        return escaped(find_attribute<std::string>(reader.manifest(), name).value_or(""));
    };
    std::string out = fmt::format("# {}\n\nResults of qkdes {}, file {}: seed {}, fidelity {}, cryptography {}.\n",
                                  text("name"), text("version"), escaped(name_of_file),
                                  find_attribute<std::uint64_t>(reader.manifest(), "seed").value_or(0),
                                  text("fidelity"), text("crypto"));
    if (!reader.complete())
        out +=
            fmt::format("\n**These results are partial: {}.** Rows end where the run ended, and totals that are only "
                        "known at its end may be missing.\n",
                        escaped(reader.reason()));
    return out + "\nTimes are in seconds of simulated time, amounts of key in bits, unless a label says otherwise.";
}

std::string module_cell() {
    std::string const source{python_module().front().text};
    QKDES_EXPECTS(source.find("'''") == std::string::npos);
    return "# The reader, qkdes_results.py, as a module: this notebook needs h5py, pandas and matplotlib, and no "
           "other\n"
           "# file than the results.\n"
           "import sys\nimport types\n\n"
           "qkdes_results = types.ModuleType(\"qkdes_results\")\nsys.modules[\"qkdes_results\"] = qkdes_results\n"
           "exec(r'''" +
           source + "''', qkdes_results.__dict__)";
}

/// Whether a table has rows; /summary has them when it has figures.
Result<bool> has_rows(ResultsReader& reader, std::string const& table) {
    auto const columns = reader.columns("/" + table);
    if (!columns.ok()) return columns.error();
    if (columns->empty()) return false;
    auto const info = reader.info(columns->front());
    if (!info.ok()) return info.error();
    return info->rows > 0;
}

Result<bool> fits(ResultsReader& reader, NotebookCells const& file) {
    for (auto const& [tables, wanted] : {std::pair{&file.needs, true}, {&file.unless, false}})
        for (auto const& table : *tables) {
            auto const there = has_rows(reader, table);
            if (!there.ok()) return there;
            if (*there != wanted) return false;
        }
    return true;
}

class Notebook {
  public:
    void add(NotebookCell const& cell, bool folded = false) {
        Json lines = Json::array();
        for (std::size_t at = 0; at < cell.source.size();) {
            auto const end = std::min(cell.source.find('\n', at), cell.source.size() - 1) + 1;
            lines.push_back(cell.source.substr(at, end - at));
            at = end;
        }
        Json out;
        out["cell_type"] = cell.markdown ? "markdown" : "code";
        if (!cell.markdown) out["execution_count"] = nullptr;
        out["id"] = fmt::format("cell-{:02}", cells_.size() + 1);
        out["metadata"] = Json::object();
        if (folded) out["metadata"] = {{"jupyter", {{"source_hidden", true}}}, {"tags", {"hide-input"}}};
        if (!cell.markdown) out["outputs"] = Json::array();
        out["source"] = std::move(lines);
        cells_.push_back(std::move(out));
    }
    std::size_t cells() const { return cells_.size(); }
    std::string text() const {
        Json const out{{"cells", cells_},
                       {"metadata",
                        {{"kernelspec", {{"display_name", "Python 3"}, {"language", "python"}, {"name", "python3"}}},
                         {"language_info", {{"name", "python"}}}}},
                       {"nbformat", 4},
                       {"nbformat_minor", 5}};
        return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
    }

  private:
    Json cells_ = Json::array();
};

} // namespace

NotebookCells parse_cells(std::string_view text) {
    NotebookCells out;
    std::istringstream in{std::string{text}};
    for (std::string line; std::getline(in, line);) {
        if (line == "# %%" || line == "# %% [markdown]")
            out.cells.push_back({line != "# %%", ""});
        else if (!out.cells.empty()) {
            auto& cell = out.cells.back();
            if (cell.markdown) line.erase(0, std::min<std::size_t>(line.size(), 2));
            cell.source += line + "\n";
        } else if (line.starts_with("# needs:"))
            out.needs = words(line.substr(8));
        else if (line.starts_with("# unless:"))
            out.unless = words(line.substr(9));
    }
    for (auto& cell : out.cells)
        cell.source = trimmed(cell.source);
    return out;
}

Result<NotebookReport> export_notebook(ResultsReader& reader, std::filesystem::path const& results,
                                       std::filesystem::path const& path, bool replace) {
    auto file = TextFile::create(path, replace);
    if (!file.ok()) return file.error();
    std::error_code code;
    auto const folder = std::filesystem::absolute(path).parent_path();
    auto relative = std::filesystem::proximate(results, folder, code);
    if (code) relative = std::filesystem::absolute(results);

    Notebook notebook;
    notebook.add({true, heading(reader, relative.generic_string())});
    notebook.add({false, module_cell()}, true);
    for (auto const& shipped : notebook_cells()) {
        auto parsed = parse_cells(shipped.text);
        auto const wanted = fits(reader, parsed);
        if (!wanted.ok()) return wanted.error();
        if (!*wanted) continue;
        for (auto& cell : parsed.cells) {
            constexpr std::string_view kOpen = "open(RESULTS)";
            if (auto const at = cell.source.find(kOpen); at != std::string::npos)
                cell.source.replace(at, kOpen.size(), "open(" + python_text(relative.generic_string()) + ")");
            notebook.add(cell);
        }
    }
    std::string const text = notebook.text();
    file->text().append(text.data(), text.data() + text.size());
    if (auto error = file->commit()) return *error;
    return NotebookReport{notebook.cells(), file->bytes()};
}

} // namespace qkdes::look
