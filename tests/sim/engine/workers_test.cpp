// The pool and what stands on it. All of it also runs under the thread sanitizer (tools/test).
#include "sim/base/hash.hpp"
#include "sim/engine/prefetch.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace qkdes {
namespace {

/// A block whose result depends on every step of its computation.
std::uint64_t block(std::uint64_t link, std::uint64_t index) {
    RunningHash hash;
    for (std::uint64_t i = 0; i < 500 + (link * 7 + index) % 5 * 500; ++i)
        hash.add(link << 32 | index);
    return hash.value();
}

/// A gate that holds a computation until the test opens it.
class Gate {
  public:
    void open() { opened_.set_value(); }
    void wait() const { future_.wait(); }

  private:
    std::promise<void> opened_;
    std::shared_future<void> future_ = opened_.get_future().share();
};

/// A task that is any callable.
struct Step final : WorkerPool::Task {
    Step(WorkerPool::Group& group, std::function<void()> f) : Task{group}, function{std::move(f)} {}
    void run() noexcept override { function(); }
    std::function<void()> function;
};

std::uint64_t run_links(unsigned jobs, std::uint64_t links, std::uint64_t blocks) {
    WorkerPool pool{jobs};
    std::vector<std::unique_ptr<Prefetch<std::uint64_t>>> ahead;
    for (std::uint64_t link = 0; link < links; ++link)
        ahead.push_back(std::make_unique<Prefetch<std::uint64_t>>(
            pool, [link](std::uint64_t index) { return block(link, index); }, 1 + link % 4));
    RunningHash hash;
    for (std::uint64_t index = 0; index < blocks; ++index)
        for (std::uint64_t link = 0; link < links; ++link) {
            if ((index + link) % 7 == 3) continue; // some blocks are never wanted: the link was down
            if ((index + link) % 11 == 5)          // from here on other conditions
                ahead[link]->restart([link, index](std::uint64_t i) { return block(link + 1000 * index, i); });
            hash.add(ahead[link]->take(index));
        }
    return hash.value();
}

// Turns red when a result made before restart() is handed out after it, or results are taken in order of completion.
TEST(Prefetch, SameResultsForAnyNumberOfJobs) {
    std::uint64_t const alone = run_links(1, 50, 60);
    for (unsigned jobs : {2u, 3u, 5u})
        EXPECT_EQ(run_links(jobs, 50, 60), alone) << jobs;
}

TEST(Prefetch, HundredsOfLinks) { EXPECT_EQ(run_links(3, 400, 5), run_links(1, 400, 5)); }

TEST(WorkerPool, OneJobHasNoThreadsAndComputesNothingAhead) {
    WorkerPool pool{1};
    EXPECT_EQ(pool.jobs(), 1u);
    auto const here = std::this_thread::get_id();
    std::vector<std::uint64_t> computed;
    Prefetch<std::uint64_t> prefetch{pool,
                                     [&](std::uint64_t index) {
                                         EXPECT_EQ(std::this_thread::get_id(), here);
                                         computed.push_back(index);
                                         return index;
                                     },
                                     8};
    for (std::uint64_t index : {0u, 1u, 5u})
        EXPECT_EQ(prefetch.take(index), index);
    EXPECT_EQ(computed, (std::vector<std::uint64_t>{0, 1, 5}));
}

// Turns red when look_ahead() goes further than depth beyond the last index taken.
TEST(Prefetch, LooksNoFurtherAheadThanItsDepth) {
    WorkerPool pool{3};
    std::atomic<std::uint64_t> highest{0};
    std::atomic<int> runs{0};
    {
        Prefetch<int> prefetch{pool,
                               [&](std::uint64_t index) {
                                   std::uint64_t seen = highest.load();
                                   while (seen < index && !highest.compare_exchange_weak(seen, index)) {
                                   }
                                   return ++runs, 0;
                               },
                               4};
        for (std::uint64_t index = 0; index < 100; ++index) {
            prefetch.take(index);
            EXPECT_LE(highest.load(), index + 4);
        }
    }
    EXPECT_LE(runs.load(), 104);
    EXPECT_GE(runs.load(), 100);
}

TEST(Prefetch, ExceptionOfABlockComesOutOfItsTake) {
    for (unsigned jobs : {1u, 2u, 3u}) {
        WorkerPool pool{jobs};
        Prefetch<std::string> prefetch{pool,
                                       [](std::uint64_t index) -> std::string {
                                           if (index == 3) throw std::runtime_error{"block 3"};
                                           return std::to_string(index);
                                       },
                                       4};
        EXPECT_EQ(prefetch.take(2), "2");
        EXPECT_THROW(prefetch.take(3), std::runtime_error);
        EXPECT_EQ(prefetch.take(4), "4");
    }
}

// The only worker is held in the wanted task; the loop, instead of sleeping, runs the other one, which lets the worker
// go on. Turns red (hangs, until ctest's limit) when help_until_done() waits without helping.
TEST(WorkerPool, TheWaitingLoopHelpsWithOtherTasks) {
    WorkerPool pool{2};
    WorkerPool::Group group;
    Gate begun, gate;
    std::thread::id helper;
    auto const wanted = std::make_shared<Step>(group, [&] {
        begun.open();
        gate.wait();
    });
    auto const other = std::make_shared<Step>(group, [&] {
        helper = std::this_thread::get_id();
        gate.open();
    });
    pool.offer(wanted, 0);
    begun.wait();
    EXPECT_FALSE(pool.withdraw(wanted));
    pool.offer(other, 7);
    pool.help_until_done(*wanted);
    EXPECT_EQ(helper, std::this_thread::get_id());
    pool.wait_until_idle(group);
}

// Turns red (use after free under the sanitizers) when the destructor does not wait for blocks that were begun, those
// that restart() forgot included.
TEST(Prefetch, DestructorWaitsForWhatIsRunning) {
    for (int round = 0; round < 50; ++round) {
        WorkerPool pool{3};
        auto data = std::make_unique<std::vector<std::uint64_t>>(1000, 1);
        std::atomic<int> inside{0};
        {
            auto const slow = [&](std::uint64_t) {
                ++inside;
                std::uint64_t sum = 0;
                for (int i = 0; i < 20; ++i)
                    for (auto const& x : *data)
                        sum += x;
                --inside;
                return sum;
            };
            Prefetch<std::uint64_t> prefetch{pool, slow, 6};
            if (round % 2 == 0) prefetch.restart(slow);
            if (round % 3 == 0) {
                EXPECT_EQ(prefetch.take(0), 20'000u);
            }
        }
        EXPECT_EQ(inside.load(), 0);
        data.reset();
    }
}

// Turns red when the queue is first come, first served: then all of a's needs go before b's nearest.
TEST(WorkerPool, ServesTheNearestNeedOfEveryOwnerFirst) {
    WorkerPool pool{2};
    WorkerPool::Group group;
    Gate gate, done;
    std::vector<std::string> order; // only the one worker touches it
    auto const offer = [&](std::string name, unsigned urgency) {
        pool.offer(std::make_shared<Step>(group,
                                          [&, name] {
                                              order.push_back(name);
                                              if (order.size() == 6) done.open();
                                          }),
                   urgency);
    };
    pool.offer(std::make_shared<Step>(group, [&] { gate.wait(); }), 0);
    for (std::string owner : {"a", "b"})
        for (unsigned lead : {0u, 1u, 2u})
            offer(owner + std::to_string(lead), lead);
    gate.open();
    done.wait();
    EXPECT_EQ(order, (std::vector<std::string>{"a0", "b0", "a1", "b1", "a2", "b2"}));
    pool.wait_until_idle(group);
}

TEST(WorkerPool, AWithdrawnTaskIsNotRun) {
    WorkerPool pool{2};
    WorkerPool::Group group;
    Gate gate;
    bool ran = false;
    auto const blocker = std::make_shared<Step>(group, [&] { gate.wait(); });
    pool.offer(blocker, 0);
    auto const task = std::make_shared<Step>(group, [&] { ran = true; });
    pool.offer(task, 1);
    EXPECT_TRUE(pool.withdraw(task));
    EXPECT_FALSE(pool.withdraw(task));
    gate.open();
    pool.help_until_done(*blocker);
    pool.wait_until_idle(group);
    EXPECT_FALSE(ran);
}

// A pool whose workers have nothing to do sleeps. Turns red when a worker polls.
TEST(WorkerPool, IdleWorkersUseNoProcessor) {
    WorkerPool pool{3};
    auto const before = std::clock();
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
    EXPECT_LT(std::clock() - before, CLOCKS_PER_SEC / 10); // spinning would use 0.4 s
}

TEST(PrefetchDeathTest, RefusesToGoBack) {
    WorkerPool pool{1};
    Prefetch<int> prefetch{pool, [](std::uint64_t) { return 0; }, 2};
    prefetch.take(3);
    EXPECT_DEATH(prefetch.take(3), "index >= next_");
}

} // namespace
} // namespace qkdes
