// Designs of sweeps against what can be worked out by hand, and what a sweep makes of its outcomes. Fails when a point
// gets another point's values, a design is less even than it promises, a wildcard misses an item, or when a mean takes
// a failed run in.
#include "sim/record/compare.hpp"
#include "sim/scenario/load_study.hpp"
#include "sim/study/sweep.hpp"
#include "tests/support/run_world.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace qkdes {
namespace {

StudySpec study(std::string const& sweep, std::string const& more = "") {
    auto loaded = load_study_text(R"({ "scenario": "../two-islands.json", )" + more + R"("sweep": )" + sweep + " }",
                                  QKDES_SOURCE_DIR "/scenarios/studies/test.json");
    EXPECT_TRUE(loaded.ok()) << format_diagnostics(loaded.diagnostics);
    return loaded.ok() ? std::move(*loaded.study) : StudySpec{};
}

using Texts = std::vector<std::string>;

TEST(SweepPoints, OfAGridAreEveryCombination) {
    auto const s = study(R"({ "axes": [
        { "at": "/links/0/length", "from": "20 km", "to": "80 km", "steps": 3 },
        { "at": ["/demands/*/arrivals/poisson", "/demands/0/arrivals/poisson"], "from": "0.1 /s", "to": "10 /s", "steps": 3, "scale": "log" },
        { "at": "/routing/policy", "values": ["widest", "key-aware"] } ] })");
    SweepPoints const points{*s.sweep, 1};
    ASSERT_EQ(points.points(), 18u);
    EXPECT_EQ(points.overrides(0),
              (Texts{"/links/0/length=\"20 km\"", "/demands/0/arrivals/poisson=\"0.1 /s\"",
                     "/demands/1/arrivals/poisson=\"0.1 /s\"", "/demands/2/arrivals/poisson=\"0.1 /s\"",
                     "/demands/0/arrivals/poisson=\"0.1 /s\"", "/routing/policy=\"widest\""}));
    EXPECT_EQ(points.values(1)[2].json, "\"key-aware\"") << "the last axis changes fastest";
    EXPECT_EQ(points.values(9)[0].json, "\"50 km\"");
    EXPECT_EQ(points.values(9)[0].number, 50);
    EXPECT_EQ(points.values(9)[1].json, "\"1 /s\"");
    EXPECT_EQ(points.values(17)[1].json, "\"10 /s\"");
    std::set<Texts> all;
    for (std::uint64_t p = 0; p < 18; ++p)
        all.insert(points.overrides(p));
    EXPECT_EQ(all.size(), 18u);
    EXPECT_TRUE(s.sweep->axes[0].numeric);
    EXPECT_EQ(s.sweep->axes[1].unit, "/s");
    EXPECT_FALSE(s.sweep->axes[2].numeric);
    EXPECT_EQ(s.sweep->axes[1].name, "demands._.arrivals.poisson");
}

TEST(SweepPoints, OfAListGoTogether) {
    auto const s = study(R"({ "design": "list", "axes": [
        { "at": "/links/0/length", "values": ["20 km", "500 m"] }, { "at": "/demands/0/number", "from": 1, "to": 3, "steps": 2 } ] })");
    SweepPoints const points{*s.sweep, 1};
    ASSERT_EQ(points.points(), 2u);
    EXPECT_EQ(points.overrides(0), (Texts{"/links/0/length=\"20 km\"", "/demands/0/number=1"}));
    EXPECT_EQ(points.overrides(1), (Texts{"/links/0/length=\"500 m\"", "/demands/0/number=3"}));
    EXPECT_FALSE(s.sweep->axes[0].numeric) << "two units are no column of numbers";
}

TEST(SweepPoints, StepsAreWrittenRound) {
    auto const s =
        study(R"({ "axes": [{ "at": "/links/0/attenuation", "from": "0.1 dB/km", "to": "0.4 dB/km", "steps": 4 }] })");
    SweepPoints const points{*s.sweep, 1};
    EXPECT_EQ(points.values(2)[0].json, "\"0.3 dB/km\"");
}

