#include "sim/study/replication.hpp"

#include "sim/base/contracts.hpp"
#include "sim/base/rng.hpp"
#include "sim/record/recorder.hpp"
#include "sim/world/world.hpp"

#include <atomic>
#include <limits>
#include <mutex>
#include <thread>

namespace qkdes {

std::uint64_t replication_seed(std::uint64_t seed, std::uint64_t replication) {
    return replication == 0 ? seed : RngStream{seed, "replication", replication}.next();
}

RunSummary run_once(Scenario const& scenario, std::uint64_t world_seed, System* watcher, BlockLibrary* library) {
    Recorder recorder = Recorder::nowhere();
    RunSummary summary;
    {
        World world{scenario, world_seed, recorder, 1, library};
        if (watcher != nullptr) world.observe(*watcher);
        world.run_until(kSimStart + scenario.duration);
        summary = world.finish();
    }
    (void)recorder.finish(Outcome::finished());
    return summary;
}

void run_parallel(std::size_t count, unsigned jobs, std::function<void(std::size_t)> const& run,
                  StudyProgress const& progress) {
    QKDES_EXPECTS(jobs >= 1);
    std::atomic<std::size_t> next{0};
    std::atomic<bool> go_on{true};
    std::mutex telling;
    std::size_t done = 0;
    auto const work = [&] {
        for (std::size_t i; go_on && (i = next++) < count;) {
            run(i);
            std::lock_guard const lock{telling};
            ++done;
            if (progress && !progress(done)) go_on = false;
        }
    };
    std::vector<std::jthread> helpers;
    for (unsigned j = 1; j < jobs && j < count; ++j)
        helpers.emplace_back(work);
    work();
} // the helpers join

void run_each(std::span<Task const> tasks, unsigned jobs,
              std::function<void(std::size_t, RunSummary const&)> const& take, StudyProgress const& progress) {
    run_parallel(
        tasks.size(), jobs,
        [&](std::size_t i) { take(i, run_once(*tasks[i].scenario, tasks[i].seed, nullptr, tasks[i].library)); },
        progress);
}

void run_each_logged(std::span<Task const> tasks, unsigned jobs,
                     std::function<void(std::size_t, RunSummary const&, AnswerLog const&)> const& take,
                     StudyProgress const& progress) {
    auto const run = [&](std::size_t i) {
        AnswerLog log{*tasks[i].scenario};
        RunSummary const summary = run_once(*tasks[i].scenario, tasks[i].seed, &log, tasks[i].library);
        take(i, summary, log);
    };
    run_parallel(tasks.size(), jobs, run, progress);
}

std::vector<ReplicationResult> run_tasks(std::span<Task const> tasks, unsigned jobs, StudyProgress const& progress) {
    std::vector<ReplicationResult> results(tasks.size());
    for (auto& result : results)
        result.metrics.fill(std::numeric_limits<double>::quiet_NaN());
    auto const take = [&](std::size_t i, RunSummary const& summary) {
        results[i] = {metrics_of(*tasks[i].scenario, summary), recovery_times(*tasks[i].scenario, summary),
                      summary.violations};
    };
    run_each(tasks, jobs, take, progress);
    return results;
}

} // namespace qkdes
