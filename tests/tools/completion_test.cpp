// Completion as the shells do it: bash runs the function that it would run, zsh completes on a pseudo-terminal.
#include "tests/tools/run_terminal.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace qkdes {
namespace {

namespace fs = std::filesystem;
using test::run;
using test::run_command;

void write(std::string const& file, std::string const& text) { std::ofstream(test::scratch(file)) << text; }

/// A folder with one file of each kind, to complete in.
void prepare() {
    fs::create_directories(test::scratch("complete/sub"));
    for (auto const* file : {"alpha.json", "beta.h5", "gamma.csv", "with blank.json"})
        write(std::string{"complete/"} + file, "");
    ASSERT_EQ(run("completion bash > qkdes.bash && bash -n qkdes.bash").code, 0);
}

/// What bash would offer for these words, the last of which is being written; sorted, between bars.
std::string in_bash(std::string const& words) {
    write("drive.sh", "source '" + test::scratch("qkdes.bash").string() + "'\ncd '" +
                          test::scratch("complete").string() + "'\nCOMP_WORDS=(" QKDES_BINARY " " + words +
                          ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_qkdes\n"
                          "printf '%s\\n' \"${COMPREPLY[@]}\" | LC_ALL=C sort | paste -sd '|' -\n");
    auto out = run_command("bash drive.sh").out;
    if (!out.empty() && out.back() == '\n') out.pop_back();
    return out;
}

TEST(Completion, BashOffersSubcommandsOptionsValuesAndFilesOfTheRightKind) {
    prepare();
    EXPECT_EQ(in_bash("swe"), "sweep");
    EXPECT_NE(in_bash("''").find("compare"), std::string::npos);
    EXPECT_EQ(in_bash("--ver"), "--version");
    EXPECT_EQ(in_bash("run --fo"), "--format");
    EXPECT_EQ(in_bash("run --format ''"), "json|text");
    EXPECT_EQ(in_bash("run --format = j"), "json") << "bash splits --format=j into three words";
    EXPECT_EQ(in_bash("run --format ="), "json|text");
    EXPECT_EQ(in_bash("run --jobs 2 al"), "alpha.json") << "the value of an option is no scenario";
    EXPECT_EQ(in_bash("run -o ''"), "beta.h5|sub");
    EXPECT_EQ(in_bash("compare b"), "beta.h5");
    EXPECT_EQ(in_bash("compare beta.h5 alp"), "alpha.json");
    EXPECT_EQ(in_bash("calibrate ''"), "gamma.csv|sub");
    EXPECT_EQ(in_bash("run w"), "with blank.json");
    EXPECT_EQ(in_bash("reproduce --csv ''"), "sub") << "folders alone";
    EXPECT_EQ(in_bash("reproduce links boa"), "boaron-2018") << "as often as one likes";
    EXPECT_EQ(in_bash("link --preset tosh"), "toshiba-ld|toshiba-mu");
    EXPECT_EQ(in_bash("help cal"), "calibrate");
    EXPECT_EQ(in_bash("completion ''"), "bash|zsh");
    EXPECT_EQ(in_bash("run two-"), "two-islands") << "shipped scenarios are offered as well";
    EXPECT_EQ(in_bash("plan studies/grid-d"), "studies/grid-demand");
    EXPECT_EQ(in_bash("run x --faults faults/single"), "faults/single-cuts");
    EXPECT_EQ(in_bash("run --seed ''"), "") << "nothing is offered where nothing is known";
    EXPECT_EQ(in_bash("--color al"), "always");
}

TEST(Completion, BashOffersEveryOptionOfEverySubcommand) {
    prepare();
    std::istringstream all{in_bash("help ''")};
    std::size_t options = 0;
    for (std::string name; std::getline(all, name, '|');) {
        std::string const offered = "|" + in_bash(name + " -") + "|";
        std::istringstream help{run(name + " --help").out};
        bool listed = false;
        for (std::string line; std::getline(help, line);) {
            listed = (listed || line == "Options") && !line.empty();
            auto const at = line.find("--");
            if (!listed || at == std::string::npos || at > 6) continue;
            std::string const option = line.substr(at, line.find_first_of(" ,", at) - at);
            EXPECT_NE(offered.find("|" + option + "|"), std::string::npos)
                << name << " " << option << " in " << offered;
            ++options;
        }
    }
    EXPECT_GT(options, 90u);
}

TEST(Completion, ZshOffersTheSame) {
    if (!test::have("zsh")) GTEST_SKIP() << "no zsh";
    prepare();
    fs::create_directories(test::scratch("zfunc"));
    ASSERT_EQ(run("completion zsh > zfunc/_qkdes && zsh -n zfunc/_qkdes").code, 0);
    // A shell in a pseudo-terminal of zsh's own. The tab key completes, shows what is listed, and then says what
    // stands in the line and that it is done: the test waits for that word, for as long as a slow build takes. The
    // words waited for are written in two parts, since the terminal echoes what is typed.
    write("drive.zsh", R"zsh(
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PROMPT= fpath=($PWD/zfunc \$fpath); autoload -Uz compinit; compinit -u -D"
zpty -w z "path=(${QKDES:h} \$path); cd complete; LISTMAX=1000; setopt no_auto_menu no_list_beep"
zpty -w z "zstyle ':completion:*' list-colors ''; zstyle ':completion:*' list-packed no"
zpty -w z 'offer() { zle complete-word; zle -R; print -r -- "<li""ne>$BUFFER<do""ne>" }'
zpty -w z "zle -N offer; bindkey '^I' offer; print '<rea''dy>'"
zpty -r z out '*<ready>*'
zpty -n -w z "$1"$'\t'
zpty -r z out '*<done>*'
print -r -- "$out" | tr -d '\r' | sed 's/\x1b\[[0-9;?]*[a-zA-Z]//g'
zpty -d z
)zsh");
    auto const asked = [](std::string const& words) {
        return run_command("QKDES=" QKDES_BINARY " timeout 60 zsh -f drive.zsh '" + words + "'").out;
    };
    for (auto const& [words, line] : {std::pair{"qkdes swe", "qkdes sweep "},
                                      {"qkdes run --format=j", "qkdes run --format=json "},
                                      {"qkdes run al", "qkdes run alpha.json "},
                                      {"qkdes compare b", "qkdes compare beta.h5 "}}) {
        auto const out = asked(words);
        EXPECT_NE(out.find("<line>" + std::string{line} + "<done>"), std::string::npos) << out;
    }
    auto const kinds = asked("qkdes run -o ");
    EXPECT_NE(kinds.find("beta.h5"), std::string::npos) << kinds;
    EXPECT_EQ(kinds.find("gamma.csv"), std::string::npos) << kinds;
    auto const options = asked("qkdes plan --");
    for (auto const* option : {"--output", "--resume", "--jobs", "--color"})
        EXPECT_NE(options.find(option), std::string::npos) << option << " in " << options;
}

} // namespace
} // namespace qkdes
