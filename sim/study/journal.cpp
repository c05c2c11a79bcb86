#include "sim/study/journal.hpp"

#include "sim/base/hash.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace qkdes {
namespace {

constexpr std::string_view kMagic = "qkdes journal 1\n";
constexpr std::size_t kFrame = 8;
constexpr std::uint32_t kLongest = 64u << 20; ///< a longer record is damage

std::uint32_t checksum(std::string_view bytes) { return static_cast<std::uint32_t>(hash_text(bytes)); }

std::string framed(std::string const& payload) {
    std::uint32_t const head[2] = {static_cast<std::uint32_t>(payload.size()), checksum(payload)};
    return std::string{reinterpret_cast<char const*>(head), sizeof head} + payload;
}

/// The payload at the front of `rest`, which moves on; nothing when it is cut or damaged.
std::optional<std::string_view> next_record(std::string_view& rest) {
    std::uint32_t head[2];
    if (rest.size() < kFrame) return {};
    std::memcpy(head, rest.data(), kFrame);
    if (head[0] > kLongest || rest.size() - kFrame < head[0]) return {};
    auto const payload = rest.substr(kFrame, head[0]);
    if (checksum(payload) != head[1]) return {};
    rest.remove_prefix(kFrame + head[0]);
    return payload;
}

std::string_view bytes_of(Digest const& digest) {
    return {reinterpret_cast<char const*>(digest.data()), digest.size()};
}
Digest digest_from(std::string_view bytes) {
    Digest out{};
    std::memcpy(out.data(), bytes.data(), std::min(out.size(), bytes.size()));
    return out;
}

std::string packed(StudyIdentity const& identity) {
    return std::string{bytes_of(identity.scenario)} + std::string{bytes_of(identity.study)} + identity.version;
}
StudyIdentity unpacked(std::string_view bytes) {
    if (bytes.size() < 2 * sizeof(Digest)) return {};
    return {std::string{bytes.substr(64)}, digest_from(bytes.substr(0, 32)), digest_from(bytes.substr(32, 32))};
}

/// All of the file, or the system's error.
std::optional<int> read_all(int file, std::string& text) {
    char chunk[65536];
    for (;;) {
        auto const got = ::read(file, chunk, sizeof chunk);
        if (got == 0) return {};
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno;
        text.append(chunk, static_cast<std::size_t>(got));
    }
}

IoError refused(std::filesystem::path const& path, std::string because, std::string repair) {
    return {path.string(), "this study cannot go on from here", std::move(because), std::move(repair)};
}

std::string what_differs(StudyIdentity const& there, StudyIdentity const& here) {
    if (there.version != here.version)
        return "the journal was written by qkdes " + there.version + ", and this is " + here.version;
    if (there.scenario != here.scenario)
        return "the journal is of another scenario: its file, the study's \"set\" or --set has changed since";
    return "the journal is of another study: its file, the seed or the number of replications has changed since";
}

} // namespace

Result<Journal> Journal::open(std::filesystem::path const& path, StudyIdentity const& identity, bool resume) {
    int const file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file < 0) return IoError{path.string(), "the journal cannot be opened", std::strerror(errno), ""};
    Journal journal{file, path};
    journal.synced_ = std::chrono::steady_clock::now();
    if (::flock(file, LOCK_EX | LOCK_NB) != 0)
        return refused(path, "another program is writing it", "wait for that one, or give another output file");
    std::string text;
    if (auto const error = read_all(file, text))
        return IoError{path.string(), "the journal cannot be read", std::strerror(*error), ""};
    std::string const anew = "give another output file, or remove " + path.string() + " to begin anew";
    if (!text.starts_with(kMagic.substr(0, std::min(kMagic.size(), text.size()))))
        return refused(path, "it is no journal of qkdes", "give another output file");

    std::string_view rest = text;
    rest.remove_prefix(std::min(kMagic.size(), rest.size()));
    bool begun = false;
    while (auto const record = next_record(rest)) {
        if (!begun) {
            begun = true;
            auto const there = unpacked(*record);
            if (there != identity && resume) return refused(path, what_differs(there, identity), anew);
            continue;
        }
        if (record->size() < sizeof(Digest)) break;
        auto const end = text.size() - rest.size();
        if (record->size() == sizeof(Digest)) {
            ++journal.begun_[digest_from(*record)];
            journal.end_ = end;
            continue;
        }
        auto outcome = unpack_outcome(record->substr(sizeof(Digest)));
        if (!outcome) break;
        journal.outcomes_.insert_or_assign(digest_from(*record), std::move(*outcome));
        journal.end_ = end;
    }
    if (!resume && !journal.outcomes_.empty())
        return IoError{path.string(), "there is a study that was not finished",
                       "it has " + std::to_string(journal.outcomes_.size()) + " finished runs that would be lost",
                       "--resume to go on with it, or remove the file to begin anew"};
    if (journal.end_ == 0 || !resume) { // nothing worth keeping: begin
        journal.begun_.clear();
        if (::ftruncate(file, 0) != 0) return write_error(path, errno);
        journal.end_ = 0;
        std::string const begin = std::string{kMagic} + framed(packed(identity));
        if (::pwrite(file, begin.data(), begin.size(), 0) != static_cast<ssize_t>(begin.size()))
            return write_error(path, errno);
        journal.end_ = begin.size();
    } else if (::ftruncate(file, static_cast<off_t>(journal.end_)) != 0) {
        return write_error(path, errno);
    }
    return journal;
}

