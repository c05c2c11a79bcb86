#include "sim/engine/workers.hpp"

#include "sim/base/contracts.hpp"

#include <utility>

namespace qkdes {

WorkerPool::WorkerPool(unsigned jobs) {
    QKDES_EXPECTS(jobs >= 1);
    threads_.reserve(jobs - 1);
    for (unsigned i = 1; i < jobs; ++i)
        threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
    {
        std::lock_guard const lock{mutex_};
        QKDES_EXPECTS(queue_.empty());
        closing_ = true;
    }
    offered_.notify_all();
    for (auto& thread : threads_)
        thread.join();
}

void WorkerPool::offer(std::shared_ptr<Task> task, unsigned urgency) {
    {
        std::lock_guard const lock{mutex_};
        QKDES_EXPECTS(task->state_ == Task::State::idle);
        task->state_ = Task::State::queued;
        task->urgency_ = urgency;
        task->ticket_ = tickets_++;
        queue_.insert(std::move(task));
    }
    offered_.notify_one();
}

bool WorkerPool::withdraw(std::shared_ptr<Task> const& task) {
    std::lock_guard const lock{mutex_};
    if (task->state_ != Task::State::queued) return false;
    queue_.erase(task);
    task->state_ = Task::State::idle;
    return true;
}

void WorkerPool::help_until_done(Task const& task) {
    std::unique_lock lock{mutex_};
    QKDES_EXPECTS(task.state_ != Task::State::idle);
    while (task.state_ != Task::State::done) {
        if (queue_.empty())
            finished_.wait(lock);
        else
            run_first(lock);
    }
}

void WorkerPool::wait_until_idle(Group const& group) {
    std::unique_lock lock{mutex_};
    finished_.wait(lock, [&] { return group.running == 0; });
}

void WorkerPool::work() {
    std::unique_lock lock{mutex_};
    for (;;) {
        offered_.wait(lock, [this] { return closing_ || !queue_.empty(); });
        if (queue_.empty()) return;
        run_first(lock);
    }
}

void WorkerPool::run_first(std::unique_lock<std::mutex>& lock) {
    std::shared_ptr<Task> task = std::move(queue_.extract(queue_.begin()).value());
    task->state_ = Task::State::running;
    ++task->group_.running;
    lock.unlock();
    task->run();
    lock.lock();
    task->state_ = Task::State::done;
    Group& group = task->group_;
    task.reset(); // before the owner may go: what a forgotten task captured dies here
    --group.running;
    finished_.notify_all();
}

} // namespace qkdes
