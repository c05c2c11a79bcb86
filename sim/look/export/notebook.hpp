// A Jupyter notebook (nbformat 4.5) for one results file: its tables and figures in pandas and matplotlib, ready to run
// and to change.
//
// It opens anywhere with Jupyter, h5py, pandas and matplotlib: the reader (notebooks-export/qkdes_results.py) stands in
// the notebook itself, in a cell that viewers fold away. A copy beside the notebook would get lost when it is sent on,
// and an installed one may be of another version than the results. The results file is named relative to the notebook:
// both can move together.
//
// Cells come from sim/look/export/cells/*.py, in the order of their names; only those are taken whose tables the file
// has, with rows. A file of cells:
//
//   # needs: blocks links          tables that must have rows; "# unless: requests" ones that must have none
//   # %% [markdown]
//   # ## Key rate
//   # %%
//   code
//
// Outputs are left empty: they are the reader's. Same results file and paths, same bytes.
// Checked: tests/sim/look/export_notebook_test.cpp; executed: tests/notebooks/test_export.py.
#pragma once
#include "sim/base/shipped_text.hpp"
#include "sim/record/reader.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace qkdes::look {

struct NotebookReport {
    std::size_t cells = 0;
    std::uint64_t bytes = 0;
};

/// `results`: the path that `reader` was opened with. An existing file is replaced only if `replace`.
Result<NotebookReport> export_notebook(ResultsReader& reader, std::filesystem::path const& results,
                                       std::filesystem::path const& path, bool replace);

/// One cell of a file of cells.
struct NotebookCell {
    bool markdown = false;
    std::string source;
    bool operator==(NotebookCell const&) const = default;
};
struct NotebookCells {
    std::vector<std::string> needs, unless; ///< tables
    std::vector<NotebookCell> cells;
};
/// Markdown cells lose the "# " of their lines; blank lines around cells go.
NotebookCells parse_cells(std::string_view text);

} // namespace qkdes::look

namespace qkdes {
/// sim/look/export/cells/*.py by name, and the Python module; part of the program.
std::span<ShippedText const> notebook_cells();
std::span<ShippedText const> python_module();
} // namespace qkdes
