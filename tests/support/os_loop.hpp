// The operating system's side of the ports: a thread that runs what is posted to it and what is due by the steady
// clock, one thing at a time, and the kernel's entropy. What a deployment would bring, small enough for tests.
#pragma once
#include "sim/ports/clock.hpp"
#include "sim/ports/entropy.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <sys/random.h>
#include <thread>
#include <utility>

namespace qkdes::test {

/// call_at and cancel from the loop's own thread or before start; post from any.
class OsLoop final : public Clock {
  public:
    ~OsLoop() override { stop(); }
    void start() {
        thread_ = std::thread{[this] { run(); }};
    }
    void stop() {
        {
            std::lock_guard const lock{mutex_};
            stopping_ = true;
        }
        wake_.notify_one();
        if (thread_.joinable()) thread_.join();
    }
    void post(std::function<void()> task) {
        {
            std::lock_guard const lock{mutex_};
            tasks_.push_back(std::move(task));
        }
        wake_.notify_one();
    }
    void post_and_wait(std::function<void()> task) {
        // Shared: the waiting thread may be gone before set_value returns.
        auto const done = std::make_shared<std::promise<void>>();
        post([done, task = std::move(task)] {
            task();
            done->set_value();
        });
        done->get_future().wait();
    }

    SimTime now() const override {
        return kSimStart + std::chrono::duration_cast<SimDuration>(std::chrono::steady_clock::now() - start_);
    }
    ClockTimer call_at(SimTime deadline, std::function<void()> wake) override {
        ClockTimer const timer = next_++;
        timers_.emplace(std::pair{deadline, timer}, std::move(wake));
        deadlines_.emplace(timer, deadline);
        return timer;
    }
    void cancel(ClockTimer timer) override {
        auto const found = deadlines_.find(timer);
        if (found == deadlines_.end()) return;
        timers_.erase({found->second, timer});
        deadlines_.erase(found);
    }

  private:
    void run() {
        for (;;) {
            while (!timers_.empty() && timers_.begin()->first.first <= now()) {
                auto due = timers_.extract(timers_.begin());
                deadlines_.erase(due.key().second);
                due.mapped()();
            }
            std::unique_lock lock{mutex_};
            auto const ready = [this] { return stopping_ || !tasks_.empty(); };
            if (timers_.empty()) {
                wake_.wait(lock, ready);
            } else {
                auto const idle = std::min<SimDuration>(timers_.begin()->first.first - now(), std::chrono::hours{1});
                wake_.wait_for(lock, idle, ready);
            }
            if (stopping_) return;
            if (tasks_.empty()) continue;
            auto const task = std::move(tasks_.front());
            tasks_.pop_front();
            lock.unlock();
            task();
        }
    }

    std::chrono::steady_clock::time_point const start_ = std::chrono::steady_clock::now();
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> tasks_;
    bool stopping_ = false;
    ClockTimer next_ = 1; // from here on the loop's thread only
    std::map<std::pair<SimTime, ClockTimer>, std::function<void()>> timers_;
    std::map<ClockTimer, SimTime> deadlines_;
    std::thread thread_;
};

class OsEntropy final : public Entropy {
  public:
    void fill(std::span<std::uint8_t> out) override {
        while (!out.empty()) {
            auto const got = ::getrandom(out.data(), out.size(), 0);
            if (got <= 0) std::abort();
            out = out.subspan(static_cast<std::size_t>(got));
        }
    }
};

} // namespace qkdes::test
