#include "sim/scenario/file_text.hpp"

#include "sim/scenario/load.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace qkdes {

FileText read_text(std::filesystem::path const& file) {
    std::error_code failure;
    if (std::filesystem::is_directory(file, failure)) return {{}, "it is a directory"};
    errno = 0;
    std::ifstream in{file, std::ios::binary};
    if (!in) return {{}, errno != 0 ? std::strerror(errno) : "it cannot be opened"};
    std::string text;
    char chunk[65536];
    do {
        in.read(chunk, sizeof chunk);
        text.append(chunk, static_cast<std::size_t>(in.gcount()));
    } while (in && text.size() <= kMaxScenarioBytes); // more is refused anyway
    if (in.bad()) return {{}, errno != 0 ? std::strerror(errno) : "reading it failed"};
    return {std::move(text), ""};
}

} // namespace qkdes
