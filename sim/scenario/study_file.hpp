// A study's file as it is read, before its names are looked up (load_study.hpp).
#pragma once
#include "sim/scenario/load_study.hpp"
#include "sim/scenario/plan_file.hpp"
#include "sim/scenario/raw_reference.hpp"
#include "sim/scenario/sweep_file.hpp"
#include "sim/scenario/table.hpp"

namespace qkdes {

struct RawStudyFigure {
    JsonNode const* node = nullptr;
    StudyFigure figure;
};
struct RawStudySet {
    std::string given; ///< "/pointer=value", as --set
    JsonNode const* node;
};
struct RawStudy {
    std::string schema, name, description;
    Reference scenario;
    std::vector<Reference> faults;
    std::vector<RawStudySet> set;
    std::uint64_t replications = 5;
    std::optional<std::uint64_t> seed;
    std::vector<RawStudyFigure> figures;
    StudyLimits limits;
    std::optional<RawSweep> sweep;
    std::optional<RawPlan> plan;
};
Table<RawStudy> const& study_table();

/// A JSON value in one line, as --set takes it.
std::string one_line_json(JsonNode const& node);

} // namespace qkdes