/// How many points each of `parts` equal parts of an axis from 0 to 1 has.
std::vector<int> counts(SweepPoints const& points, std::uint64_t first, std::uint64_t count, std::size_t axis,
                        std::size_t parts) {
    std::vector<int> out(parts);
    for (std::uint64_t p = first; p < first + count; ++p)
        ++out[std::min(parts - 1,
                       static_cast<std::size_t>((points.values(p)[axis].number - 1) * static_cast<double>(parts)))];
    return out;
}

std::string sampled(std::string const& design, int points) {
    std::string axes;
    for (auto const* at : {"/links/0/length", "/links/0/components_loss", "/links/2/length"})
        axes += std::string{axes.empty() ? "" : ", "} + R"({ "at": ")" + at + R"(", "from": "1 )" +
                (std::string{at}.ends_with("loss") ? "dB" : "km") + R"(", "to": "2 )" +
                (std::string{at}.ends_with("loss") ? "dB" : "km") + R"(" })";
    return R"({ "design": ")" + design + R"(", "points": )" + std::to_string(points) + R"(, "axes": [)" + axes + "] }";
}

TEST(SweepPoints, OfALatinHypercubeHaveOneInEveryPart) {
    auto const s = study(sampled("latin-hypercube", 37));
    SweepPoints const points{*s.sweep, 1}, other{*s.sweep, 2}, same{*s.sweep, 1};
    for (std::size_t a = 0; a < 3; ++a)
        EXPECT_EQ(counts(points, 0, 37, a, 37), std::vector<int>(37, 1));
    EXPECT_EQ(points.overrides(5), same.overrides(5));
    EXPECT_NE(points.overrides(5), other.overrides(5));
    int alike = 0; // two axes ordered the same way would be one
    for (std::uint64_t p = 0; p < 37; ++p)
        alike += std::abs(points.values(p)[0].number - points.values(p)[1].number) < 1.0 / 37;
    EXPECT_LT(alike, 10);
}

TEST(SweepPoints, OfASobolSequenceAreEven) {
    auto const s = study(sampled("sobol", 96));
    SweepPoints const points{*s.sweep, 1}, other{*s.sweep, 2};
    for (std::size_t a = 0; a < 3; ++a) {
        EXPECT_EQ(counts(points, 0, 64, a, 64), std::vector<int>(64, 1));
        EXPECT_EQ(counts(points, 64, 32, a, 32), std::vector<int>(32, 1));
    }
    // The first two dimensions are a (0, 2)-sequence: every elementary box of area 1/64 holds one of 64 points.
    for (int k = 0; k <= 6; ++k) {
        std::set<std::pair<int, int>> boxes;
        for (std::uint64_t p = 0; p < 64; ++p)
            boxes.insert({static_cast<int>((points.values(p)[0].number - 1) * (1 << k)),
                          static_cast<int>((points.values(p)[1].number - 1) * (1 << (6 - k)))});
        EXPECT_EQ(boxes.size(), 64u) << k;
    }
    EXPECT_NE(points.overrides(0), other.overrides(0)) << "the seed shifts it";
}

TEST(SweepPoints, TooManyAreCountedNotMade) {
    std::string axes;
    for (int a = 0; a < 5; ++a)
        axes += std::string{a == 0 ? "" : ", "} + R"({ "name": "a)" + std::to_string(a) +
                R"(", "at": "/links/0/length", "from": "1 km", "to": "2 km", "steps": 100000 })";
    EXPECT_EQ(study(R"({ "axes": [)" + axes + "] }").sweep->points, ~std::uint64_t{0});
}

/// Says of each task what its texts say, and fails those of replication 1 at 30 km.
class Echo final : public Crew {
  public:
    std::size_t workers() const override { return 1; }
    std::size_t ran = 0;

