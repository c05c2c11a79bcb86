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
    // A shell in a pseudo-terminal of zsh's own; what completion inserts or lists is between marks.
    write("drive.zsh", R"zsh(
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PROMPT= fpath=($PWD/zfunc \$fpath); autoload -Uz compinit; compinit -u -D"
zpty -w z "alias qkdes=; unalias qkdes; path=(${QKDES:h} \$path); cd complete"
zpty -w z "zstyle ':completion:*' list-colors ''; zstyle ':completion:*' list-packed no; LISTMAX=1000"
zpty -w z 'list-all() { compstate[list]=list; compstate[insert]=; }'
zpty -w z 'all() { print -r -- "<begin>"; zle -R; }'
zpty -w z "bindkey '^I' complete-word; setopt no_auto_menu no_list_beep"
sleep 0.5
zpty -r -t z dump '' 2>/dev/null
for words in "$@"; do
    zpty -n -w z $'\x15'"$words"$'\t'
    sleep 0.7
    out=
    while zpty -r -t z part; do out+=$part; done
    print -r -- "ask: $words"
    print -r -- "$out" | tr -d '\r' | sed 's/\x1b\[[0-9;?]*[a-zA-Z]//g'
done
zpty -d z
)zsh");
    auto const asked = [](std::string const& words) {
        auto out = run_command("QKDES=" QKDES_BINARY " zsh -f drive.zsh '" + words + "'").out;
        auto const at = out.find("ask: ");
        return at == std::string::npos ? out : out.substr(out.find('\n', at));
    };
    EXPECT_NE(asked("qkdes swe").find("qkdes sweep"), std::string::npos) << asked("qkdes swe");
    EXPECT_NE(asked("qkdes run --format=j").find("--format=json"), std::string::npos) << asked("qkdes run --format=j");
    EXPECT_NE(asked("qkdes run al").find("alpha.json"), std::string::npos) << asked("qkdes run al");
    EXPECT_NE(asked("qkdes compare b").find("beta.h5"), std::string::npos) << asked("qkdes compare b");
    auto const kinds = asked("qkdes run -o ");
    EXPECT_NE(kinds.find("beta.h5"), std::string::npos) << kinds;
    EXPECT_EQ(kinds.find("gamma.csv"), std::string::npos) << kinds;
    auto const options = asked("qkdes plan --");
    for (auto const* option : {"--output", "--resume", "--jobs", "--color"})
        EXPECT_NE(options.find(option), std::string::npos) << option << " in " << options;
}

} // namespace
} // namespace qkdes
