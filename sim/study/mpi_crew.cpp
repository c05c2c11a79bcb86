#include "sim/study/mpi_crew.hpp"

#include "sim/base/contracts.hpp"
#include "sim/study/packed.hpp"
#include "sim/study/worker_threads.hpp"

#include <charconv>
#include <cstdlib>
#include <cstring>

#ifdef QKDES_HAVE_MPI
#define OMPI_SKIP_MPICXX 1
#include <mpi.h>
#endif

namespace qkdes {
namespace {

std::optional<int> number_in(char const* variable) {
    char const* text = std::getenv(variable);
    int out = 0;
    if (text == nullptr || std::from_chars(text, text + std::strlen(text), out).ec != std::errc{}) return {};
    return out;
}

} // namespace

MpiLaunch mpi_launch() {
    // mpirun of Open MPI; srun --mpi=pmix (Slurm says how many there are); srun --mpi=pmi2 and MPICH's launchers.
    constexpr char const* kNames[][2] = {{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                                         {"PMIX_RANK", "SLURM_STEP_NUM_TASKS"},
                                         {"PMI_RANK", "PMI_SIZE"}};
    for (auto const& [rank, size] : kNames) {
        auto const r = number_in(rank), n = number_in(size);
        if (r && n && *r >= 0 && *n >= 1) return {*r, *n};
    }
    auto const r = number_in("SLURM_PROCID"), n = number_in("SLURM_STEP_NUM_TASKS");
    if (r && n && *r >= 0 && *n > 1) return {*r, *n, true};
    return {};
}

#ifndef QKDES_HAVE_MPI

bool mpi_built() { return false; }
std::unique_ptr<MpiSession> MpiSession::begin() {
    QKDES_EXPECTS(mpi_built());
    return nullptr;
}
MpiSession::~MpiSession() = default;
std::optional<std::string> MpiSession::agree(std::string const&, std::string const&) { return {}; }
void MpiSession::serve(StudySpec const&, unsigned) {}
struct MpiCrew::Impl {};
MpiCrew::MpiCrew(MpiSession&, StudySpec const&, unsigned) { QKDES_EXPECTS(mpi_built()); }
MpiCrew::~MpiCrew() = default;
std::size_t MpiCrew::workers() const { return 0; }
std::vector<TaskOutcome> MpiCrew::do_run(std::span<StudyTask const>, CrewHooks const&) { return {}; }

#else

bool mpi_built() { return true; }

namespace {

enum Tag : int { kTask = 1, kOutcome, kEnd, kBye };

/// How long a thread that talks sleeps when there is nothing to say. MPI's own waiting would take a whole core.
constexpr std::chrono::microseconds kTurn{200};

struct Letter {
    int from = 0, tag = 0;
    std::string bytes;
};

std::optional<Letter> receive() {
    int there = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &there, &status);
    if (there == 0) return {};
    int bytes = 0;
    MPI_Get_count(&status, MPI_BYTE, &bytes);
    Letter letter{status.MPI_SOURCE, status.MPI_TAG, std::string(static_cast<std::size_t>(bytes), '\0')};
    MPI_Recv(letter.bytes.data(), bytes, MPI_BYTE, letter.from, letter.tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return letter;
}

/// Letters under way. Sending never waits: two processes that wait for each other to receive would wait for ever.
class Outbox {
  public:
    void send(int to, Tag tag, std::string bytes) {
        auto& sent = sent_.emplace_back(Sent{std::move(bytes), MPI_REQUEST_NULL});
        MPI_Isend(sent.bytes.data(), static_cast<int>(sent.bytes.size()), MPI_BYTE, to, tag, MPI_COMM_WORLD,
                  &sent.request);
    }
    /// False while some are under way.
    bool empty() {
        for (int done = 1; !sent_.empty() && done != 0;) {
            MPI_Test(&sent_.front().request, &done, MPI_STATUS_IGNORE);
            if (done != 0) sent_.pop_front();
        }
        return sent_.empty();
    }

  private:
    struct Sent {
        std::string bytes;
        MPI_Request request;
    };
    std::deque<Sent> sent_; ///< addresses stay
};

std::string numbered(std::uint64_t number, std::string const& bytes) {
    return std::string{reinterpret_cast<char const*>(&number), sizeof number} + bytes;
}
std::uint64_t number_of(std::string const& bytes) {
    QKDES_EXPECTS(bytes.size() >= sizeof(std::uint64_t)); // from this very program
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data(), sizeof number);
    return number;
}
std::string_view behind_number(std::string const& bytes) {
    return std::string_view{bytes}.substr(sizeof(std::uint64_t));
}

/// By rank.
std::vector<int> gathered(int mine, int processes) {
    std::vector<int> all(static_cast<std::size_t>(processes));
    MPI_Allgather(&mine, 1, MPI_INT, all.data(), 1, MPI_INT, MPI_COMM_WORLD);
    return all;
}

} // namespace

std::unique_ptr<MpiSession> MpiSession::begin() {
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
    std::unique_ptr<MpiSession> session{new MpiSession};
    MPI_Comm_rank(MPI_COMM_WORLD, &session->rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &session->processes_);
    return session;
}

MpiSession::~MpiSession() { MPI_Finalize(); }

std::optional<std::string> MpiSession::agree(std::string const& problem, std::string const& identity) {
    struct Vote {
        char problem[400], machine[MPI_MAX_PROCESSOR_NAME];
        Digest identity;
    };
    Vote mine{};
    std::memcpy(mine.problem, problem.data(), std::min(problem.size(), sizeof mine.problem - 1));
    int length = 0;
    MPI_Get_processor_name(mine.machine, &length);
    mine.identity = digest_of(identity);
    std::vector<Vote> all(static_cast<std::size_t>(processes_));
    MPI_Allgather(&mine, sizeof mine, MPI_BYTE, all.data(), sizeof mine, MPI_BYTE, MPI_COMM_WORLD);
    for (std::size_t r = 0; r < all.size(); ++r) {
        std::string const who = "process " + std::to_string(r) + " on " + all[r].machine + ": ";
        if (all[r].problem[0] != '\0') return who + all[r].problem;
        if (all[r].identity != all.front().identity) return who + "it has another scenario, study or version";
    }
    return {};
}

void MpiSession::serve(StudySpec const& study, unsigned jobs) {
    (void)gathered(static_cast<int>(jobs), processes_);
    Outbox outbox;
    {
        WorkerThreads threads{study, jobs};
        for (bool over = false; !over;) {
            bool quiet = true;
            while (auto letter = receive()) {
                quiet = false;
                if (letter->tag == kEnd) {
                    over = true;
                    break;
                }
                auto task = unpack_task(behind_number(letter->bytes));
                QKDES_ENSURES(letter->tag == kTask && task.has_value());
                threads.give(number_of(letter->bytes), std::move(*task));
            }
            (void)outbox.empty();
            auto const done = threads.take(quiet ? kTurn : std::chrono::microseconds{0});
            if (done && !over) outbox.send(0, kOutcome, numbered(done->first, pack(done->second)));
        }
    }
    outbox.send(0, kBye, "");
    while (!outbox.empty())
        std::this_thread::sleep_for(kTurn);
}

struct MpiCrew::Impl {
    Impl(StudySpec const& study, unsigned jobs, int ranks)
        : threads{study, jobs}, slots{gathered(static_cast<int>(jobs), ranks)}, free{slots} {}
    WorkerThreads threads;
    std::vector<int> slots, free; ///< by rank: threads, and how many of them wait
    Outbox outbox{};
};

MpiCrew::MpiCrew(MpiSession& session, StudySpec const& study, unsigned jobs)
    : impl_{std::make_unique<Impl>(study, jobs, session.processes())} {
    QKDES_EXPECTS(session.rank() == 0);
}

MpiCrew::~MpiCrew() {
    int const ranks = static_cast<int>(impl_->slots.size());
    for (int r = 1; r < ranks; ++r)
        impl_->outbox.send(r, kEnd, "");
    // What still arrives is of tasks that nobody waits for.
    for (int gone = 0; gone < ranks - 1 || !impl_->outbox.empty();) {
        auto const letter = receive();
        if (letter && letter->tag == kBye) ++gone;
        if (!letter) std::this_thread::sleep_for(kTurn);
    }
}

std::size_t MpiCrew::workers() const {
    std::size_t all = 0;
    for (int const each : impl_->slots)
        all += static_cast<std::size_t>(each);
    return all;
}

std::vector<TaskOutcome> MpiCrew::do_run(std::span<StudyTask const> tasks, CrewHooks const& hooks) {
    std::vector<TaskOutcome> outcomes(tasks.size());
    std::size_t next = 0, over = 0;
    auto const arrived = [&](int rank, std::uint64_t i, TaskOutcome outcome) {
        ++impl_->free[static_cast<std::size_t>(rank)];
        ++over;
        outcomes[i] = std::move(outcome);
        if (hooks.arrived) hooks.arrived(i, outcomes[i]);
    };
    while (over < tasks.size() && !stopped()) {
        bool quiet = true;
        // To whoever has most threads waiting; of equals, to the others before rank 0, which has to talk as well.
        while (next < tasks.size()) {
            auto const idle = std::max_element(impl_->free.rbegin(), impl_->free.rend());
            if (*idle == 0) break;
            --*idle;
            int const rank = static_cast<int>(impl_->free.rend() - idle) - 1;
            if (hooks.begun) hooks.begun(next);
            if (rank == 0)
                impl_->threads.give(next, tasks[next]);
            else
                impl_->outbox.send(rank, kTask, numbered(next, pack(tasks[next])));
            ++next;
            quiet = false;
        }
        while (auto const letter = receive()) {
            quiet = false;
            QKDES_ENSURES(letter->tag == kOutcome);
            auto outcome = unpack_outcome(behind_number(letter->bytes));
            std::uint64_t const i = number_of(letter->bytes);
            QKDES_ENSURES(outcome.has_value() && i < tasks.size());
            arrived(letter->from, i, std::move(*outcome));
        }
        (void)impl_->outbox.empty();
        if (over == tasks.size()) break;
        if (auto done = impl_->threads.take(quiet ? kTurn : std::chrono::microseconds{0}))
            arrived(0, done->first, std::move(done->second));
    }
    if (stopped()) throw CrewStopped{};
    return outcomes;
}

#endif

} // namespace qkdes
