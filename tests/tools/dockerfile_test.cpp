// tools/Dockerfile without Docker: its steps are those of tools/setup, what it copies is there, and its second stage
// has the libraries that the program is linked to. That the image builds is not tested here.
#include "tests/tools/run_terminal.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace qkdes {
namespace {

namespace fs = std::filesystem;
using test::run_command;

struct Instruction {
    std::string name, rest;
};

/// Comments left out, continued lines joined.
std::vector<Instruction> instructions() {
    std::ifstream file(QKDES_SOURCE_DIR "/tools/Dockerfile");
    std::vector<Instruction> out;
    std::string whole;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#') continue;
        bool const goes_on = line.back() == '\\';
        whole += goes_on ? line.substr(0, line.size() - 1) : line;
        if (goes_on) continue;
        auto const blank = whole.find(' ');
        out.push_back({whole.substr(0, blank), whole.substr(blank + 1)});
        whole.clear();
    }
    EXPECT_TRUE(whole.empty()) << "the last line goes on";
    return out;
}

std::size_t place(std::vector<Instruction> const& all, std::string const& name, std::string const& part) {
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i].name == name && all[i].rest.find(part) != std::string::npos) return i;
    ADD_FAILURE() << "no " << name << " with " << part;
    return all.size();
}

TEST(Dockerfile, BuildsWithToolsSetupOnDebian12AndEndsAsAUser) {
    auto const all = instructions();
    ASSERT_FALSE(all.empty());
    EXPECT_EQ(all.front().name, "FROM");
    for (auto const& step : all) {
        if (step.name == "FROM") {
            EXPECT_EQ(step.rest.rfind("debian:12", 0), 0u) << step.rest;
        }
        if (step.name != "COPY" || step.rest.rfind("--from=", 0) == 0) continue;
        EXPECT_TRUE(fs::exists(fs::path{QKDES_SOURCE_DIR} / step.rest.substr(0, step.rest.find(' ')))) << step.rest;
    }
    auto const setup = place(all, "RUN", "tools/setup");
    EXPECT_LT(place(all, "COPY", "tools/setup "), setup);
    EXPECT_LT(place(all, "COPY", "tools/lib "), setup) << "tools/setup sources it";
    EXPECT_LT(setup, place(all, "COPY", ". ."));
    EXPECT_LT(place(all, "COPY", ". ."), place(all, "RUN", "cmake --preset release"));
    EXPECT_LT(place(all, "RUN", "cmake --build build/release --target qkdes"), place(all, "RUN", "cmake --install"));
    EXPECT_LT(place(all, "RUN", "useradd"), place(all, "USER", "qkdes"));
    EXPECT_EQ(all[place(all, "ENTRYPOINT", "qkdes")].rest, "[\"qkdes\"]");
    // What tools/setup sources and reads is what was copied before it.
    EXPECT_EQ(
        run_command(
            "mkdir -p stage/tools && cp -r '" QKDES_SOURCE_DIR "/tools/setup' '" QKDES_SOURCE_DIR
            "/tools/lib' stage/tools/ && cd stage && XDG_CACHE_HOME=$HOME/.cache tools/setup --check > /dev/null; "
            "test $? -le 1 && echo ran")
            .out,
        "ran\n");
    for (auto const& step : all)
        if (step.name == "RUN") {
            EXPECT_EQ(run_command("bash -n -c '" + step.rest + "'").out, "") << step.rest;
        }
}

TEST(Dockerfile, IgnoresWhatIsBuilt) {
    std::ifstream file(QKDES_SOURCE_DIR "/.dockerignore");
    std::string const text{std::istreambuf_iterator<char>{file}, {}};
    for (auto const* name : {".git\n", "build\n", "**/*.h5\n"})
        EXPECT_NE(text.find(name), std::string::npos) << name;
}

TEST(Dockerfile, HasTheLibrariesThatTheProgramIsLinkedTo) {
    if (!test::have("readelf") || !test::have("dpkg-query")) GTEST_SKIP() << "no readelf or dpkg-query";
    std::ifstream release("/etc/os-release");
    std::string const system{std::istreambuf_iterator<char>{release}, {}};
    if (system.find("VERSION_ID=\"12\"") == std::string::npos) GTEST_SKIP() << "packages are named as in Debian 12";
    std::string packages;
    for (auto const& step : instructions())
        if (step.name == "RUN" && step.rest.find("apt-get install") != std::string::npos)
            packages = " " + step.rest + " ";
    std::istringstream needed{
        run_command("readelf -d " QKDES_BINARY " | sed -n 's/.*NEEDED.*\\[\\(.*\\)\\]/\\1/p'").out};
    std::size_t checked = 0;
    for (std::string library; std::getline(needed, library);) {
        if (library == "libc.so.6" || library == "libm.so.6" || library.starts_with("lib") == false)
            continue;                                              // base system
        if (library.find("san.so") != std::string::npos) continue; // a sanitizer's, of a build that is not shipped
        auto owner = run_command("dpkg-query -S '*/" + library + "' | head -1 | sed 's/[:,].*//'").out;
        ASSERT_FALSE(owner.empty()) << library;
        owner.pop_back();
        EXPECT_NE(packages.find(" " + owner + " "), std::string::npos) << library << " is in " << owner;
        ++checked;
    }
    EXPECT_GE(checked, 4u);
}

} // namespace
} // namespace qkdes
