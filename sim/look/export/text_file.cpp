#include "sim/look/export/text_file.hpp"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace qkdes::look {

namespace {

std::filesystem::path part_of(std::filesystem::path path) { return path += ".part"; }

/// The repairs of `write_error` speak of the option of other commands.
IoError cannot(std::filesystem::path const& path, int code) {
    IoError error = write_error(path, code);
    error.what = "cannot be written";
    if (auto const option = error.try_.find(" with -o"); option != std::string::npos) error.try_.erase(option);
    return error;
}

} // namespace

MaybeError check_free(std::filesystem::path const& path, bool replace) {
    std::error_code code;
    if (std::filesystem::is_directory(path, code))
        return IoError{path.string(), "cannot be written", "it is a folder", "give the name of a file"};
    if (!replace && std::filesystem::exists(path, code))
        return IoError{path.string(), "cannot be written", "there is a file of that name already",
                       "--force to replace it, or another name"};
    return {};
}

Result<TextFile> TextFile::create(std::filesystem::path const& path, bool replace) {
    if (auto error = check_free(path, replace)) return *error;
    int const file = ::open(part_of(path).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) return cannot(path, errno);
    return TextFile{path, file};
}

TextFile::TextFile(TextFile&& other) noexcept
    : path_{std::move(other.path_)}, file_{std::exchange(other.file_, -1)}, text_{std::move(other.text_)},
      bytes_{other.bytes_} {}

TextFile::~TextFile() {
    if (file_ < 0) return;
    ::close(file_);
    ::unlink(part_of(path_).c_str());
}

MaybeError TextFile::write() {
    for (std::size_t done = 0; done < text_.size();) {
        ssize_t const n = ::write(file_, text_.data() + done, text_.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return cannot(path_, errno);
        done += static_cast<std::size_t>(n);
    }
    bytes_ += text_.size();
    text_.clear();
    return {};
}

MaybeError TextFile::commit() {
    if (auto error = write()) return error;
    if (::close(std::exchange(file_, -1)) != 0 || ::rename(part_of(path_).c_str(), path_.c_str()) != 0) {
        int const code = errno;
        ::unlink(part_of(path_).c_str());
        return cannot(path_, code);
    }
    return {};
}

} // namespace qkdes::look
