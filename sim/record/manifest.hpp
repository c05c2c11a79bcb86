// What a results file says about the run that made it. Everything here is a function of the scenario and the command
// line's seed: no wall time, no host, no --jobs, so that two runs of the same thing make equal files.
#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace qkdes {

/// Raised when a reader of the old layout would misread the new one.
inline constexpr std::uint32_t kResultsFormatVersion = 1;
inline constexpr char kResultsFormat[] = "qkdes-results";

struct Manifest {
    std::string name;     ///< of the scenario
    std::string scenario; ///< its whole text, as run (with every --set applied)
    std::uint64_t seed = 0;
    std::uint64_t replication = 0;
    std::string version;  ///< of qkdes
    std::string build;    ///< compiler and commit; "" when unknown
    std::string fidelity; ///< "photon" or "block"
    std::string crypto;   ///< "real", or what was modelled
};

using Value = std::variant<std::int64_t, std::uint64_t, double, bool, std::string>;

/// One number of /summary.
struct Scalar {
    std::string name, unit, description;
    Value value;
};

} // namespace qkdes
