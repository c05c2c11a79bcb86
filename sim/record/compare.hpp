// Whether two results files say the same. This is what "the same seed gives the same results" is checked with, so it
// leaves nothing of the content out: tables, columns, types, units, descriptions, manifest, summary, every value. It
// does not look at how HDF5 lays them out.
#pragma once
#include "sim/record/io_error.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace qkdes {

struct Difference {
    std::string where;                ///< "/requests/at" or "/manifest seed"
    std::optional<std::uint64_t> row; ///< the first that differs
    std::string in_a, in_b;           ///< what each has there
};

/// Empty when equal. One entry per column, attribute or object at most. Numbers are equal when they compare equal or
/// are both NaN.
Result<std::vector<Difference>> compare_results(std::filesystem::path const& a, std::filesystem::path const& b);

/// "/requests/at, row 17: 5 in the first, 6 in the second"
std::string to_string(Difference const& difference);

/// Of everything that compare_results looks at; equal files have equal hashes, and it is stable across machines.
Result<std::uint64_t> content_hash(std::filesystem::path const& path);

} // namespace qkdes
