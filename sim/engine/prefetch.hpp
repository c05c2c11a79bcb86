// The blocks of a link, computed ahead: block i is a pure function of i, so it may be computed by any thread at any
// time, and the loop computes it itself when nobody has begun.
//
// Holds:      take(i) returns what the function returns for i (or throws what it throws), for any number of jobs. At
// most
//             `depth` results beyond the last one taken exist or are being made.
// Leaves out: more than one loop using one Prefetch (many may share the pool).
// Checked:    tests/sim/engine/workers_test.cpp, also under the thread sanitizer.
#pragma once
#include "sim/base/contracts.hpp"
#include "sim/engine/workers.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace qkdes {

template <class Result>
class Prefetch {
  public:
    using Function = std::function<Result(std::uint64_t index)>;

    /// `function` is called from several threads at once and must be pure: what it reads must not change while this
    /// lives. Work begins at once. The pool must outlive this.
    Prefetch(WorkerPool& pool, Function function, std::size_t depth)
        : pool_{pool}, function_{std::make_shared<Function const>(std::move(function))}, depth_{pool.jobs() == 1
                                                                                                    ? 0
                                                                                                    : depth} {
        look_ahead();
    }
    /// Forgets what is not begun, waits for what is.
    ~Prefetch() {
        forget(ahead_.size());
        pool_.wait_until_idle(group_);
    }
    Prefetch(Prefetch const&) = delete;
    Prefetch& operator=(Prefetch const&) = delete;

    /// The result of `index`, which is larger than every index taken before; results between are dropped.
    Result take(std::uint64_t index) {
        QKDES_EXPECTS(index >= next_);
        forget(static_cast<std::size_t>(std::min<std::uint64_t>(index - next_, ahead_.size()))); // skipped
        std::shared_ptr<Block> block;
        if (!ahead_.empty()) {
            block = std::move(ahead_.front());
            ahead_.pop_front();
        }
        next_ = index + 1;
        look_ahead(); // first, so that workers have something to do while this thread computes or waits
        if (!block || pool_.withdraw(block)) return (*function_)(index);
        pool_.help_until_done(*block);
        if (block->error) std::rethrow_exception(block->error);
        return std::move(*block->result);
    }

    /// Everything not yet taken comes from another function: a fault changed the link's conditions. What the old one
    /// made ahead is dropped. Does not wait: the old one may still run, so it must own what it reads.
    void restart(Function function) {
        forget(ahead_.size());
        function_ = std::make_shared<Function const>(std::move(function));
        look_ahead();
    }

  private:
    struct Block final : WorkerPool::Task {
        Block(WorkerPool::Group& group, std::shared_ptr<Function const> f, std::uint64_t i)
            : Task{group}, function{std::move(f)}, index{i} {}
        void run() noexcept override {
            try {
                result.emplace((*function)(index));
            } catch (...) {
                error = std::current_exception();
            }
        }
        std::shared_ptr<Function const> function;
        std::uint64_t index;
        std::optional<Result> result;
        std::exception_ptr error;
    };

    void look_ahead() {
        while (ahead_.size() < depth_) {
            auto const lead = ahead_.size();
            ahead_.push_back(std::make_shared<Block>(group_, function_, next_ + lead));
            pool_.offer(ahead_.back(), static_cast<unsigned>(lead));
        }
    }
    void forget(std::size_t count) {
        for (; count > 0; --count) {
            pool_.withdraw(ahead_.front());
            ahead_.pop_front();
        }
    }

    WorkerPool& pool_;
    WorkerPool::Group group_;
    std::shared_ptr<Function const> function_;
    std::size_t depth_;
    std::uint64_t next_ = 0;                   ///< the smallest index that may still be taken
    std::deque<std::shared_ptr<Block>> ahead_; ///< of next_, next_ + 1, ...
};

} // namespace qkdes
