// The journal: what was added is there again, whatever happens to its last bytes, and only for the same study. Fails
// when a cut or damaged record is taken for an outcome, when a whole one is lost, when another study's is accepted, or
// when a remembered task is run again.
#include "sim/study/journal.hpp"
#include "tests/support/run_world.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <fstream>

namespace qkdes {
namespace {

StudyTask task(std::uint64_t n) { return {{"/links/0/length=" + std::to_string(n) + " km"}, "", n % 3}; }

TaskOutcome outcome(std::uint64_t n) {
    TaskOutcome out;
    out.ok = n % 4 != 3;
    if (!out.ok) out.reason = "reason \n\0 " + std::to_string(n);
    out.metrics.fill(std::numeric_limits<double>::quiet_NaN());
    out.metrics[0] = 1.0 / static_cast<double>(n + 3);
    out.figures = {static_cast<double>(n), -0.0};
    out.events = n * 1'000'000'007;
    return out;
}

void expect_same(TaskOutcome const& a, TaskOutcome const& b) {
    EXPECT_EQ(pack(a), pack(b));
    EXPECT_EQ(a.reason, b.reason);
    EXPECT_EQ(std::bit_cast<std::uint64_t>(a.metrics[3]), std::bit_cast<std::uint64_t>(b.metrics[3]));
}

StudyIdentity const kHere{"0.1.0", digest_of("scenario"), digest_of("study")};

std::string bytes_of(std::filesystem::path const& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}
void write(std::filesystem::path const& path, std::string const& bytes) {
    std::ofstream{path, std::ios::binary | std::ios::trunc} << bytes;
}

/// A journal with outcomes of tasks 0 to count - 1, and where each of its records ends.
std::vector<std::size_t> make(std::filesystem::path const& path, std::uint64_t count) {
    std::filesystem::remove(path);
    auto journal = Journal::open(path, kHere, false);
    EXPECT_TRUE(journal.ok());
    std::vector<std::size_t> ends{std::filesystem::file_size(path)};
    for (std::uint64_t n = 0; n < count; ++n) {
        journal->add(task(n), outcome(n));
        ends.push_back(std::filesystem::file_size(path));
    }
    return ends;
}

TEST(Journal, RemembersWhatWasAdded) {
    auto const path = test::scratch("a.journal");
    make(path, 9);
    auto journal = Journal::open(path, kHere, true);
    ASSERT_TRUE(journal.ok()) << to_string(journal.error());
    EXPECT_EQ(journal->size(), 9u);
    for (std::uint64_t n = 0; n < 9; ++n) {
        ASSERT_NE(journal->find(task(n)), nullptr);
        expect_same(*journal->find(task(n)), outcome(n));
    }
    EXPECT_EQ(journal->find(task(9)), nullptr);
    auto other = task(3);
    other.replication = 7;
    EXPECT_EQ(journal->find(other), nullptr);
    other = task(3);
    other.faults = "{}";
    EXPECT_EQ(journal->find(other), nullptr);
    journal->remove();
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Journal, CutAtAnyByteKeepsTheRecordsBefore) {
    auto const path = test::scratch("b.journal");
    auto const ends = make(path, 2);
    std::string const whole = bytes_of(path);
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
        write(path, whole.substr(0, cut));
        std::size_t const kept = static_cast<std::size_t>(std::ranges::upper_bound(ends, cut) - ends.begin());
        {
            auto journal = Journal::open(path, kHere, true);
            ASSERT_TRUE(journal.ok()) << cut << to_string(journal.error());
            EXPECT_EQ(journal->size(), kept == 0 ? 0 : kept - 1) << cut;
            journal->add(task(8), outcome(8)); // goes on behind the last whole record
        }
        auto again = Journal::open(path, kHere, true);
        ASSERT_TRUE(again.ok());
        EXPECT_EQ(again->size(), (kept == 0 ? 0 : kept - 1) + 1) << cut;
        ASSERT_NE(again->find(task(8)), nullptr) << cut;
        expect_same(*again->find(task(8)), outcome(8));
    }
}

TEST(Journal, ADamagedByteEndsItThere) {
    auto const path = test::scratch("c.journal");
    auto const ends = make(path, 2);
    std::string const whole = bytes_of(path);
    for (std::size_t at = ends[0]; at < whole.size(); ++at) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        write(path, damaged);
        auto journal = Journal::open(path, kHere, true);
        ASSERT_TRUE(journal.ok()) << at;
        EXPECT_EQ(journal->size(), static_cast<std::size_t>(std::ranges::upper_bound(ends, at) - ends.begin()) - 1)
            << at;
    }
}

