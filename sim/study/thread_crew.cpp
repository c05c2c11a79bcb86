#include "sim/study/task_runner.hpp"

#include "sim/base/contracts.hpp"

#include <mutex>
#include <thread>

namespace qkdes {

ThreadCrew::ThreadCrew(StudySpec const& study, unsigned jobs) : study_{study}, jobs_{jobs} { QKDES_EXPECTS(jobs >= 1); }

std::vector<TaskOutcome> ThreadCrew::do_run(std::span<StudyTask const> tasks, CrewHooks const& hooks) {
    std::vector<TaskOutcome> outcomes(tasks.size());
    std::mutex telling; // guards `next`, `failure` and the hooks
    std::size_t next = 0;
    std::exception_ptr failure; // of a hook
    auto const work = [&] {
        TaskRunner runner{study_, stop_flag()};
        std::unique_lock lock{telling};
        while (!stopped() && !failure && next < tasks.size()) {
            std::size_t const i = next++;
            try {
                if (hooks.begun) hooks.begun(i);
                lock.unlock();
                auto outcome = runner.run(tasks[i]);
                lock.lock();
                if (!outcome) return;
                outcomes[i] = std::move(*outcome);
                if (hooks.arrived) hooks.arrived(i, outcomes[i]);
            } catch (...) {
                if (!lock.owns_lock()) lock.lock();
                failure = std::current_exception();
            }
        }
    };
    {
        std::vector<std::jthread> helpers;
        for (std::size_t j = 1; j < jobs_ && j < tasks.size(); ++j)
            helpers.emplace_back(work);
        work();
    } // the helpers join
    if (failure) std::rethrow_exception(failure);
    if (stopped()) throw CrewStopped{};
    return outcomes;
}

} // namespace qkdes
