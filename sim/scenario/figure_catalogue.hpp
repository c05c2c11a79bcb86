// The figures that every run of a scenario has, by name: what sim/study/run_figures.hpp gives and `published` may name.
//
//   network           of all demands and links together
//   link ID           a link that makes key
//   demand FROM > TO  a demand, by its applications
//
// Leaves out: figures of parts that only some scenarios have (agents, pools, ...): their rows are known after the run.
// Checked:    tests/sim/study/published_test.cpp holds this list and run_figures together.
#pragma once
#include "sim/scenario/scenario.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qkdes {

/// Which way a figure should go; `neither` where that depends on who asks.
enum class Better : std::uint8_t { neither, more, less };

struct CatalogueFigure {
    std::string_view name, unit; ///< unit: "bit/s", "bit", "s", or "1"
    Better better = Better::neither;
};

std::span<CatalogueFigure const> network_figures();
std::span<CatalogueFigure const> link_figures();
std::span<CatalogueFigure const> demand_figures();

std::string figure_owner(LinkSpec const& link);
std::string figure_owner(Scenario const& scenario, DemandSpec const& demand);

/// Everything that has figures in a run of the scenario, in the order of run_figures.
std::vector<std::string> figure_owners(Scenario const& scenario);
/// The figures of an owner by the form of its name; empty for a name of no such form.
std::span<CatalogueFigure const> figures_of(std::string_view owner);

} // namespace qkdes
