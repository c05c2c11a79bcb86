// What the subcommands that run studies (sweep, plan) share: options, loading, the crew with its journal, progress,
// interruption, and the results file.
//
//   int code = run_study(options, [](StudyRun& run) {
//       return run.with_crew(tasks, [&](Crew& crew) {
//           auto result = run_sweep(run.study, points, crew);
//           return run.write([&](Recorder& recorder) { record_sweep(recorder, result); });
//       });
//   });
#pragma once
#include "sim/record/recorder.hpp"
#include "sim/scenario/study_spec.hpp"
#include "sim/study/crew.hpp"
#include "sim/study/packed.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace qkdes {

class Journal;
class MpiSession;

struct StudyRunOptions {
    std::string study, output, format = "text"; ///< without an output there is neither file nor journal
    std::vector<std::string> overrides;
    std::optional<std::uint64_t> replications;
    unsigned jobs = 0; ///< 0: all cores
    bool resume = false, quiet = false;
};
/// `output_help` says what the results file is when none is named.
void add_study_options(CLI::App& command, StudyRunOptions& options, std::string const& output_help);

class StudyRun {
  public:
    /// `mpi` is null in a process alone.
    StudyRun(StudySpec const& spec, StudyRunOptions const& given, MpiSession* mpi)
        : study{spec}, options{given}, mpi_{mpi} {}
    StudySpec const& study;
    StudyRunOptions const& options;

    /// Runs at a time in this process.
    unsigned jobs() const;
    StudyIdentity identity() const;

    /// Calls `control` with a crew, whose outcomes a journal beside the output keeps, and returns its exit code. Of
    /// about `tasks` runs in all; 0: nobody knows. When the study is complete already, on --resume, it says so and
    /// returns. Interruptions, a full disk and journals of other studies are told here.
    int with_crew(std::uint64_t tasks, std::function<int(Crew&)> const& control) const;
    /// Makes the results file: what `fill` adds, and what the study was. To be called within with_crew; kExitOk or
    /// kExitIo.
    int write(std::function<void(Recorder&)> const& fill, std::vector<Scalar> summary = {}) const;

  private:
    int run_control(std::uint64_t tasks, std::function<int(Crew&)> const& control, Journal* journal) const;
    friend int run_study(StudyRunOptions const&, std::function<int(StudyRun&)> const&);
    MpiSession* mpi_;
    mutable bool served_ = false; ///< the other processes were let go by a crew
};

/// Loads the study and hands it to `body`. The exit code. Under mpirun every process calls it: rank 0 alone calls
/// `body`, prints and writes; the others run tasks until it is done.
int run_study(StudyRunOptions const& given, std::function<int(StudyRun&)> const& body);

} // namespace qkdes
