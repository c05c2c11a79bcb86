// Do service levels hold? Decided from replications: a level holds or fails when the interval of its figure's mean lies
// on one side of its bound, and is undecided while the bound is inside.
//
//   interval   Student's over the replications that have the figure (sim/study/statistics.hpp), at a confidence that
//              allows for `looks` looks at the growing sample and for all levels (Bonferroni): 1 - (1 - c) / looks /
//              levels
//   all hold   when each does; fail when one does
//   no data    a level of which no run has the figure (a latency when nothing was served, a recovery without a fault)
//              fails; one that some runs lack is judged by the others
//
// Holds for:  means that are nearly normal. Few runs without a rare event say that it is rarer than it is.
// Checked:    tests/sim/study/plan_levels_test.cpp.
#pragma once
#include "sim/scenario/plan_spec.hpp"
#include "sim/study/statistics.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace qkdes {

enum class Holds : std::uint8_t { yes, no, undecided };
std::string_view to_string(Holds holds);

struct LevelVerdict {
    Holds holds = Holds::undecided;
    std::optional<Estimate> mean; ///< none: no run has the figure
    /// How far the mean is on the good side of the bound, as a share of the bound (of 1 when the bound is 0).
    double margin = 0;
};

struct Judgement {
    Holds holds = Holds::undecided;
    std::vector<LevelVerdict> levels; ///< in the order of the levels
    /// The level with the least margin: the one that bites.
    std::size_t tightest() const;
};

/// `values[l]` are the figures of level l, one per replication; NaN where a run does not have it. `looks` >= 1.
Judgement judge(std::span<ServiceLevel const> levels, std::span<std::vector<double> const> values, double confidence,
                std::uint64_t looks);

/// How often a sample that starts with `first` values and doubles until it has `most` is looked at.
std::uint64_t looks_of(PlanEffort const& effort);

} // namespace qkdes