Journal::Journal(Journal&& other) noexcept
    : file_{std::exchange(other.file_, -1)}, path_{std::move(other.path_)}, outcomes_{std::move(other.outcomes_)},
      begun_{std::move(other.begun_)}, end_{other.end_}, synced_{other.synced_} {}

Journal::~Journal() {
    if (file_ >= 0) ::close(file_);
}

TaskOutcome const* Journal::find(StudyTask const& task) const {
    auto const found = outcomes_.find(digest_of(pack(task)));
    return found == outcomes_.end() ? nullptr : &found->second;
}

unsigned Journal::unfinished(StudyTask const& task) const {
    if (begun_.empty()) return 0;
    auto const found = begun_.find(digest_of(pack(task)));
    return found == begun_.end() ? 0 : found->second;
}

void Journal::begin(StudyTask const& task) { write(std::string{bytes_of(digest_of(pack(task)))}); }

void Journal::add(StudyTask const& task, TaskOutcome const& outcome) {
    auto const key = digest_of(pack(task));
    write(std::string{bytes_of(key)} + pack(outcome));
    outcomes_.insert_or_assign(key, outcome);
}

void Journal::write(std::string const& payload) {
    std::string const record = framed(payload);
    for (std::size_t done = 0; done < record.size();) {
        auto const n = ::pwrite(file_, record.data() + done, record.size() - done, static_cast<off_t>(end_ + done));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) throw JournalFailure{write_error(path_, errno)};
        done += static_cast<std::size_t>(n);
    }
    end_ += record.size();
    auto const now = std::chrono::steady_clock::now();
    if (now - synced_ < std::chrono::seconds{1}) return;
    sync();
    synced_ = now;
}

void Journal::sync() {
    if (::fdatasync(file_) != 0 && errno != EINVAL && errno != EROFS) throw JournalFailure{write_error(path_, errno)};
}

void Journal::remove() {
    std::error_code ignored; // a journal that stays is of a study that is complete: nothing is lost
    std::filesystem::remove(path_, ignored);
}

void JournalCrew::run_some(std::span<StudyTask const> tasks, std::span<std::size_t const> which, CrewHooks const& hooks,
                           std::vector<TaskOutcome>& outcomes) {
    if (which.empty()) return;
    std::vector<StudyTask> some;
    for (std::size_t const i : which)
        some.push_back(tasks[i]);
    CrewHooks inner;
    inner.begun = [&](std::size_t i) {
        journal_.begin(some[i]);
        if (hooks.begun) hooks.begun(which[i]);
    };
    inner.arrived = [&](std::size_t i, TaskOutcome const& outcome) {
        journal_.add(some[i], outcome);
        if (hooks.arrived) hooks.arrived(which[i], outcome);
    };
    auto fresh = inner_.run(some, inner);
    for (std::size_t i = 0; i < fresh.size(); ++i)
        outcomes[which[i]] = std::move(fresh[i]);
}

std::vector<TaskOutcome> JournalCrew::do_run(std::span<StudyTask const> tasks, CrewHooks const& hooks) {
    std::vector<TaskOutcome> outcomes(tasks.size());
    std::vector<std::size_t> left, last;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        if (auto const* known = journal_.find(tasks[i]))
            outcomes[i] = *known;
        else
            (journal_.unfinished(tasks[i]) < 2 ? left : last).push_back(i);
    }
    if (told_.remembered) told_.remembered(tasks.size() - left.size() - last.size());
    // Those that were begun less often first: one that always ends the program keeps no other from its turn.
    std::ranges::stable_sort(last, {}, [&](std::size_t i) { return journal_.unfinished(tasks[i]); });
    if (told_.set_back && !last.empty()) {
        std::vector<StudyTask const*> which;
        for (std::size_t const i : last)
            which.push_back(&tasks[i]);
        told_.set_back(which);
    }
    run_some(tasks, left, hooks, outcomes);
    for (std::size_t const i : last) {
        journal_.sync();
        run_some(tasks, std::span{&i, 1}, hooks, outcomes);
    }
    if (!left.empty() || !last.empty()) journal_.sync();
    return outcomes;
}

} // namespace qkdes
