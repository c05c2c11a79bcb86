// The notebook as a document; that its cells run stands in tests/notebooks/test_export.py.
#include "sim/look/export/notebook.hpp"
#include "tests/sim/look/export_fixture.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace qkdes::look {
namespace {

using Json = nlohmann::json;

class NotebookTest : public ExportTest {
  protected:
    Json notebook(fs::path const& to, bool complete = true) {
        auto reader = write(complete);
        auto const results = folder / (complete ? "run.h5" : "run.partial.h5");
        auto const report = export_notebook(*reader, results, to, true);
        EXPECT_TRUE(report.ok()) << to_string(report.error());
        Json const out = Json::parse(test::read_bytes(to));
        EXPECT_EQ(report->cells, out["cells"].size());
        return out;
    }
    static std::string source(Json const& cell) {
        std::string out;
        for (auto const& line : cell["source"])
            out += line.get<std::string>();
        return out;
    }
    static std::string all(Json const& notebook) {
        std::string out;
        for (auto const& cell : notebook["cells"])
            out += source(cell) + "\n----\n";
        return out;
    }
};

TEST_F(NotebookTest, IsWhatNbformatAsks) {
    Json const book = notebook(folder / "n.ipynb");
    EXPECT_EQ(book["nbformat"], 4);
    EXPECT_EQ(book["nbformat_minor"], 5);
    EXPECT_EQ(book["metadata"]["kernelspec"]["name"], "python3");
    std::set<std::string> ids;
    for (auto const& cell : book["cells"]) {
        ids.insert(cell["id"].get<std::string>());
        bool const code = cell["cell_type"] == "code";
        EXPECT_EQ(cell.contains("outputs"), code);
        EXPECT_EQ(cell.contains("execution_count"), code);
        ASSERT_FALSE(cell["source"].empty());
        for (std::size_t i = 0; i + 1 < cell["source"].size(); ++i)
            EXPECT_EQ(cell["source"][i].get<std::string>().back(), '\n');
        EXPECT_NE(cell["source"].back().get<std::string>().back(), '\n');
    }
    EXPECT_EQ(ids.size(), book["cells"].size());
}

TEST_F(NotebookTest, SaysWhatWasRun) {
    std::string const head = source(notebook(folder / "n.ipynb")["cells"][0]);
    EXPECT_TRUE(head.starts_with("# a \"b\", c d \\\\ \xc3\xa9\n")) << head; // shown as it is: no Markdown in a name
    EXPECT_NE(head.find("qkdes 0.1.0"), std::string::npos) << head;
    EXPECT_NE(head.find("seed 7, fidelity block, cryptography real"), std::string::npos) << head;
    EXPECT_EQ(head.find("partial"), std::string::npos);
    std::string const partial = source(notebook(folder / "p.ipynb", false)["cells"][0]);
    EXPECT_NE(partial.find("**These results are partial: interrupted.**"), std::string::npos) << partial;
}

TEST_F(NotebookTest, CellsFitTheFile) {
    std::string const text = all(notebook(folder / "n.ipynb"));
    EXPECT_NE(text.find("## Key stores"), std::string::npos);
    EXPECT_NE(text.find("## Latency"), std::string::npos);
    EXPECT_EQ(text.find("## Key rate"), std::string::npos); // the file has no blocks
    EXPECT_EQ(text.find("## The sweep"), std::string::npos);
    EXPECT_EQ(text.find("open(RESULTS)"), std::string::npos);
    EXPECT_NE(text.find("def losses(self)"), std::string::npos); // the reader is inside
}

TEST_F(NotebookTest, NamesTheResultsRelativeToItself) {
    fs::create_directories(folder / "books" / "deep");
    EXPECT_NE(all(notebook(folder / "n.ipynb")).find("open(\"run.h5\")"), std::string::npos);
    EXPECT_NE(all(notebook(folder / "books" / "deep" / "n.ipynb")).find("open(\"../../run.h5\")"), std::string::npos);
}

TEST(NotebookCells, AreParsed) {
    auto const cells =
        parse_cells("# needs: a bc\n# unless: d\n# %% [markdown]\n# ## T\n#\n# x\n# %%\n\n# y\nz = 1\n\n");
    EXPECT_EQ(cells.needs, (std::vector<std::string>{"a", "bc"}));
    EXPECT_EQ(cells.unless, (std::vector<std::string>{"d"}));
    EXPECT_EQ(cells.cells, (std::vector<NotebookCell>{{true, "## T\n\nx"}, {false, "# y\nz = 1"}}));
}

} // namespace
} // namespace qkdes::look
