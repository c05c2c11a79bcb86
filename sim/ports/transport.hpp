// Messages between neighbouring nodes: may be lost, delayed, reordered or refused, never silently altered.
#pragma once
#include "sim/base/contracts.hpp"
#include "sim/base/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace qkdes {

/// A message that was never written down: what it holds is the node code's own business. Several copies may arrive,
/// so nobody changes it.
class MessageValue {
  public:
    virtual ~MessageValue() = default;
};

class Transport {
  public:
    virtual ~Transport() = default;
    /// Hands a message over to the link towards a neighbour; nothing arrives from inside send itself. No delivery
    /// report: protocols time out.
    virtual void send(LinkId link, NodeId to, std::vector<std::uint8_t> message) = 0;

    /// Both ends live in one process and their cryptography is modelled: messages need not be encoded, sealed and
    /// decoded, which costs most of a large run. The same for the whole of a transport's life, and for all transports
    /// of a network.
    virtual bool by_value() const { return false; }
    /// As send, for a message whose encoding would have `bytes` bytes: it is charged exactly like that one. Called only
    /// when by_value() says so.
    virtual void send_value(LinkId, NodeId, std::shared_ptr<MessageValue const>, std::size_t) { QKDES_EXPECTS(false); }
    /// Something will soon be sent over the link: asks the processor for what that needs.
    virtual void foresee(LinkId) const {}
};

} // namespace qkdes
