// The networks in scenarios/networks come out as scenarios/README.md says, beside what was published of them.
#include "sim/scenario/load.hpp"
#include "sim/study/published.hpp"
#include "tests/support/run_world.hpp"

namespace qkdes {
namespace {

Scenario network(std::string const& name, std::vector<std::string> overrides = {}) {
    overrides.push_back("/kem=modelled");
    LoadResult loaded = load_scenario(std::string{QKDES_SOURCE_DIR "/scenarios/networks/"} + name, overrides);
    EXPECT_TRUE(loaded.ok()) << format_diagnostics(loaded.diagnostics);
    return loaded.ok() ? std::move(*loaded.scenario) : Scenario{};
}

struct NetworkRun {
    test::WorldRun run;
    std::vector<RunFigure> figures;
    std::vector<PublishedComparison> published;
    double value(std::string const& of, std::string const& name) const {
        for (auto const& figure : figures)
            if (figure.of == of && figure.name == name) return figure.value;
        ADD_FAILURE() << "no " << name << " of " << of;
        return -1;
    }
    /// Figures that do not hold.
    std::vector<std::string> short_of() const {
        std::vector<std::string> out;
        for (auto const& one : published)
            if (one.verdict == PublishedVerdict::fell_short)
                out.push_back(one.published.of + " " + one.published.figure);
        return out;
    }
};

NetworkRun run_network(Scenario const& scenario) {
    NetworkRun out;
    out.run = test::run_world(scenario, "network.h5", scenario.seed);
    EXPECT_EQ(out.run.summary.violations, 0u);
    out.figures = run_figures(scenario, out.run.summary);
    out.published = published_beside(scenario, out.figures);
    return out;
}

using Names = std::vector<std::string>;
std::string const kTalk = "demand talker > listener";

/// The first way lasts as long as its store does above what it keeps, at 33 units of 256 bits a second: 32 of pads and
/// one for the tag.
TEST(ShippedNetworks, SecoqcRunsDownAndFindsAnotherWay) {
    auto const run = run_network(network("secoqc-2009.json", {"/duration=65 min"}));
    EXPECT_EQ(run.short_of(), Names{});
    EXPECT_NEAR(run.value(kTalk, "first_reroute"), 3.5 * (1 << 23) / (33 * 256), 30);
    EXPECT_EQ(run.run.summary.demands[0].first_refusal.has_value(), false) << "nobody noticed";
    EXPECT_EQ(run.run.served,
              run.run.requests -
                  run.run.summary.demands[0].outcomes[static_cast<std::size_t>(RequestOutcome::unfinished)]);
}

/// What was not published follows too: half the store above what is kept, half the time; twice the demand, the same.
TEST(ShippedNetworks, SecoqcScalesAsStoresDo) {
    auto const less = run_network(network("secoqc-2009.json", {"/duration=35 min", "/links/1/store/initial=3.75 MiB"}));
    EXPECT_NEAR(less.value(kTalk, "first_reroute"), 1.75 * (1 << 23) / (33 * 256), 30);
    auto const more = run_network(network("secoqc-2009.json", {"/duration=35 min", "/demands/0/number=4"}));
    EXPECT_NEAR(more.value(kTalk, "first_reroute"), 3.5 * (1 << 23) / (65 * 256), 30);
}

/// Three ways, one after the other, until each store is down to what it keeps.
TEST(ShippedNetworks, SecoqcEndsWithWhatIsKeptLong) {
    auto const run = run_network(network("secoqc-2009.json"));
    EXPECT_EQ(run.short_of(), Names{});
    double const used = (3.5 + (6758 - 2048) / 1024. - (6758. - 6144) / 1024 + (3891 - 2048) / 1024.) * (1 << 23);
    EXPECT_NEAR(run.value(kTalk, "first_refusal"), used / (33 * 256), 120);
    for (auto const* link : {"ERD-BRT", "SIE-BRT", "ERD-GUD"})
        EXPECT_NEAR(run.value(std::string{"link "} + link, "held"), 2 << 23, 33 * 256) << link;
}

} // namespace
} // namespace qkdes
