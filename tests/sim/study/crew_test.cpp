// Crews: outcomes belong to their tasks whatever the number of threads, and a task that cannot be run fails alone.
// Fails when an outcome lands at another task, when overrides, faults or the replication do not reach the world, when a
// limit is not held, or when stopping waits for the end of a long run.
#include "sim/study/replication.hpp"
#include "sim/study/run_figures.hpp"
#include "sim/study/task_runner.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <set>
#include <thread>

namespace qkdes {
namespace {

StudySpec study_of(std::vector<std::string> const& overrides = {}) {
    StudySpec study;
    study.base = test::scenario(test::kTwoIslands, overrides);
    study.scenario_file = "test.json";
    study.seed = study.base.seed;
    study.figures = {{"link west", "skr", "bit/s"}, {"demand a > d", "served", "1"}};
    return study;
}

bool same(TaskOutcome const& a, TaskOutcome const& b) {
    auto const equal = [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); };
    return a.ok == b.ok && a.reason == b.reason && a.events == b.events && a.violations == b.violations &&
           std::ranges::equal(a.metrics, b.metrics, equal) && std::ranges::equal(a.figures, b.figures, equal);
}

TEST(Crew, GivesWhatARunGives) {
    StudySpec const study = study_of();
    ThreadCrew crew{study, 2};
    std::string const cut = R"({ "name": "cut", "faults": [{ "at": "5 s", "for": "4 s", "cut": "wan" }] })";
    std::vector<StudyTask> const tasks{{{}, "", 0},
                                       {{"/links/0/length=15 km"}, "", 3},
                                       {{}, cut, 0},
                                       {{"/links/0/length=15 km", "/duration=10 s"}, cut, 1}};
    auto const outcomes = crew.run(tasks);
    ASSERT_EQ(outcomes.size(), 4u);
    for (std::size_t i = 0; i < 4; ++i) {
        auto const loaded = load_scenario_text(test::kTwoIslands, "t", tasks[i].overrides,
                                               tasks[i].faults.empty() ? std::vector<NamedText>{}
                                                                       : std::vector<NamedText>{{"cut", cut}});
        ASSERT_TRUE(loaded.ok());
        auto const summary = run_once(*loaded.scenario, replication_seed(study.seed, tasks[i].replication));
        auto const metrics = metrics_of(*loaded.scenario, summary);
        EXPECT_TRUE(outcomes[i].ok) << outcomes[i].reason;
        EXPECT_EQ(outcomes[i].events, summary.events) << i;
        EXPECT_EQ(outcomes[i].metrics[0], metrics[0]) << i;
        EXPECT_EQ(outcomes[i].violations, 0u);
        ASSERT_EQ(outcomes[i].figures.size(), 2u);
        for (auto const& figure : run_figures(*loaded.scenario, summary)) {
            if (figure.of == "link west" && figure.name == "skr") {
                EXPECT_EQ(outcomes[i].figures[0], figure.value);
            }
            if (figure.of == "demand a > d" && figure.name == "served") {
                EXPECT_EQ(outcomes[i].figures[1], figure.value);
            }
        }
    }
    EXPECT_LT(outcomes[2].figures[1], outcomes[0].figures[1]) << "the cut is felt";
    EXPECT_NE(outcomes[1].figures[0], outcomes[0].figures[0]) << "so is the length";
}

TEST(Crew, OutcomesDoNotDependOnTheNumberOfThreads) {
    StudySpec const study = study_of({"/duration=5 s"});
    std::vector<StudyTask> tasks;
    for (std::uint64_t i = 0; i < 24; ++i)
        tasks.push_back({{"/links/0/length=" + std::to_string(5 + i / 3) + " km"}, "", i % 3});
    ThreadCrew one{study, 1}, four{study, 4};
    std::set<std::size_t> begun, arrived;
    auto const a = one.run(tasks);
    auto const b = four.run(tasks, {[&](std::size_t i) { begun.insert(i); },
                                    [&](std::size_t i, TaskOutcome const&) {
                                        EXPECT_TRUE(begun.contains(i));
                                        EXPECT_TRUE(arrived.insert(i).second);
                                    }});
    for (std::size_t i = 0; i < tasks.size(); ++i)
        EXPECT_TRUE(same(a[i], b[i])) << i;
    EXPECT_EQ(arrived.size(), tasks.size());
}

TEST(Crew, ATaskThatCannotRunFailsAlone) {
    StudySpec study = study_of({"/duration=5 s"});
    study.limits.events = 1'000'000;
    ThreadCrew crew{study, 2};
    auto const outcomes = crew.run(std::vector<StudyTask>{
        {{"/links/0/length=15"}, "", 0},
        {{"/links/9/length=15 km"}, "", 0},
        {{}, "{", 0},
        {{}, R"({ "name": "x", "faults": [{ "at": "1 s", "for": "1 s", "cut": "nowhere" }] })", 0},
        {{"/demands/0/arrivals/poisson=1e6 /s"}, "", 0},
        {{}, "", 0},
    });
    EXPECT_EQ(outcomes[0].reason, "/links/0/length: 15 has no unit, because every physical quantity in a scenario is a "
                                  "string with its unit");
    EXPECT_TRUE(outcomes[1].reason.starts_with("/links/9/length: \"9\" is not a position")) << outcomes[1].reason;
    EXPECT_TRUE(outcomes[2].reason.starts_with("the task's faults: ")) << outcomes[2].reason;
    EXPECT_TRUE(outcomes[3].reason.starts_with("/faults/0/cut: ")) << outcomes[3].reason;
    EXPECT_EQ(outcomes[4].reason, "more than 1000000 events");
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_FALSE(outcomes[i].ok);
        EXPECT_TRUE(std::isnan(outcomes[i].metrics[0]));
        EXPECT_EQ(outcomes[i].figures.size(), 2u);
        EXPECT_EQ(outcomes[i].reason.find('\n'), std::string::npos);
    }
    EXPECT_TRUE(outcomes[5].ok) << outcomes[5].reason;
}

