#include "sim/record/reader.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace qkdes {

namespace {

/// What HDF5 would say in its own words, or too late.
MaybeError check_file(std::filesystem::path const& path) {
    auto const cannot = [&](std::string because, std::string repair) {
        return IoError{path.string(), "the results cannot be read", std::move(because), std::move(repair)};
    };
    int const fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return cannot(std::strerror(errno), errno == ENOENT ? "check the path" : "");
    struct stat status {};
    bool const regular = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    unsigned char head[8] = {};
    ssize_t const got = regular ? ::pread(fd, head, sizeof(head), 0) : 0;
    ::close(fd);
    if (!regular) return cannot("it is not a file", "give the name of a results file");
    unsigned char const signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    if (got != sizeof(head) || std::memcmp(head, signature, sizeof(head)) != 0)
        return cannot("it is not an HDF5 file", "give a results file that `qkdes run` has written");
    return {};
}

IoError explain_open(IoError error) {
    error.what = "the results cannot be read";
    if (error.because.find("truncated") != std::string::npos) {
        error.because = fmt::format("the file is cut short ({})", error.because);
        error.try_ = "copy it again, or repeat the run";
    } else if (error.because.find("version") != std::string::npos) {
        error.because = fmt::format("it was written by another version of the HDF5 library ({})", error.because);
        error.try_ = "rewrite it with h5repack --high=0, or read it where it was written";
    } else {
        error.because = fmt::format("the file is damaged ({})", error.because);
        error.try_ = "copy it again, or repeat the run";
    }
    return error;
}

} // namespace

Result<ResultsReader> ResultsReader::open(std::filesystem::path const& path) {
    if (auto error = check_file(path)) return *error;
    auto file = Hdf5File::open(path, path, Hdf5File::Access::read);
    if (!file.ok()) return explain_open(file.error());
    auto const cannot = [&](std::string because, std::string repair) {
        return IoError{path.string(), "the results cannot be read", std::move(because), std::move(repair)};
    };
    auto manifest = file->attributes("/manifest");
    auto const format = manifest.ok() ? find_attribute<std::string>(*manifest, "format") : std::nullopt;
    if (format != kResultsFormat)
        return cannot("it is an HDF5 file but has no manifest of qkdes",
                      "give a results file that `qkdes run` has written");
    auto const version = find_attribute<std::uint64_t>(*manifest, "format_version").value_or(0);
    if (version != kResultsFormatVersion)
        return cannot(
            fmt::format("it has format version {} and this qkdes reads version {}", version, kResultsFormatVersion),
            version > kResultsFormatVersion ? "use a newer qkdes" : "repeat the run with this qkdes");
    auto const status = find_attribute<std::string>(*manifest, "status");
    if (!status)
        return cannot("it is the working file of a run that has not finished",
                      fmt::format("read the partial file beside it (*{})", ".partial.h5"));
    ResultsReader reader{std::move(*file), std::move(*manifest)};
    reader.complete_ = *status == "complete";
    reader.reason_ = find_attribute<std::string>(reader.manifest_, "reason").value_or("");
    return reader;
}

Result<std::string> ResultsReader::scenario() {
    auto const text = texts("/manifest/scenario");
    if (!text.ok()) return text.error();
    return text->front();
}

Result<std::vector<std::string>> ResultsReader::tables() {
    auto names = file_.groups("/");
    if (!names.ok()) return names;
    std::erase(*names, "manifest");
    for (auto& name : *names)
        name.insert(0, "/");
    return names;
}

Result<std::vector<std::string>> ResultsReader::columns(std::string const& table) {
    auto names = file_.datasets(table);
    if (names.ok())
        for (auto& name : *names)
            name = fmt::format("{}/{}", table, name);
    return names;
}

Result<std::vector<double>> ResultsReader::numbers(std::string const& column) {
    auto const about = info(column);
    if (!about.ok()) return about.error();
    QKDES_EXPECTS(about->column.type != ColumnType::text);
    auto const buffer = read(column, *about, 0, about->rows);
    if (!buffer.ok()) return buffer.error();
    std::vector<double> out(about->rows);
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = number_at(about->column, *buffer, i);
    return out;
}

Result<std::vector<std::string>> ResultsReader::texts(std::string const& column) {
    auto const about = info(column);
    if (!about.ok()) return about.error();
    auto const buffer = read(column, *about, 0, about->rows);
    if (!buffer.ok()) return buffer.error();
    std::vector<std::string> out(about->rows);
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = text_at(about->column, *buffer, i);
    return out;
}

double number_at(Column const& column, ColumnBuffer const& buffer, std::size_t row) {
    switch (column.type) {
    case ColumnType::i64:
    case ColumnType::time:
    case ColumnType::duration:
        return static_cast<double>(value_at<std::int64_t>(buffer, row));
    case ColumnType::u64:
        return static_cast<double>(value_at<std::uint64_t>(buffer, row));
    case ColumnType::f64:
        return value_at<double>(buffer, row);
    case ColumnType::u32:
        return value_at<std::uint32_t>(buffer, row);
    case ColumnType::text:
        break;
    default:
        return value_at<std::uint8_t>(buffer, row);
    }
    QKDES_EXPECTS(column.type != ColumnType::text);
    return 0;
}

std::string text_at(Column const& column, ColumnBuffer const& buffer, std::size_t row) {
    switch (column.type) {
    case ColumnType::i64:
    case ColumnType::time:
    case ColumnType::duration:
        return fmt::format("{}", value_at<std::int64_t>(buffer, row));
    case ColumnType::u64:
        return fmt::format("{}", value_at<std::uint64_t>(buffer, row));
    case ColumnType::f64:
        return fmt::format("{}", value_at<double>(buffer, row));
    case ColumnType::u32:
        return fmt::format("{}", value_at<std::uint32_t>(buffer, row));
    case ColumnType::u8:
        return fmt::format("{}", value_at<std::uint8_t>(buffer, row));
    case ColumnType::boolean:
        return value_at<std::uint8_t>(buffer, row) != 0 ? "true" : "false";
    case ColumnType::enumeration: {
        std::size_t const v = value_at<std::uint8_t>(buffer, row);
        return v < column.values.size() ? column.values[v] : fmt::format("{}", v);
    }
    case ColumnType::text:
        break;
    }
    if (column.width == 0) return buffer.texts[row];
    char const* const at = reinterpret_cast<char const*>(buffer.raw.data()) + row * column.width;
    return {at, ::strnlen(at, column.width)};
}

} // namespace qkdes
