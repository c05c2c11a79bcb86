// A pair of agents as it was read.
#pragma once
#include "sim/scenario/agent_spec.hpp"
#include "sim/scenario/raw_reference.hpp"

namespace qkdes {

struct RawAgent {
    JsonNode const* node = nullptr;
    Reference link, from, to;
    AgentSpec spec; ///< without what the references name
};

} // namespace qkdes
