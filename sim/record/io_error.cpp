#include "sim/record/io_error.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace qkdes {

namespace {

std::string repair(int code) {
    switch (code) {
    case ENOSPC:
    case EDQUOT:
        return "free some space, or write to another disk with -o";
    case EFBIG:
        return "raise the limit on file sizes (ulimit -f), or record less";
    case EACCES:
    case EPERM:
    case EROFS:
        return "choose a folder that you may write to with -o";
    case ENOENT:
        return "create the folder first, or choose another one with -o";
    case ENOTDIR:
        return "choose a path whose folders are folders with -o";
    case EISDIR:
        return "give the name of a file with -o";
    case ENAMETOOLONG:
        return "choose a shorter name with -o";
    default:
        return "choose another place with -o";
    }
}

} // namespace

std::string to_string(IoError const& error) {
    std::string text = fmt::format("{}: error: {}", error.place, error.what);
    if (!error.because.empty()) text += fmt::format("\n  because {}", error.because);
    if (!error.try_.empty()) text += fmt::format("\n  try: {}", error.try_);
    return text;
}

IoError write_error(std::filesystem::path const& place, int code) {
    return write_error(place, code, std::strerror(code));
}

IoError write_error(std::filesystem::path const& place, int code, std::string reason) {
    return {place.string(), "the results cannot be written", std::move(reason), repair(code)};
}

} // namespace qkdes
