// The key `sweep` of a study, as it is read and resolved.
#pragma once
#include "sim/scenario/raw_reference.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/sweep_spec.hpp"
#include "sim/scenario/table.hpp"

namespace qkdes {

struct RawAxis {
    JsonNode const* node = nullptr;
    std::string name;
    std::vector<Reference> at;
    JsonNode const *values = nullptr, *first = nullptr, *last = nullptr; ///< first, last: `from` and `to`
    std::optional<std::uint64_t> steps;
    bool logarithmic = false;
};
struct RawSweep {
    JsonNode const* node = nullptr;
    SweepDesign design = SweepDesign::grid;
    std::optional<std::uint64_t> points;
    std::vector<RawAxis> axes;
};
Table<RawSweep> const& sweep_table();

/// Wildcards are looked up in `base`, and the first point is tried on it. Problems go to the reader; the value counts
/// only if there were none.
SweepSpec resolve_sweep(Reader& reader, RawSweep const& raw, Scenario const& base, std::string const& scenario_file);

} // namespace qkdes