TEST(Journal, OfAnotherStudyIsRefused) {
    auto const path = test::scratch("d.journal");
    make(path, 2);
    std::string const before = bytes_of(path);
    auto const because = [&](StudyIdentity const& identity, bool resume = true) {
        auto const journal = Journal::open(path, identity, resume);
        EXPECT_FALSE(journal.ok());
        return journal.ok() ? "" : journal.error().because;
    };
    StudyIdentity version = kHere, scenario = kHere, study = kHere;
    version.version = "0.2.0";
    scenario.scenario = digest_of("other");
    study.study = digest_of("other");
    EXPECT_EQ(because(version), "the journal was written by qkdes 0.1.0, and this is 0.2.0");
    EXPECT_TRUE(because(scenario).starts_with("the journal is of another scenario"));
    EXPECT_TRUE(because(study).starts_with("the journal is of another study"));
    EXPECT_EQ(because(kHere, false), "it has 2 finished runs that would be lost");
    EXPECT_EQ(bytes_of(path), before) << "a refused journal stays as it is";
    auto const first = Journal::open(path, kHere, true);
    ASSERT_TRUE(first.ok());
    EXPECT_EQ(because(kHere), "another program is writing it");
    write(test::scratch("e.journal"), "{ \"scenario\": 1 }");
    EXPECT_EQ(Journal::open(test::scratch("e.journal"), kHere, true).error().because, "it is no journal of qkdes");
    EXPECT_EQ(Journal::open("/nowhere/f.journal", kHere, true).error().because, "No such file or directory");
}

TEST(Journal, IdentityIsOfAllThatOutcomesDependOn) {
    StudySpec study;
    study.base.text = "{}";
    study.text = "[]";
    auto const here = identity_of(study, "1");
    EXPECT_EQ(identity_of(study, "1"), here);
    EXPECT_NE(identity_of(study, "2").hex(), here.hex());
    for (auto const change : {0, 1, 2, 3}) {
        StudySpec other = study;
        (change == 0 ? other.base.text : other.text) += change < 2 ? " " : "";
        other.seed += change == 2;
        other.replications += change == 3;
        EXPECT_NE(identity_of(other, "1"), here) << change;
        EXPECT_NE(identity_of(other, "1").hex(), here.hex()) << change;
    }
}

TEST(Packed, TakesNoOtherBytes) {
    std::string const good = pack(outcome(3)), asked = pack(task(3));
    EXPECT_EQ(*unpack_task(asked), task(3));
    expect_same(*unpack_outcome(good), outcome(3));
    for (std::size_t n = 0; n < good.size(); ++n)
        EXPECT_FALSE(unpack_outcome(good.substr(0, n)));
    for (std::size_t n = 0; n < asked.size(); ++n)
        EXPECT_FALSE(unpack_task(asked.substr(0, n)));
    EXPECT_FALSE(unpack_outcome(good + "x"));
    EXPECT_FALSE(unpack_task(std::string(8, '\xff') + asked)) << "a list longer than the bytes";
}

/// Says the task's replication; counts.
class Counting final : public Crew {
  public:
    std::size_t workers() const override { return 1; }
    std::vector<StudyTask> ran;
    std::size_t stop_after = 1000;
    std::uint64_t dies_at = 1000;

