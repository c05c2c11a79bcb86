// One node's part in sharing: a courier for what passes, and a custodian, a dealer and a collector for what ends here.
#pragma once
#include "sim/kme/shares/collector.hpp"
#include "sim/kme/shares/courier.hpp"
#include "sim/kme/shares/custodian.hpp"
#include "sim/kme/shares/dealer.hpp"
#include "sim/ports/transport.hpp"

#include <memory>
#include <span>

namespace qkdes {

struct ShareAgentConfig {
    NodeId self;
    std::shared_ptr<Signer const> signer; ///< for dealing and for asking
    RequesterId requester = 0;            ///< this node's name in custodians' directories
    DealerKeys dealers;
    RequesterDirectory requesters;
    RetryPolicy retry;
    CustodianConfig limits; ///< self, dealers and requesters are taken from above
};

class ShareAgent {
  public:
    ShareAgent(ShareAgentConfig const& config, SharePorts ports, Transport& transport);
    /// A message from a neighbour. Malformed input is counted and dropped, never an exception.
    void on_message(LinkId link, NodeId from, std::span<std::uint8_t const> bytes) {
        courier_.on_message(link, from, bytes);
    }
    /// After a crash: shares survive, what was under way does not.
    void on_restart() {
        custodian_.on_restart();
        dealer_.on_restart();
        collector_.on_restart();
    }
    Custodian& custodian() { return custodian_; }
    ShareDealer& dealer() { return dealer_; }
    ShareCollector& collector() { return collector_; }

  private:
    void receive(CourierPath const& back, std::span<std::uint8_t const> body);

    NodeId self_;
    Telemetry& telemetry_;
    Courier courier_;
    Custodian custodian_;
    ShareDealer dealer_;
    ShareCollector collector_;
};

} // namespace qkdes
