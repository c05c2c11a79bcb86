#include "sim/world/fault_names.hpp"

#include "sim/world/figures.hpp"

namespace qkdes {

namespace {

char const* name_of(FaultKind kind) {
    switch (kind) {
    case FaultKind::cut:
        return "cut";
    case FaultKind::down:
        return "down";
    case FaultKind::slow:
        return "slow";
    case FaultKind::lossy:
        return "lossy";
    case FaultKind::eavesdrop:
        return "eavesdrop";
    case FaultKind::attenuate:
        return "attenuate";
    case FaultKind::disturb:
        return "disturb";
    case FaultKind::illuminate:
        return "illuminate";
    case FaultKind::impair:
        return "impair";
    case FaultKind::misbehave:
        return "misbehave";
    case FaultKind::surge:
        return "surge";
    }
    return "";
}

} // namespace

std::string fault_target(Scenario const& scenario, FaultSpec const& fault) {
    if (fault.kind == FaultKind::surge) return scenario.applications[fault.application.index()].id;
    return fault.on_node() ? scenario.nodes[fault.node.index()].id : scenario.links[fault.link.index()].id;
}

std::string fault_title(Scenario const& scenario, FaultSpec const& fault) {
    return fmt::format("{} {} at {}", name_of(fault.kind), fault_target(scenario, fault),
                       duration_text(fault.begin - kSimStart));
}

} // namespace qkdes
