#include "tools/qkdes/progress.hpp"

#include "sim/scenario/quantity.hpp"
#include "sim/world/figures.hpp"
#include "tools/qkdes/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace qkdes {

namespace {

using Wall = std::chrono::steady_clock;

constexpr auto kTurn = std::chrono::milliseconds{200};
constexpr auto kSilence = std::chrono::milliseconds{500};
constexpr double kMemory = 10; ///< seconds

double seconds_since(Wall::time_point then) { return std::chrono::duration<double>(Wall::now() - then).count(); }

/// Simulated time per second, and events.
std::string speeds(double simulated, double events) {
    std::string out;
    if (simulated > 0) out += fmt::format(", {} per s", span_text(simulated));
    if (events > 0) out += ", " + engineering(events, "events/s");
    return out;
}

/// Of a run whose task changes it; the study's else.
double duration_of(StudyTask const& task, double usual) {
    constexpr std::string_view key = "/duration=";
    for (auto const& override_ : task.overrides)
        if (override_.starts_with(key)) {
            std::string text = override_.substr(key.size());
            std::erase(text, '"');
            auto const read = read_quantity(text, units::duration);
            if (read.outcome == QuantityText::Outcome::ok) usual = read.value / 1e9;
        }
    return usual;
}

} // namespace

std::string span_text(double seconds) {
    if (!(seconds >= 0) || seconds > 1e12) return "?";
    if (seconds < 1) return fmt::format("{:.2g} s", seconds);
    struct Unit {
        double length;
        char const* name;
    };
    constexpr Unit all[] = {{86'400, "d"}, {3'600, "h"}, {60, "min"}, {1, "s"}};
    double const whole = std::round(seconds);
    for (std::size_t u = 0; u < 4; ++u) {
        if (whole < all[u].length) continue;
        double const large = std::floor(whole / all[u].length);
        if (u == 3) return fmt::format("{:.0f} s", large);
        double const small = std::floor((whole - large * all[u].length) / all[u + 1].length);
        if (small == 0) return fmt::format("{:.0f} {}", large, all[u].name);
        return fmt::format("{:.0f} {} {:.0f} {}", large, all[u].name, small, all[u + 1].name);
    }
    return "0 s";
}

ProgressLine::ProgressLine(bool quiet)
    : columns_{quiet ? std::nullopt : redrawable_stderr()}, last_{Wall::now() + kSilence - kTurn} {}

bool ProgressLine::due() {
    if (!columns_ || Wall::now() - last_ < kTurn) return false;
    columns_ = redrawable_stderr(); // the window may have another size by now
    last_ = Wall::now();
    return columns_.has_value();
}

void ProgressLine::draw(std::string const& text) {
    // The last column stays free: a terminal goes to the next line there, and the line could not be taken back.
    fmt::print(stderr, "\r{}\x1b[K", shortened(text, *columns_ - 1));
    std::fflush(stderr);
    drawn_ = true;
}

void ProgressLine::clear() {
    if (drawn_) std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
    drawn_ = false;
}

RunProgress::RunProgress(bool quiet) : line_{quiet}, last_{Wall::now()} {}

void RunProgress::show(SimTime now, SimTime end, std::uint64_t events) {
    if (!line_.due()) return;
    double const at = seconds(now), all = seconds(end), count = static_cast<double>(events);
    double const took = std::max(seconds_since(last_), 1e-3);
    double const weight = speed_ == 0 ? 1 : 1 - std::exp(-took / kMemory);
    speed_ += weight * ((at - simulated_) / took - speed_);
    event_rate_ += weight * ((count - events_) / took - event_rate_);
    last_ = Wall::now();
    simulated_ = at;
    events_ = count;
    line_.draw(fmt::format("{} of {} ({:.0f} %){}{}", span_text(at), span_text(all), std::floor(100 * at / all),
                           speeds(speed_, event_rate_),
                           speed_ > 0 ? fmt::format(", {} left", span_text(std::ceil((all - at) / speed_))) : ""));
}

RunsProgress::RunsProgress(bool quiet, std::uint64_t runs, std::string what)
    : line_{quiet}, what_{what.empty() ? "" : std::move(what) + ": "}, expected_{runs}, started_{Wall::now()} {
    if (line_.visible()) line_.draw(text());
}

void RunsProgress::expect(std::uint64_t runs) {
    std::lock_guard const lock{mutex_};
    expected_ = runs;
}

void RunsProgress::skip(std::uint64_t runs) {
    std::lock_guard const lock{mutex_};
    skipped_ += runs;
}

void RunsProgress::arrived(double simulated_seconds, std::uint64_t events, bool ok) {
    std::lock_guard const lock{mutex_};
    ++done_;
    failed_ += ok ? 0 : 1;
    simulated_ += ok ? simulated_seconds : 0;
    events_ += events;
    if (line_.due()) line_.draw(text());
}

void RunsProgress::clear() {
    std::lock_guard const lock{mutex_};
    line_.clear();
}

std::string RunsProgress::text() const {
    std::uint64_t const over = done_ + skipped_;
    double const spent = seconds_since(started_);
    std::string out = what_;
    if (expected_ == 0)
        out += fmt::format("{} runs so far", over);
    else
        out += fmt::format("{} of {} runs ({} %)", over, expected_, over * 100 / expected_);
    if (failed_ > 0) out += fmt::format(", {} failed", failed_);
    if (done_ == 0 || spent <= 0) return out;
    if (simulated_ > 0) out += fmt::format(", {} simulated", span_text(simulated_));
    out += speeds(simulated_ / spent, static_cast<double>(events_) / spent);
    if (expected_ > over)
        out += fmt::format(", {} left", span_text(std::ceil(spent * static_cast<double>(expected_ - over) /
                                                            static_cast<double>(done_))));
    return out;
}

ProgressCrew::ProgressCrew(Crew& inner, StudySpec const& study, std::uint64_t total, bool quiet)
    : inner_{inner}, duration_{static_cast<double>(study.base.duration.count()) / 1e9}, total_{total}, progress_{
                                                                                                           quiet,
                                                                                                           total} {}

void ProgressCrew::skip(std::size_t count) {
    skipped_ += count;
    progress_.skip(count);
}

std::vector<TaskOutcome> ProgressCrew::do_run(std::span<StudyTask const> tasks, CrewHooks const& hooks) {
    asked_ += tasks.size();
    if (total_ != 0) progress_.expect(std::max(total_, skipped_ + asked_));
    CrewHooks told = hooks;
    told.arrived = [&](std::size_t i, TaskOutcome const& outcome) {
        if (hooks.arrived) hooks.arrived(i, outcome);
        ++done_;
        progress_.arrived(duration_of(tasks[i], duration_), outcome.events, outcome.ok);
    };
    return inner_.run(tasks, told);
}

} // namespace qkdes
