#include "tools/qkdes/progress.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <unistd.h>

namespace qkdes {

Progress::Progress(bool quiet)
    : visible_{!quiet && isatty(STDERR_FILENO) != 0}, started_{std::chrono::steady_clock::now()}, last_{started_} {}

void Progress::show(SimTime now, SimTime end, std::uint64_t events) {
    if (!visible_) return;
    auto const wall = std::chrono::steady_clock::now();
    if (wall - last_ < std::chrono::milliseconds{200}) return;
    last_ = wall;
    double const done = seconds(now) / seconds(end), spent = std::chrono::duration<double>(wall - started_).count();
    fmt::print(stderr, "\r{:5.1f} %  {:.0f} of {:.0f} s simulated  {:.2e} events  {:.0f} s left \033[K", 100 * done,
               seconds(now), seconds(end), static_cast<double>(events), done > 0 ? spent * (1 - done) / done : 0.0);
    std::fflush(stderr);
    drawn_ = true;
}

void Progress::clear() {
    if (drawn_) std::fputs("\r\033[K", stderr);
    drawn_ = false;
}

} // namespace qkdes