  private:
    std::vector<TaskOutcome> do_run(std::span<StudyTask const> tasks, CrewHooks const& hooks) override {
        std::vector<TaskOutcome> out;
        for (auto const& task : tasks) {
            TaskOutcome outcome;
            bool const far = task.overrides.front().find("30 km") != std::string::npos;
            if (far && task.replication == 1) {
                StudySpec one;
                one.figures.resize(1);
                outcome = TaskOutcome::failed(one, "too far");
            } else {
                outcome.ok = true;
                outcome.metrics.fill(far ? 3 : 2);
                outcome.metrics[1] = static_cast<double>(task.replication);
                outcome.figures = {10.0 * static_cast<double>(task.replication)};
                outcome.events = 7;
            }
            if (hooks.arrived) hooks.arrived(out.size(), outcome);
            out.push_back(outcome);
            ++ran;
        }
        return out;
    }
};

TEST(Sweep, GathersWhatItsRunsSay) {
    auto const s = study(R"({ "axes": [{ "at": "/links/0/length", "values": ["20 km", "30 km"] }] })",
                         R"("replications": 3, "figures": [{ "of": "link vigo-santiago", "figure": "skr" }], )");
    SweepPoints const points{*s.sweep, s.seed};
    Echo crew;
    std::vector<std::size_t> told;
    auto const result = run_sweep(s, points, crew, {{}, [&](std::size_t i, TaskOutcome const&) { told.push_back(i); }});
    EXPECT_EQ(told, (std::vector<std::size_t>{0, 1, 2, 3, 4, 5}));
    EXPECT_EQ(result.failed(0), 0u);
    EXPECT_EQ(result.failed(1), 1u);
    EXPECT_EQ(result.failed(), 1u);
    EXPECT_EQ(result.reason(1), "too far");
    EXPECT_EQ(result.estimate(0, 0)->value, 2);
    EXPECT_EQ(result.estimate(1, 0)->value, 3);
    EXPECT_EQ(result.estimate(0, 1)->value, 1);
    EXPECT_EQ(result.estimate(0, 1)->count, 3u);
    EXPECT_NEAR(result.estimate(0, 1)->high - 1, 4.3027 / std::sqrt(3.0), 1e-4) << "t(2; 0.975) s / sqrt(3), s = 1";
    EXPECT_EQ(result.estimate(1, 1)->count, 2u);
    EXPECT_EQ(result.estimate(1, 1)->value, 1) << "of replications 0 and 2";
    EXPECT_EQ(result.estimate(0, kMetrics)->value, 10);
    EXPECT_EQ(measured_figures(s).back().name, "link vigo-santiago skr");
}

TEST(Sweep, WorldsGiveTheSameFileForAnyNumberOfThreads) {
    auto const s = study(R"({ "axes": [{ "at": "/links/0/length", "values": ["20 km", "-3 km", "40 km"] },
                                       { "at": "/routing/policy", "values": ["widest"] }] })",
                         R"("set": { "/duration": "20 min", "/kem": "modelled", "/faults": [] }, "replications": 2, )");
    SweepPoints const points{*s.sweep, s.seed};
    auto const bad = check_points(s, points, points.points(), 2);
    ASSERT_EQ(bad.size(), 1u);
    EXPECT_EQ(bad[0].point, 1u);
    EXPECT_TRUE(bad[0].reason.starts_with("/links/0/length: ")) << bad[0].reason;
    auto const file = [&](unsigned jobs) {
        ThreadCrew crew{s, jobs};
        auto const result = run_sweep(s, points, crew);
        EXPECT_EQ(result.failed(), 2u);
        auto recorder = Recorder::open(test::scratch("sweep-" + std::to_string(jobs) + ".h5"), {});
        EXPECT_TRUE(recorder.ok());
        record_sweep(*recorder, result);
        return recorder->finish(Outcome::finished()).value();
    };
    auto const one = file(1), three = file(3);
    auto const differences = compare_results(one, three);
    ASSERT_TRUE(differences.ok());
    EXPECT_TRUE(differences->empty()) << to_string(differences->front());
}

} // namespace
} // namespace qkdes