  private:
    std::vector<TaskOutcome> do_run(std::span<StudyTask const> tasks, CrewHooks const& hooks) override {
        std::vector<TaskOutcome> out(tasks.size());
        for (std::size_t n = 0; n < tasks.size(); ++n) {
            std::size_t const i = n * 7 % tasks.size(); // in another order: 20 and 13 have no divisor in common with 7
            if (ran.size() == stop_after) throw CrewStopped{};
            if (hooks.begun) hooks.begun(i);
            ran.push_back(tasks[i]);
            if (ran.back().replication == dies_at) throw CrewStopped{};
            out[i].ok = true;
            out[i].events = tasks[i].replication;
            if (hooks.arrived) hooks.arrived(i, out[i]);
        }
        return out;
    }
};

TEST(JournalCrew, RunsOnlyWhatIsMissing) {
    auto const path = test::scratch("g.journal");
    std::vector<StudyTask> tasks;
    for (std::uint64_t n = 0; n < 20; ++n)
        tasks.push_back({{}, "", n});
    {
        auto journal = Journal::open(path, kHere, false);
        Counting workers;
        workers.stop_after = 7;
        JournalCrew crew{workers, *journal};
        EXPECT_THROW((void)crew.run(tasks), CrewStopped);
        EXPECT_EQ(journal->size(), 7u);
    }
    auto journal = Journal::open(path, kHere, true);
    Counting workers;
    std::size_t remembered = 0;
    std::vector<std::size_t> told;
    JournalCrew crew{workers, *journal, {[&](std::size_t count) { remembered += count; }, {}}};
    auto const outcomes = crew.run(tasks, {{}, [&](std::size_t i, TaskOutcome const& o) {
                                               told.push_back(i);
                                               EXPECT_EQ(o.events, i);
                                           }});
    EXPECT_EQ(workers.ran.size(), 13u);
    EXPECT_EQ(told.size(), 13u);
    EXPECT_EQ(remembered, 7u);
    for (std::uint64_t n = 0; n < 20; ++n)
        EXPECT_EQ(outcomes[n].events, n);
    EXPECT_EQ(crew.run(tasks).size(), 20u);
    EXPECT_EQ(workers.ran.size(), 13u) << "what this run found is remembered too";
}

// Fails when a run that always ends the program keeps others from being run, or is left out.
TEST(JournalCrew, WhatWasBegunTwiceAndNeverFinishedComesLastAndAlone) {
    auto const path = test::scratch("h.journal");
    std::filesystem::remove(path);
    std::vector<StudyTask> tasks;
    for (std::uint64_t n = 0; n < 5; ++n)
        tasks.push_back({{}, "", n});
    std::vector<std::vector<std::uint64_t>> ran;
    std::vector<std::size_t> set_back;
    auto const program = [&](std::uint64_t dies_at) {
        auto journal = Journal::open(path, kHere, true);
        ASSERT_TRUE(journal.ok());
        Counting workers;
        workers.dies_at = dies_at;
        set_back.push_back(0);
        JournalCrew crew{workers, *journal, {{}, [&](auto last) { set_back.back() = last.size(); }}};
        std::vector<TaskOutcome> outcomes;
        try {
            outcomes = crew.run(tasks);
        } catch (CrewStopped const&) {
        }
        for (std::size_t i = 0; i < outcomes.size(); ++i)
            EXPECT_EQ(outcomes[i].events, i);
        ran.emplace_back();
        for (auto const& task : workers.ran)
            ran.back().push_back(task.replication);
    };
    for (std::uint64_t const dies_at : {0, 0, 0, 0, 9})
        program(dies_at);
    // Of four, Counting's order is the first, the last and so on backwards.
    EXPECT_EQ(ran, (std::vector<std::vector<std::uint64_t>>{{0}, {0}, {1, 4, 3, 2, 0}, {0}, {0}}));
    EXPECT_EQ(set_back, (std::vector<std::size_t>{0, 0, 1, 1, 1}));
}

} // namespace
} // namespace qkdes
