// Threads for pure computations that the event loop will want soon, claimed by workers and by the loop itself when it
// would have to wait. Users want Prefetch (prefetch.hpp); this is what it stands on.
//
// Holds:      results never depend on who computes them or when: tasks are pure, and the loop takes results by index.
//             Nobody spins: workers and waiting loops sleep. A pool of one job has no threads and never runs a task
//             itself.
// Leaves out: cancelling a task that has begun; nested waiting (a task never waits for another).
// Checked:    tests/sim/engine/workers_test.cpp, also under the thread sanitizer.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace qkdes {

class WorkerPool {
  public:
    /// Counts the tasks of one owner that are being run, so that the owner can outlive them.
    struct Group {
        std::size_t running = 0; ///< guarded by the pool
    };

    /// One computation. Run at most once.
    class Task {
      public:
        explicit Task(Group& group) : group_{group} {}
        virtual ~Task() = default;
        virtual void run() noexcept = 0;

      private:
        friend class WorkerPool;
        enum class State : std::uint8_t { idle, queued, running, done };
        Group& group_;
        State state_ = State::idle; // guarded by the pool, as are the next two
        unsigned urgency_ = 0;
        std::uint64_t ticket_ = 0;
    };

    /// `jobs` threads of work in all, the caller's own included; at least 1.
    explicit WorkerPool(unsigned jobs);
    /// Every owner of tasks must be gone.
    ~WorkerPool();
    WorkerPool(WorkerPool const&) = delete;
    WorkerPool& operator=(WorkerPool const&) = delete;

    unsigned jobs() const { return static_cast<unsigned>(threads_.size()) + 1; }

    /// Offers a task to the workers. Smaller `urgency` goes first, and among equals the first offered: with hundreds of
    /// owners that each offer their nearest need as most urgent, all are served in turn.
    void offer(std::shared_ptr<Task> task, unsigned urgency);
    /// True if nobody had begun it: it is the caller's again, to run or to forget.
    bool withdraw(std::shared_ptr<Task> const& task);
    /// Returns when an offered task is done; runs other offered tasks, of any owner, while it is not.
    void help_until_done(Task const& task);
    /// Returns when no task of the group is being run. Offered tasks of the group must have been withdrawn.
    void wait_until_idle(Group const& group);

  private:
    struct MoreUrgent {
        bool operator()(std::shared_ptr<Task> const& a, std::shared_ptr<Task> const& b) const {
            return a->urgency_ != b->urgency_ ? a->urgency_ < b->urgency_ : a->ticket_ < b->ticket_;
        }
    };

    void work();
    void run_first(std::unique_lock<std::mutex>& lock);

    std::mutex mutex_;
    std::condition_variable offered_;  // workers sleep on it
    std::condition_variable finished_; // loops sleep on it
    std::set<std::shared_ptr<Task>, MoreUrgent> queue_;
    std::uint64_t tickets_ = 0;
    bool closing_ = false;
    std::vector<std::thread> threads_;
};

} // namespace qkdes
