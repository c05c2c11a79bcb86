#include "sim/record/output_files.hpp"

#include <cerrno>
#include <cstdio>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace qkdes {

namespace fs = std::filesystem;

namespace {

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_{fd} {}
    Descriptor(Descriptor const&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }

  private:
    int fd_;
};

/// Of the open file description, so that closing another descriptor of the file does not drop it, as POSIX's would,
/// and apart from flock, which HDF5 uses.
int lock_for_writing(int fd) {
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    return ::fcntl(fd, F_OFD_SETLK, &whole);
}

bool same_file(int fd, fs::path const& path) {
    struct stat a {
    }, b{};
    return ::fstat(fd, &a) == 0 && ::stat(path.c_str(), &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/// Where the system cannot copy from file to file itself. Returns an errno.
int copy_through_memory(int from, int to) {
    std::vector<char> buffer(1 << 20);
    for (;;) {
        ssize_t const got = ::read(from, buffer.data(), buffer.size());
        if (got < 0) return errno;
        if (got == 0) return 0;
        for (ssize_t done = 0; done < got;) {
            ssize_t const put = ::write(to, buffer.data() + done, static_cast<std::size_t>(got - done));
            if (put < 0) return errno;
            done += put;
        }
    }
}

int copy(int from, int to) {
    for (bool first = true;; first = false) {
        ssize_t const done = ::copy_file_range(from, nullptr, to, nullptr, std::size_t{1} << 30, 0);
        if (done == 0) return 0;
        bool const unable = errno == EXDEV || errno == ENOSYS || errno == EINVAL || errno == EOPNOTSUPP;
        if (done < 0) return first && unable ? copy_through_memory(from, to) : errno;
    }
}

/// What stands in the way of a file of this name, if anything.
MaybeError check_place(fs::path const& output) {
    std::error_code ignored;
    fs::path const folder = output.has_parent_path() ? output.parent_path() : fs::path{"."};
    if (!output.has_filename()) return write_error(output, EISDIR, "this is the name of a folder");
    if (!fs::exists(folder, ignored))
        return write_error(output, ENOENT, fmt::format("there is no folder {}", folder.string()));
    if (!fs::is_directory(folder, ignored))
        return write_error(output, ENOTDIR, fmt::format("{} is not a folder", folder.string()));
    auto const kind = fs::status(output, ignored).type();
    if (kind == fs::file_type::directory) return write_error(output, EISDIR, "there is a folder of this name");
    if (kind != fs::file_type::not_found && kind != fs::file_type::none && kind != fs::file_type::regular)
        return write_error(output, EISDIR, "a results file cannot take the place of a device, pipe or socket");
    return {};
}

} // namespace

fs::path OutputFiles::partial_name(fs::path const& output) {
    fs::path const extension = output.extension();
    bool const known = extension == ".h5" || extension == ".hdf5";
    fs::path name = known ? output.stem() : output.filename();
    name += ".partial";
    name += known ? extension : fs::path{".h5"};
    return output.parent_path() / name;
}

OutputFiles::OutputFiles(fs::path output) : output_{std::move(output)}, partial_{partial_name(output_)} {
    std::string const name = output_.filename().string();
    work_ = output_.parent_path() / fmt::format(".{}.work", name);
    snapshot_ = output_.parent_path() / fmt::format(".{}.snap", name);
}

OutputFiles::OutputFiles(OutputFiles&& other) noexcept
    : output_{std::move(other.output_)}, partial_{std::move(other.partial_)}, work_{std::move(other.work_)},
      snapshot_{std::move(other.snapshot_)}, lock_{std::exchange(other.lock_, -1)} {}

OutputFiles::~OutputFiles() {
    if (lock_ >= 0) ::close(lock_);
}

Result<OutputFiles> OutputFiles::claim(fs::path const& asked) {
    std::error_code ignored;
    fs::path output = asked;
    // A link keeps its place and its target is written, also when that does not exist yet.
    for (int depth = 0; depth < 40 && fs::is_symlink(output, ignored); ++depth)
        output = output.parent_path() / fs::read_symlink(output, ignored);
    if (auto error = check_place(output)) return *error;
    OutputFiles files{output};
    if (fs::is_directory(files.partial_, ignored))
        return write_error(output, EISDIR,
                           fmt::format("{} is a folder, and a partial file goes there", files.partial_.string()));
    for (;;) {
        Descriptor fd{::open(files.work_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)};
        if (fd.get() < 0) return write_error(output, errno);
        if (lock_for_writing(fd.get()) < 0) {
            if (errno != EAGAIN && errno != EACCES) return write_error(output, errno);
            return IoError{output.string(), "the results cannot be written", "another run is writing them right now",
                           "wait for it, or give this one another name with -o"};
        }
        // The run that held the lock may have renamed the file a moment ago: then it is no longer ours to replace.
        if (!same_file(fd.get(), files.work_)) continue;
        files.lock_ = fd.release();
        ::unlink(files.snapshot_.c_str());
        return files;
    }
}

MaybeError OutputFiles::copy_work_to_snapshot() const {
    Descriptor const from{::open(work_.c_str(), O_RDONLY | O_CLOEXEC)};
    if (from.get() < 0) return write_error(partial_, errno);
    Descriptor const to{::open(snapshot_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
    if (to.get() < 0) return write_error(partial_, errno);
    if (int const code = copy(from.get(), to.get()); code != 0) return write_error(partial_, code);
    return {};
}

MaybeError OutputFiles::publish_snapshot() const {
    if (::rename(snapshot_.c_str(), partial_.c_str()) != 0) return write_error(partial_, errno);
    return {};
}

void OutputFiles::remove_snapshot() const {
    (void)!::truncate(snapshot_.c_str(), 0);
    ::unlink(snapshot_.c_str());
}

MaybeError OutputFiles::publish_work(bool complete) const {
    fs::path const& name = complete ? output_ : partial_;
    // A disk that finds itself full, or broken, only when it writes behind our back says so here at the latest.
    if (::fsync(lock_) != 0) return write_error(name, errno);
    if (::rename(work_.c_str(), name.c_str()) != 0) return write_error(name, errno);
    if (complete) ::unlink(partial_.c_str());
    return {};
}

void OutputFiles::discard_work() const {
    (void)!::ftruncate(lock_, 0);
    ::unlink(work_.c_str());
}

} // namespace qkdes
