#include "sim/study/worker_threads.hpp"

#include "sim/base/contracts.hpp"

namespace qkdes {

WorkerThreads::WorkerThreads(StudySpec const& study, unsigned jobs) : study_{study} {
    QKDES_EXPECTS(jobs >= 1);
    for (unsigned j = 0; j < jobs; ++j)
        threads_.emplace_back([this](std::stop_token over) { work(over); });
}

WorkerThreads::~WorkerThreads() {
    stop_ = true;
    for (auto& thread : threads_)
        thread.request_stop();
}

void WorkerThreads::give(std::uint64_t number, StudyTask task) {
    {
        std::lock_guard const lock{mutex_};
        tasks_.emplace_back(number, std::move(task));
    }
    given_.notify_one();
}

std::optional<std::pair<std::uint64_t, TaskOutcome>> WorkerThreads::take(std::chrono::microseconds patience) {
    std::unique_lock lock{mutex_};
    if (!finished_.wait_for(lock, patience, [&] { return !outcomes_.empty(); })) return {};
    auto out = std::move(outcomes_.front());
    outcomes_.pop_front();
    return out;
}

void WorkerThreads::work(std::stop_token over) {
    TaskRunner runner{study_, stop_};
    std::unique_lock lock{mutex_};
    while (given_.wait(lock, over, [&] { return !tasks_.empty(); })) {
        auto [number, task] = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        auto outcome = runner.run(task);
        lock.lock();
        if (!outcome) return;
        outcomes_.emplace_back(number, std::move(*outcome));
        finished_.notify_one();
    }
}

} // namespace qkdes
