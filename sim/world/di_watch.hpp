// Operations of the device-independent links of a run: ten figures of the last day after each block, the state they say
// and the alerts that they raise (models/link/di/di_operations.hpp).
#pragma once
#include "models/link/di/di_operations.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/quantum_link.hpp"

#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace qkdes {

struct DiReport {
    SimTime begin, at; ///< the block: from its first herald to its end
    LinkId link;
    DiFigures figures;
    DiState state = DiState::unknown;
    std::vector<DiAlert> alerts;
};

std::string_view to_string(DiAlert alert);
std::string_view to_string(DiState state);
/// "bell-drop, timing"; empty without alerts.
std::string joined(std::vector<DiAlert> const& alerts);

class DiWatch {
  public:
    explicit DiWatch(Scenario const& scenario) : scenario_{scenario} {}
    /// A block that ended. Nothing for links of other families and for interrupted blocks.
    std::optional<DiReport> block(BlockRecord const& record);

  private:
    Scenario const& scenario_;
    std::map<std::size_t, std::deque<DiObservation>> windows_; ///< by link
};

} // namespace qkdes
