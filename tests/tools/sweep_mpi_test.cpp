// qkdes sweep under Open MPI: the file of threads, whatever the number of processes, also when one of them is killed in
// the middle and others go on. Fails when a file differs, when a finished run is run again, or when several processes
// tell the same trouble. Skipped where qkdes is built without MPI.
#include "tests/tools/sweep_study.hpp"

#include <filesystem>

namespace qkdes::test {
namespace {

#ifdef QKDES_MPIRUN
std::string mpirun(int processes) {
    return QKDES_MPIRUN " --allow-run-as-root --oversubscribe --bind-to none -np " + std::to_string(processes) + " ";
}
#else
std::string mpirun(int) { return ""; }
#endif

class SweepMpi : public testing::Test {
  protected:
    void SetUp() override {
        if (mpirun(1).empty()) GTEST_SKIP() << "built without MPI";
    }
    static Ran sweep(int processes, std::string const& arguments) {
        return run_command(mpirun(processes) + QKDES_BINARY " sweep " + arguments);
    }
    static std::string text_of(std::filesystem::path const& path) {
        std::ifstream in{path, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    /// The process of that rank among the children of `launcher`; 0: there is none (any more).
    static pid_t process_of(pid_t launcher, int rank) {
        for (auto const& entry : std::filesystem::directory_iterator{"/proc"}) {
            auto const name = entry.path().filename().string();
            if (name.find_first_not_of("0123456789") != std::string::npos) continue;
            auto const stat = text_of(entry.path() / "stat");
            auto const name_ends = stat.rfind(") ");
            if (name_ends == std::string::npos) continue;
            if (std::stol(stat.substr(name_ends + 4)) != launcher) continue; // ") S 123"
            auto const variables = text_of(entry.path() / "environ");
            if (variables.find("OMPI_COMM_WORLD_RANK=" + std::to_string(rank)) != std::string::npos)
                return static_cast<pid_t>(std::stol(name));
        }
        return 0;
    }
};

TEST_F(SweepMpi, MakesTheFileOfThreads) {
    study("mpi.json");
    ASSERT_EQ(run("sweep mpi.json -o threads.h5 --quiet --jobs 2").code, 1);
    for (int const processes : {2, 3}) {
        auto const ran = sweep(processes, "mpi.json -o mpi.h5 --jobs 2");
        EXPECT_EQ(ran.code, 1) << "some points fail" << ran.out;
        auto const warning = ran.out.find("2 of 8 points do not load");
        EXPECT_NE(warning, std::string::npos) << ran.out;
        EXPECT_EQ(ran.out.find("2 of 8 points do not load", warning + 1), std::string::npos) << "said once";
        EXPECT_NE(ran.out.find("point 4: 3 of 3 runs failed"), std::string::npos);
        expect_equal(scratch("threads.h5"), scratch("mpi.h5"));
        EXPECT_FALSE(std::filesystem::exists(scratch("mpi.h5.journal")));
        std::filesystem::remove(scratch("mpi.h5"));
    }
}

TEST_F(SweepMpi, KilledAndResumedOnOtherProcessesMakesTheSameFile) {
    study("mpikill.json", "", "6 h"); // long enough to be killed in the middle on any machine
    ASSERT_EQ(run("sweep mpikill.json -o whole.h5 --quiet").code, 1);
    auto const out = scratch("mpikill.h5");
    std::string const arguments =
        QKDES_BINARY " sweep " + scratch("mpikill.json").string() + " -o " + out.string() + " --resume --quiet";
    auto const journal = out.string() + ".journal";
    // A job that was through before the signal came is tried again: this machine was too busy to look in time.
    auto const until_disturbed = [&](int processes, std::uintmax_t bytes, auto const& signal) {
        auto const before = text_of(journal);
        for (int attempt = 0; attempt < 5; ++attempt) {
            std::filesystem::remove(out);
            if (before.empty())
                std::filesystem::remove(journal);
            else
                std::ofstream{journal, std::ios::binary} << before;
            auto const code = disturbed(mpirun(processes) + arguments, out, bytes, signal);
            if (code != 0 && !std::filesystem::exists(out)) return true;
        }
        return false;
    };
    // First a process that computes, then the whole job; each time some runs are in the journal.
    ASSERT_TRUE(until_disturbed(3, 600, [](pid_t launcher) {
        pid_t const worker = process_of(launcher, 1);
        if (worker > 0) ::kill(worker, SIGKILL);
    }));
    auto const after_first = size_of(journal);
    EXPECT_GT(after_first, 600u);
    ASSERT_TRUE(until_disturbed(2, after_first, [](pid_t launcher) {
        pid_t const first = process_of(launcher, 0);
        ::kill(launcher, SIGKILL);
        if (first > 0) ::kill(first, SIGKILL);
    }));
    EXPECT_GE(size_of(journal), after_first);
    std::this_thread::sleep_for(std::chrono::milliseconds{300}); // the other process notices that it is alone
    // Without its last byte, as a machine that fails may leave it: one run is left to do, however late the signals
    // came.
    std::filesystem::resize_file(journal, size_of(journal) - 1);
    std::filesystem::copy_file(journal, scratch("copy.h5.journal"), std::filesystem::copy_options::overwrite_existing);
    auto const told = [](Ran const& ran) {
        auto const at = ran.out.find(" runs, ");
        if (at == std::string::npos) return std::pair{0, 0};
        auto const line = ran.out.rfind('\n', at) + 1;
        return std::pair{std::stoi(ran.out.substr(line)), std::stoi(ran.out.substr(at + 7))};
    };
    auto const by_processes = sweep(2, "mpikill.json -o mpikill.h5 --resume");
    EXPECT_EQ(by_processes.code, 1) << by_processes.out;
    auto const by_threads = run("sweep mpikill.json -o copy.h5 --resume --jobs 2");
    EXPECT_EQ(by_threads.code, 1) << by_threads.out;
    for (auto const& ran : {by_processes, by_threads}) {
        auto const [ran_now, remembered] = told(ran);
        EXPECT_EQ(ran_now + remembered, 24) << ran.out;
        EXPECT_GE(remembered, 1) << ran.out;
        EXPECT_GE(ran_now, 1) << ran.out;
    }
    EXPECT_EQ(told(by_processes), told(by_threads));
    expect_equal(scratch("whole.h5"), out);
    expect_equal(scratch("whole.h5"), scratch("copy.h5"));
}

TEST_F(SweepMpi, TroubleIsToldOnce) {
    auto const once = [](std::string const& text, std::string const& what) {
        auto const at = text.find(what);
        EXPECT_NE(at, std::string::npos) << text;
        EXPECT_EQ(text.find(what, at + 1), std::string::npos) << text;
    };
    auto const missing = sweep(3, "nowhere.json");
    EXPECT_EQ(missing.code, 4);
    once(missing.out, "nowhere.json: error: cannot read this file");
    study("mpibad.json", R"({ "axes": [{ "at": "/links/0/length", "values": ["-1 km"] }] })");
    auto const bad = sweep(2, "mpibad.json -o mpibad.h5");
    EXPECT_EQ(bad.code, 2);
    once(bad.out, "1 of 1 points do not load");
    // A machine that lacks the file: the processes of rank 1 look in another folder.
    study("mpihere.json");
    std::filesystem::create_directories(scratch("elsewhere"));
    auto const lacking = run_command(mpirun(1) + QKDES_BINARY " sweep mpihere.json -o x.h5 : -np 1 --wdir " +
                                     scratch("elsewhere").string() + " " QKDES_BINARY " sweep mpihere.json -o x.h5");
    EXPECT_EQ(lacking.code, 4) << lacking.out;
    once(lacking.out, "the processes do not agree");
    once(lacking.out, "because process 1 on ");
    EXPECT_NE(lacking.out.find("mpihere.json: cannot read this file"), std::string::npos) << lacking.out;
    EXPECT_FALSE(std::filesystem::exists(scratch("x.h5")));
}

// Without Slurm: a stand-in for srun that starts processes with mpirun, and one for scontrol that takes notes.
TEST_F(SweepMpi, TheScriptForSlurmGoesOnWhereItWas) {
    study("slurm.json");
    auto const bin = scratch("bin");
    std::filesystem::create_directories(bin);
    auto const script = [&](char const* name, std::string const& text) {
        std::ofstream{bin / name} << "#!/bin/sh\n" << text << "\n";
        std::filesystem::permissions(bin / name, std::filesystem::perms::owner_all);
    };
    script("srun", "[ \"$1\" = --mpi=pmix ] && shift 2 && exec " + mpirun(2) + "\"$@\"");
    script("scontrol", "echo \"$@\" >>" + (bin / "notes").string());
    std::string const batch = "env PATH=" + bin.string() +
                              ":$PATH SLURM_JOB_ID=77 QKDES=" QKDES_BINARY " " QKDES_SOURCE_DIR
                              "/tools/slurm-sweep.sh ";
    auto const usage = run_command(batch);
    EXPECT_EQ(usage.code, 2);
    EXPECT_NE(usage.out.find("sbatch tools/slurm-sweep.sh STUDY.json OUT.h5"), std::string::npos) << usage.out;
    auto const whole = run_command(batch + "slurm.json slurm.h5 --quiet");
    EXPECT_EQ(whole.code, 1) << whole.out;
    EXPECT_TRUE(std::filesystem::exists(scratch("slurm.h5")));
    auto const again = run_command(batch + "slurm.json slurm.h5");
    EXPECT_EQ(again.code, 0);
    EXPECT_NE(again.out.find("complete already"), std::string::npos) << again.out;
    EXPECT_FALSE(std::filesystem::exists(bin / "notes"));
    // Told to end: the job asks for its next turn.
    script("srun", "exit 130");
    EXPECT_EQ(run_command(batch + "slurm.json slurm2.h5").code, 130);
    EXPECT_EQ(text_of(bin / "notes"), "requeue 77\n");
    auto const strangers = run_command("env SLURM_PROCID=0 SLURM_STEP_NUM_TASKS=4 " QKDES_BINARY " sweep slurm.json");
    EXPECT_EQ(strangers.code, 2);
    EXPECT_NE(strangers.out.find("try: srun --mpi=pmix"), std::string::npos) << strangers.out;
    auto const alone = run_command("env PMI_RANK=0 PMI_SIZE=4 " QKDES_BINARY " sweep slurm.json");
    EXPECT_EQ(alone.code, 2) << "MPI begins, and finds nobody";
    EXPECT_NE(alone.out.find("4 processes that do not know each other"), std::string::npos) << alone.out;
    EXPECT_EQ(run_command("env SLURM_PROCID=1 SLURM_STEP_NUM_TASKS=4 " QKDES_BINARY " sweep slurm.json").out, "");
}

TEST_F(SweepMpi, AnInterruptionIsNoLoss) {
    study("mpistop.json");
    auto const out = scratch("mpistop.h5");
    (void)disturbed(mpirun(2) + QKDES_BINARY " sweep " + scratch("mpistop.json").string() + " -o " + out.string() +
                        " --quiet",
                    out, 600, [](pid_t launcher) { ::kill(process_of(launcher, 0), SIGTERM); });
    EXPECT_FALSE(std::filesystem::exists(out));
    EXPECT_EQ(run("sweep mpistop.json -o mpistop.h5 --quiet --resume").code, 1);
}

} // namespace
} // namespace qkdes::test
