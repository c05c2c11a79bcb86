// Messages between neighbouring nodes: may be lost, delayed, reordered or refused, never silently altered.
#pragma once
#include "sim/base/ids.hpp"

#include <cstdint>
#include <vector>

namespace qkdes {

class Transport {
  public:
    virtual ~Transport() = default;
    /// Hands a message over to the link towards a neighbour; nothing arrives from inside send itself. No delivery
    /// report: protocols time out.
    virtual void send(LinkId link, NodeId to, std::vector<std::uint8_t> message) = 0;
};

} // namespace qkdes
