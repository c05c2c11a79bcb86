// Runs a scenario into a temporary results file.
#pragma once
#include "sim/record/recorder.hpp"
#include "sim/world/world.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <unistd.h>

namespace qkdes::test {

/// A folder of this process's own, gone when the test program ends well.
inline std::filesystem::path scratch(std::string const& name) {
    static std::filesystem::path const folder = [] {
        auto const f = std::filesystem::temp_directory_path() / ("qkdes-test-" + std::to_string(::getpid()));
        std::filesystem::create_directories(f);
        return f;
    }();
    return folder / name;
}

struct WorldRun {
    RunSummary summary;
    std::filesystem::path file;
    std::uint64_t requests = 0, served = 0;
};

inline WorldRun run_world(Scenario const& scenario, std::string const& name, std::uint64_t seed, unsigned jobs = 1,
                          int steps = 1) {
    Manifest manifest;
    manifest.name = scenario.name;
    manifest.scenario = scenario.text;
    manifest.seed = seed;
    auto recorder = Recorder::open(scratch(name), manifest);
    EXPECT_TRUE(recorder.ok()) << to_string(recorder.error());
    WorldRun run;
    {
        World world{scenario, seed, *recorder, jobs};
        for (int s = 1; s <= steps; ++s)
            world.run_until(kSimStart + SimDuration{scenario.duration.count() / steps * s});
        world.run_until(kSimStart + scenario.duration);
        run.summary = world.finish();
    }
    auto const file = recorder->finish(Outcome::finished());
    EXPECT_TRUE(file.ok());
    run.file = file.value();
    for (auto const& demand : run.summary.demands) {
        run.requests += demand.requests;
        run.served += demand.served;
    }
    return run;
}

} // namespace qkdes::test