TEST(Crew, TheLimitOfEventsIsExact) {
    StudySpec study = study_of({"/duration=1 s"});
    ThreadCrew crew{study, 1};
    std::vector<StudyTask> const task{{{}, "", 0}};
    auto const events = crew.run(task)[0].events;
    study.limits.events = events;
    EXPECT_TRUE(crew.run(task)[0].ok);
    study.limits.events = events - 1;
    EXPECT_FALSE(crew.run(task)[0].ok);
}

TEST(Crew, TheLimitOfTimeEndsARun) {
    StudySpec study = study_of({"/duration=100 d"});
    study.limits.wall = std::chrono::milliseconds{200};
    ThreadCrew crew{study, 1};
    auto const outcome = crew.run(std::vector<StudyTask>{{{}, "", 0}})[0];
    EXPECT_FALSE(outcome.ok);
    EXPECT_EQ(outcome.reason, "took longer than 200 ms of wall time");
}

TEST(Crew, StopsInTheMiddleOfALongRun) {
    StudySpec const study = study_of({"/duration=100 d"});
    ThreadCrew crew{study, 2};
    std::vector<StudyTask> const tasks{{{"/duration=1 s"}, "", 0}, {{}, "", 0}, {{}, "", 1}, {{}, "", 2}};
    std::size_t arrived = 0;
    std::jthread const later{[&] {
        std::this_thread::sleep_for(std::chrono::milliseconds{300});
        crew.stop();
    }};
    EXPECT_THROW((void)crew.run(tasks, {{},
                                        [&](std::size_t i, TaskOutcome const&) {
                                            EXPECT_EQ(i, 0u);
                                            ++arrived;
                                        }}),
                 CrewStopped);
    EXPECT_EQ(arrived, 1u);
}

TEST(Crew, WhatAHookThrowsComesOut) {
    StudySpec const study = study_of({"/duration=1 s"});
    ThreadCrew crew{study, 2};
    std::vector<StudyTask> const tasks(8);
    EXPECT_THROW((void)crew.run(tasks, {{}, [](std::size_t, TaskOutcome const&) { throw std::runtime_error{"full"}; }}),
                 std::runtime_error);
}

} // namespace
} // namespace qkdes
