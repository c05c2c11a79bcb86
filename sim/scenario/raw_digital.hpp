// Servers of random pools as they were read: references still names.
#pragma once
#include "sim/scenario/digital_spec.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/raw_reference.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qkdes {

struct RawDigitalServer {
    JsonNode const* node = nullptr;
    std::string id;
    Reference where;
    std::optional<SimTime> compromised_from;
};
struct RawDigital {
    DigitalSpec spec; ///< without its servers
    std::vector<RawDigitalServer> servers;
};

} // namespace qkdes
