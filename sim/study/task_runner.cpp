#include "sim/study/task_runner.hpp"

#include "sim/record/recorder.hpp"
#include "sim/scenario/quantity.hpp"
#include "sim/scenario/utf8.hpp"
#include "sim/study/replication.hpp"
#include "sim/study/run_figures.hpp"
#include "sim/world/world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <thread>

namespace qkdes {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Stops a world when its time is over or somebody wants an end, until it goes out of scope itself.
class Watch {
  public:
    Watch(World& world, SimDuration wall, std::atomic<bool> const& stop)
        : thread_{[&world, wall, &stop, this](std::stop_token over) {
              auto const begun = std::chrono::steady_clock::now();
              std::unique_lock lock{mutex_};
              while (!over.stop_requested()) {
                  bool const late = wall.count() > 0 && std::chrono::steady_clock::now() - begun >= wall;
                  if (late) late_ = true;
                  if (late || stop) return world.stop();
                  auto const turn = std::chrono::milliseconds{50};
                  wake_.wait_for(lock, over, turn, [&] { return over.stop_requested(); });
              }
          }} {}
    /// Only once the run has ended.
    bool late() {
        thread_.request_stop();
        thread_.join();
        return late_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable_any wake_;
    bool late_ = false;
    std::jthread thread_; // last: it uses what is above
};

std::vector<double> wanted(std::span<StudyFigure const> figures, std::span<RunFigure const> all) {
    std::vector<double> out;
    for (auto const& one : figures) {
        auto const found =
            std::ranges::find_if(all, [&](auto const& f) { return f.of == one.of && f.name == one.figure; });
        out.push_back(found == all.end() ? kUnknown : found->value);
    }
    return out;
}

} // namespace

TaskOutcome TaskOutcome::failed(StudySpec const& study, std::string reason) {
    TaskOutcome out;
    out.reason = printable(reason, 400); // one line, whatever it quotes
    out.metrics.fill(kUnknown);
    out.figures.assign(study.figures.size(), kUnknown);
    return out;
}

LoadResult load_task(StudySpec const& study, StudyTask const& task) {
    std::vector<NamedText> faults;
    if (!task.faults.empty()) faults.push_back({"the task's faults", task.faults});
    return load_scenario_text(study.base.text, study.scenario_file, task.overrides, faults);
}

std::string reason_of(LoadResult const& result) {
    for (auto const& problem : result.diagnostics)
        if (problem.severity == Severity::error) {
            std::string place = problem.file.starts_with("--set ") ? problem.file.substr(6) : problem.pointer;
            return fmt::format("{}{}{}{}", place.empty() ? problem.file : place, ": ", problem.what,
                               problem.because.empty() ? "" : ", because " + problem.because);
        }
    return "";
}

std::optional<TaskOutcome> TaskRunner::run(StudyTask const& task) {
    try {
        if (!loaded_ || task.overrides != loaded_task_.overrides || task.faults != loaded_task_.faults) {
            loaded_.reset();
            auto result = load_task(study_, task);
            if (!result.ok()) return TaskOutcome::failed(study_, reason_of(result));
            loaded_ = std::move(result.scenario);
            loaded_task_ = task;
        }
        return run_loaded(*loaded_, task.replication);
    } catch (std::bad_alloc const&) {
        return TaskOutcome::failed(study_, "not enough memory");
    } catch (std::exception const& problem) {
        return TaskOutcome::failed(study_, fmt::format("internal fault: {}", problem.what()));
    }
}

std::optional<TaskOutcome> TaskRunner::run_loaded(Scenario const& scenario, std::uint64_t replication) {
    Recorder recorder = Recorder::nowhere();
    TaskOutcome out;
    {
        World world{scenario, replication_seed(study_.seed, replication), recorder, 1};
        if (study_.limits.events > 0) world.stop_after(study_.limits.events);
        bool late = false;
        {
            Watch watch{world, study_.limits.wall, stop_};
            world.run_until(kSimStart + scenario.duration);
            late = watch.late();
        }
        if (stop_) return {};
        if (late)
            return TaskOutcome::failed(
                study_, fmt::format("took longer than {} of wall time",
                                    print_quantity(static_cast<double>(study_.limits.wall.count()), units::duration)));
        if (world.stopped())
            return TaskOutcome::failed(study_, fmt::format("more than {} events", study_.limits.events));
        RunSummary const summary = world.finish();
        out.ok = true;
        out.metrics = metrics_of(scenario, summary);
        if (!study_.figures.empty()) out.figures = wanted(study_.figures, run_figures(scenario, summary));
        out.events = summary.events;
        out.violations = summary.violations;
    }
    (void)recorder.finish(Outcome::finished());
    return out;
}

} // namespace qkdes
