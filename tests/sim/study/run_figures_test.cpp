// The flat list of a run's figures: what systems of the world report is on it, under the same names in every run.
#include "sim/study/run_figures.hpp"
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <algorithm>

namespace qkdes {
namespace {

TEST(RunFigures, AgentsAndTunnelsAreOnTheListOfEveryRun) {
    std::string text{test::kTwoNodes};
    text.replace(text.find(R"("demands")"), 9, R"("agents": [ { "link": "fibre", "from": "a", "to": "b",
        "rotation": { "every": "5 s", "first": "5 s", "resync": "1 s" }, "wireguard": {} } ], "demands")");
    auto const s = test::scenario(text);
    auto const first = test::run_world(s, "figures1.h5", 1), second = test::run_world(s, "figures2.h5", 2);
    auto const a = run_figures(s, first.summary), b = run_figures(s, second.summary);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i)
        EXPECT_TRUE(a[i].of == b[i].of && a[i].name == b[i].name && a[i].unit == b[i].unit);
    auto const value = [&](std::string const& of, std::string const& name, std::string const& unit) {
        for (auto const& figure : a)
            if (figure.of == of && figure.name == name && figure.unit == unit) return figure.value;
        ADD_FAILURE() << "no " << of << " " << name << " in " << unit;
        return -1.0;
    };
    EXPECT_EQ(value("agents fibre", "keys", "1"), 3) << "at 5, 10 and 15 s";
    EXPECT_GT(value("agents fibre", "mismatch", "s"), 0);
    EXPECT_LT(value("agents fibre", "mismatch", "s"), 4);
    EXPECT_NEAR(value("agent_tunnels fibre", "without key", "s"), 20, 0.1) << "the first session is not renewed yet";
}

} // namespace
} // namespace qkdes
