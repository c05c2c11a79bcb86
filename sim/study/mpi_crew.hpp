// A study on many processes under Open MPI: rank 0 runs the control code, hands out tasks as processes become free, and
// computes as well; the others compute. mpi_crew.cpp is the only file that includes MPI.
//
//   if (mpi_launch().processes > 1) {
//       auto session = MpiSession::begin();
//       ...                                               // every process loads the study itself
//       if (auto problem = session->agree("", identity)) ...  // the same answer everywhere; rank 0 tells
//       if (session->rank() > 0) return session->serve(study, jobs);
//       MpiCrew crew{*session, study, jobs};              // rank 0
//   }
//
// Each process has a thread that talks and sleeps, and `jobs` threads that run worlds. Only the former calls MPI.
//
// Holds:      outcomes are those of any other crew. A process that dies ends the whole job (MPI's way); what rank 0 had
//             written into a journal stays.
// Leaves out: going on without a process that died; files that not every machine has.
// Checked:    tests/mpi (2 and 3 processes, killed and resumed)
#pragma once
#include "sim/study/crew.hpp"

#include <memory>
#include <optional>
#include <string>

namespace qkdes {

/// What mpirun or srun say in the environment; asks MPI nothing. Alone: one process of rank 0.
struct MpiLaunch {
    int rank = 0, processes = 1;
    bool strangers = false; ///< several, whom Slurm started without what MPI needs to bring them together
};
MpiLaunch mpi_launch();

/// Whether this program was built with MPI.
bool mpi_built();

class MpiSession {
  public:
    /// Initialises MPI; once in a program, which was built with it. All processes.
    static std::unique_ptr<MpiSession> begin();
    /// Finalises MPI. All processes.
    ~MpiSession();
    MpiSession(MpiSession const&) = delete;
    MpiSession& operator=(MpiSession const&) = delete;

    int rank() const { return rank_; }
    int processes() const { return processes_; }

    /// All processes call it, each with why it cannot take part (empty: it can) and with what it is about to run.
    /// Nothing when all can and are about to run the same; else the same text everywhere, with the machine's name.
    std::optional<std::string> agree(std::string const& problem, std::string const& identity);

    /// Every process but rank 0: runs tasks until rank 0 has no more.
    void serve(StudySpec const& study, unsigned jobs);

  private:
    friend class MpiCrew;
    MpiSession() = default;
    int rank_ = 0, processes_ = 1;
};

/// On rank 0, once in a session, while the others serve; when it goes out of scope they are let go.
class MpiCrew final : public Crew {
  public:
    /// Both outlive it.
    MpiCrew(MpiSession& session, StudySpec const& study, unsigned jobs);
    ~MpiCrew() override;
    std::size_t workers() const override;

  private:
    std::vector<TaskOutcome> do_run(std::span<StudyTask const> tasks, CrewHooks const& hooks) override;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace qkdes
