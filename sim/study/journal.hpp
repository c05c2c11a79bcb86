// What a study has found so far, in a file beside its output: one record per finished task, so that a killed study goes
// on where it was.
//
//   file    "qkdes journal 1\n", then records
//   record  u32 length of the payload, u32 checksum of it, payload; little-endian
//   first   whose journal this is: version, digests of scenario and study (packed.hpp)
//   others  SHA-256 of a task: it was begun; the same, then its outcome: it is finished
//
// Holds:      a record is written whole or not at all as far as readers can see: one that is cut or damaged ends the
//             journal there, what follows is run again. Each is handed to the system before the next is begun, and to
//             the disk once a second and at the end: a killed program loses nothing, a power cut at most a second of
//             runs.
//             A task that was begun twice and never finished may be what ends the program, by the memory it takes, say:
//             it comes last, alone, when all others are safe.
// Leaves out: several programs writing one journal: it is locked, and the second one is refused.
// Checked:    tests/sim/study/journal_test.cpp (cut and damaged at every byte), tests/tools/sweep_cli_test.cpp (kill
// -9)
#pragma once
#include "sim/record/io_error.hpp"
#include "sim/study/crew.hpp"
#include "sim/study/packed.hpp"

#include <chrono>
#include <exception>
#include <filesystem>
#include <map>
#include <string>

namespace qkdes {

/// A journal that cannot be written any more; out of Crew::run.
struct JournalFailure : std::exception {
    explicit JournalFailure(IoError e) : error{std::move(e)} {}
    char const* what() const noexcept override { return error.what.c_str(); }
    IoError error;
};

class Journal {
  public:
    /// `resume`: continues what is there, if it is of the same study, or begins one. Otherwise one that is there, with
    /// outcomes in it, is refused.
    static Result<Journal> open(std::filesystem::path const& path, StudyIdentity const& identity, bool resume);
    Journal(Journal&& other) noexcept;
    Journal& operator=(Journal&&) = delete;
    ~Journal();

    std::size_t size() const { return outcomes_.size(); }
    /// Null when it has none of this task.
    TaskOutcome const* find(StudyTask const& task) const;
    /// How often the task was begun without an outcome, before this program.
    unsigned unfinished(StudyTask const& task) const;
    void begin(StudyTask const& task);
    void add(StudyTask const& task, TaskOutcome const& outcome);
    /// To the disk.
    void sync();
    /// Deletes the file: its outcomes are in the results.
    void remove();

  private:
    Journal(int file, std::filesystem::path path) : file_{file}, path_{std::move(path)} {}
    void write(std::string const& payload);

    int file_ = -1;
    std::filesystem::path path_;
    std::map<Digest, TaskOutcome> outcomes_;
    std::map<Digest, unsigned> begun_; ///< before this program
    std::uint64_t end_ = 0;            ///< of the last whole record
    std::chrono::steady_clock::time_point synced_{};
};

/// What a JournalCrew tells before it runs anything; either may be empty.
struct JournalHooks {
    std::function<void(std::size_t count)> remembered{};                    ///< outcomes that were there
    std::function<void(std::span<StudyTask const* const> last)> set_back{}; ///< begun twice and never finished
};

/// Takes from the journal what is there, lets `inner` run the rest, and writes that down.
class JournalCrew final : public Crew {
  public:
    /// All outlive it.
    JournalCrew(Crew& inner, Journal& journal, JournalHooks told = {})
        : inner_{inner}, journal_{journal}, told_{std::move(told)} {}
    std::size_t workers() const override { return inner_.workers(); }
    void stop() override {
        inner_.stop();
        Crew::stop();
    }

  private:
    std::vector<TaskOutcome> do_run(std::span<StudyTask const> tasks, CrewHooks const& hooks) override;
    /// Those at `which` of `tasks`, whose outcomes it puts at the same places.
    void run_some(std::span<StudyTask const> tasks, std::span<std::size_t const> which, CrewHooks const& hooks,
                  std::vector<TaskOutcome>& outcomes);

    Crew& inner_;
    Journal& journal_;
    JournalHooks told_;
};

} // namespace qkdes
