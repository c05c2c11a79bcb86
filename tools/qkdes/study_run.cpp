#include "tools/qkdes/study_run.hpp"

#include "sim/record/hdf5_file.hpp"
#include "sim/scenario/load_study.hpp"
#include "sim/study/journal.hpp"
#include "sim/study/mpi_crew.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/manifest.hpp"
#include "tools/qkdes/progress.hpp"
#include "tools/qkdes/shipped.hpp"

#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <thread>

namespace qkdes {
namespace {

// For the signal handler, which may set flags only.
std::atomic<Crew*> running{nullptr};
volatile std::sig_atomic_t interrupted = 0;

void interrupt(int) {
    interrupted = 1;
    if (Crew* crew = running.load()) crew->stop();
}

int fail(IoError const& error) {
    fmt::print(stderr, "{}\n", to_string(error));
    return kExitIo;
}

/// Of which study a results file is; empty when that cannot be told.
std::string identity_in(std::filesystem::path const& file) {
    auto opened = Hdf5File::open(file, file, Hdf5File::Access::read);
    if (!opened) return "";
    auto const info = opened->info("/summary/identity");
    if (!info || info->column.type != ColumnType::text) return "";
    auto const value = opened->read("/summary/identity", *info, 0, 1);
    return value && value->texts.size() == 1 ? value->texts.front() : "";
}

int refuse_strangers(MpiLaunch const& launch) {
    if (launch.rank == 0)
        fmt::print(stderr,
                   "qkdes: error: {} processes that do not know each other\n  because srun started them without what "
                   "MPI needs: each would run the whole study\n  try: srun --mpi=pmix, or mpirun\n",
                   launch.processes);
    return launch.rank == 0 ? kExitBadInput : kExitOk;
}

std::string first_problem(StudyLoadResult const& loaded) {
    if (loaded.ok()) return "";
    for (auto const& problem : loaded.diagnostics)
        if (problem.severity == Severity::error)
            return problem.file + ": " + problem.what + (problem.because.empty() ? "" : ", because " + problem.because);
    return "the study does not load";
}

/// Of runs that may be what ended the program.
std::string set_back_note(std::string const& output, std::span<StudyTask const* const> last) {
    auto const& first = *last.front();
    return fmt::format("{}: what was under way at two ends of this study comes last, one at a time; runs: {}\n"
                       "  the first is replication {} with {}\n"
                       "  try: if the program ends there again, \"limits\" in the study, or another machine\n",
                       output, last.size(), first.replication,
                       first.overrides.empty() ? "the scenario as it is"
                                               : fmt::format("{}", fmt::join(first.overrides, ", ")));
}

} // namespace

void add_study_options(CLI::App& command, StudyRunOptions& options, std::string const& output_help) {
    command.add_option("study", options.study, "Study file (JSON), or a name that `qkdes scenarios studies` lists")
        ->type_name("STUDY")
        ->required();
    command.add_option("-o,--output", options.output, output_help)->type_name("FILE.h5");
    command
        .add_option("--set", options.overrides,
                    "Override a value of the scenario for all runs: /duration=\"10 min\"; may be given again")
        ->type_name("/POINTER=VALUE")
        ->allow_extra_args(false);
    command
        .add_option(
            "--jobs", options.jobs,
            "Runs at a time; default: all cores. Under mpirun: of each process, default 1. Results do not depend on it")
        ->type_name("N")
        ->check(CLI::Range(1u, 1024u));
    command.add_flag("--resume", options.resume,
                     "Go on with a study that was ended before its time, or begin it; nothing when it is complete");
    command.add_option("--format", options.format, "Summary as text or json; default: text")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json"}));
    command.add_flag("--quiet", options.quiet, "No progress, no warnings");
}

unsigned StudyRun::jobs() const {
    if (options.jobs != 0) return options.jobs;
    return mpi_ != nullptr ? 1 : std::max(1u, std::thread::hardware_concurrency());
}

StudyIdentity StudyRun::identity() const { return identity_of(study, QKDES_VERSION); }

int StudyRun::with_crew(std::uint64_t tasks, std::function<int(Crew&)> const& control) const {
    if (options.output.empty() && options.resume) {
        fmt::print(stderr,
                   "--resume: error: nothing to go on with\n  because finished runs are kept beside the results\n"
                   "  try: -o OUT.h5 --resume\n");
        return kExitBadInput;
    }
    std::filesystem::path const output = options.output;
    auto const journal_path = output.string() + ".journal";
    std::optional<Result<Journal>> journal;
    if (!options.output.empty()) {
        if (options.resume && std::filesystem::exists(output) && !std::filesystem::exists(journal_path)) {
            if (identity_in(output) == identity().hex()) {
                if (!options.quiet) fmt::print(stderr, "{}: complete already\n", options.output);
                return kExitOk;
            }
            return fail({options.output, "this is not an unfinished study",
                         "it is a results file of another study, scenario or version, and no journal lies beside it",
                         "give another output file, or leave --resume out to replace it"});
        }
        journal.emplace(Journal::open(journal_path, identity(), options.resume));
        if (!journal->ok()) return fail(journal->error());
        if (auto const before = (*journal)->size(); before > 0 && !options.quiet)
            fmt::print(stderr, "{}: {} finished runs\n", journal_path, before);
    }
    int const code = run_control(tasks, control, journal ? &journal->value() : nullptr);
    bool const kept = code == kExitIo || (code == kExitInterrupted && journal && (*journal)->size() > 0);
    if (journal && !kept) (*journal)->remove();
    return code;
}

int StudyRun::run_control(std::uint64_t tasks, std::function<int(Crew&)> const& control, Journal* journal) const {
    std::unique_ptr<Crew> workers;
    if (mpi_ != nullptr) {
        workers = std::make_unique<MpiCrew>(*mpi_, study, jobs());
        served_ = true;
    } else {
        workers = std::make_unique<ThreadCrew>(study, jobs());
    }
    ProgressCrew shown{*workers, study, tasks, options.quiet};
    std::optional<JournalCrew> remembering;
    if (journal != nullptr)
        remembering.emplace(shown, *journal,
                            JournalHooks{[&](std::size_t count) { shown.skip(count); },
                                         [&](std::span<StudyTask const* const> last) {
                                             shown.clear();
                                             if (!options.quiet)
                                                 fmt::print(stderr, "{}", set_back_note(options.output, last));
                                         }});
    Crew& crew = remembering ? static_cast<Crew&>(*remembering) : shown;
    interrupted = 0;
    running = &crew;
    std::signal(SIGINT, interrupt);
    std::signal(SIGTERM, interrupt);
    std::signal(SIGXFSZ, SIG_IGN); // a limit on file sizes becomes an error of the write, with its message
    int code = kExitOk;
    try {
        code = control(crew);
        shown.clear();
        if (shown.skipped() > 0 && !options.quiet)
            fmt::print(stderr, "{} runs, {} more were in the journal\n", shown.ran(), shown.skipped());
    } catch (CrewStopped const&) {
        shown.clear();
        code = kExitInterrupted;
        std::size_t const kept = journal != nullptr ? journal->size() : 0;
        if (kept == 0)
            fmt::print(stderr, "interrupted: nothing is said from a part of the runs\n");
        else
            fmt::print(stderr, "interrupted: {} finished runs are kept beside {}\n  try: the same with --resume\n",
                       kept, options.output);
    } catch (JournalFailure const& failure) {
        shown.clear();
        code = fail(failure.error);
    }
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    running = nullptr;
    return code;
}

int StudyRun::write(std::function<void(Recorder&)> const& fill, std::vector<Scalar> summary) const {
    Manifest manifest = manifest_of(study.base, study.seed);
    manifest.name = study.name;
    auto recorder = Recorder::open(options.output, manifest);
    if (!recorder) return fail(recorder.error());
    fill(*recorder);
    summary.push_back({"study", "none", "text of the study's file", study.text});
    summary.push_back(
        {"identity", "none", "what --resume compares: version, hashes of scenario and study", identity().hex()});
    summary.push_back({"replications", "1", "of each variant", study.replications});
    auto const written = recorder->finish(Outcome::finished(), summary);
    return written ? kExitOk : fail(written.error());
}

int run_study(StudyRunOptions const& given, std::function<int(StudyRun&)> const& body) {
    MpiLaunch const launch = mpi_launch();
    StudyRunOptions options = given;
    if (launch.processes > 1) { // what is missing on one machine only is told when they compare what they have
        constexpr ShippedKind kinds[] = {ShippedKind::study};
        if (!std::filesystem::exists(given.study))
            if (auto const found = find_shipped(given.study, kinds)) options.study = found->file.string();
    } else {
        int missing = kExitOk;
        auto const file = find_input(given.study, {ShippedKind::study}, given.quiet, missing);
        if (!file) return missing;
        options.study = *file;
    }
    if (launch.processes > 1 && !mpi_built()) {
        if (launch.rank == 0)
            fmt::print(stderr,
                       "qkdes: error: {} processes, and this qkdes knows nothing of MPI\n  because it was built "
                       "without: each would run the whole study\n  try: tools/setup and build again, or --jobs\n",
                       launch.processes);
        return launch.rank == 0 ? kExitBadInput : kExitOk;
    }
    if (launch.strangers) return refuse_strangers(launch);
    std::unique_ptr<MpiSession> mpi;
    if (launch.processes > 1) {
        mpi = MpiSession::begin();
        if (mpi->processes() != launch.processes) return refuse_strangers(launch); // MPI took each for one alone
        if (mpi->rank() > 0) {                                                     // rank 0 says when it is over
            std::signal(SIGINT, SIG_IGN);
            std::signal(SIGTERM, SIG_IGN);
        }
    }
    bool const first = mpi == nullptr || mpi->rank() == 0;
    auto loaded = load_study(options.study, options.overrides);
    if (first && (!options.quiet || !loaded.ok())) std::fputs(format_diagnostics(loaded.diagnostics).c_str(), stderr);
    int code = kExitOk;
    if (!loaded.ok()) code = loaded.failure == LoadFailure::unreadable ? kExitIo : kExitBadInput;
    if (loaded.ok() && options.replications) loaded.study->replications = *options.replications;
    if (mpi) {
        auto const problem =
            mpi->agree(first_problem(loaded), loaded.ok() ? identity_of(*loaded.study, QKDES_VERSION).hex() : "");
        if (problem && first && loaded.ok()) {
            fmt::print(stderr,
                       "{}: error: the processes do not agree\n  because {}\n  try: the same files on every machine\n",
                       options.study, *problem);
            code = kExitIo;
        }
        if (problem) return first ? code : kExitOk;
    }
    if (!loaded.ok()) return code;
    StudyRun run{*loaded.study, options, mpi.get()};
    if (first) {
        code = body(run);
        if (mpi && !run.served_) MpiCrew{*mpi, *loaded.study, 1}; // the others wait to be let go
        return code;
    }
    mpi->serve(*loaded.study, run.jobs());
    return kExitOk;
}

} // namespace qkdes
