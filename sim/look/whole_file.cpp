#include "sim/look/whole_file.hpp"

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace qkdes::look {

namespace {

/// The errno, or 0.
int write_all(int file, std::string_view text) {
    while (!text.empty()) {
        ssize_t const put = ::write(file, text.data(), text.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return errno;
        text.remove_prefix(static_cast<std::size_t>(put));
    }
    return 0;
}

} // namespace

MaybeError write_whole_file(std::filesystem::path const& path, std::string_view text) {
    std::error_code ignored;
    auto const status = std::filesystem::status(path, ignored);
    bool const direct = std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
    // A link stays one: what it points to is replaced.
    auto const real = std::filesystem::exists(status) ? std::filesystem::canonical(path, ignored) : path;
    auto const place = direct || real.empty() ? path : real;
    auto const beside =
        direct ? place : place.parent_path() / fmt::format(".{}.{}", place.filename().string(), ::getpid());
    int const file =
        ::open(beside.c_str(), direct ? O_WRONLY | O_CLOEXEC : O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) return write_error(path, errno);
    int code = write_all(file, text);
    if (code == 0 && !direct && ::fsync(file) != 0 && errno != EINVAL) code = errno;
    if (::close(file) != 0 && code == 0) code = errno;
    if (code == 0 && !direct && ::rename(beside.c_str(), place.c_str()) != 0) code = errno;
    if (code == 0) return {};
    if (!direct) ::unlink(beside.c_str());
    return write_error(path, code);
}

} // namespace qkdes::look
