#include "tools/qkdes/study_progress.hpp"

#include "sim/base/units.hpp"
#include "sim/world/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace qkdes {

ProgressCrew::ProgressCrew(Crew& inner, std::uint64_t total, bool quiet)
    : inner_{inner}, total_{total}, visible_{!quiet && ::isatty(STDERR_FILENO) != 0},
      started_{std::chrono::steady_clock::now()}, last_{started_} {}

std::vector<TaskOutcome> ProgressCrew::do_run(std::span<StudyTask const> tasks, CrewHooks const& hooks) {
    asked_ += tasks.size();
    CrewHooks told = hooks;
    told.arrived = [&](std::size_t i, TaskOutcome const& outcome) {
        if (hooks.arrived) hooks.arrived(i, outcome);
        ++done_;
        failed_ += outcome.ok ? 0 : 1;
        show();
    };
    return inner_.run(tasks, told);
}

void ProgressCrew::show() {
    if (!visible_) return;
    auto const now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds{200}) return;
    last_ = now;
    double const spent = std::chrono::duration<double>(now - started_).count();
    std::uint64_t const all = std::max(total_, skipped_ + asked_), over = skipped_ + done_;
    double const left = spent * static_cast<double>(all - std::min(all, over)) / static_cast<double>(done_);
    fmt::print(stderr, "\r{} of {} runs{}{}  {:.3g} /s  {} left\033[K", over, all, total_ == 0 ? " so far" : "",
               failed_ == 0 ? "" : fmt::format("  {} failed", failed_), static_cast<double>(done_) / spent,
               duration_text(from_seconds(left)));
    std::fflush(stderr);
    drawn_ = true;
}

void ProgressCrew::clear() {
    if (drawn_) std::fputs("\r\033[K", stderr);
    drawn_ = false;
}

} // namespace qkdes
