// The thresholds of `qkdes compare`, from a small JSON file:
//
//   { "alpha": 0.05, "default": 0.02, "served": 0.01, "latency_p99": 0.1 }
//
// alpha: chance that any metric is called different when none is. default and metrics: the share of the base's mean
// that a difference must exceed to matter.
#pragma once
#include "sim/study/comparison.hpp"

#include <optional>
#include <string>

namespace qkdes {

/// Nothing, with a message on stderr and the exit code in `code`, when the file is not to be used.
std::optional<Thresholds> load_thresholds(std::string const& path, int& code);

} // namespace qkdes
