// Threads that run tasks given to them one by one, for a process that has something else to do meanwhile: to talk with
// other processes.
#pragma once
#include "sim/study/task_runner.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace qkdes {

class WorkerThreads {
  public:
    /// `study` outlives it; `jobs` >= 1.
    WorkerThreads(StudySpec const& study, unsigned jobs);
    /// Ends what is running.
    ~WorkerThreads();

    void give(std::uint64_t number, StudyTask task);
    /// A finished task's number and outcome, if there is one; waits for it up to `patience`.
    std::optional<std::pair<std::uint64_t, TaskOutcome>> take(std::chrono::microseconds patience);

  private:
    void work(std::stop_token over);

    StudySpec const& study_;
    std::atomic<bool> stop_{false};
    std::mutex mutex_;
    std::condition_variable_any given_;
    std::condition_variable finished_;
    std::deque<std::pair<std::uint64_t, StudyTask>> tasks_;
    std::deque<std::pair<std::uint64_t, TaskOutcome>> outcomes_;
    std::vector<std::jthread> threads_; // last: they use what is above
};

} // namespace qkdes
