// Carries messages over a path that the sender chose, hop by hop: shares want to go apart from each other, where a
// routing table would send them together.
//
// Every node on the way has one and holds no state for it. The frame names the whole path; the answer goes back the
// same way. What is inside is sealed end to end by others: here is no protection, and whoever holds a node on the way
// may drop or change what passes (so it is the path that a wrong share accuses).
//
// Checked: tests/sim/kme/shares_messages_test.cpp, tests/sim/kme/shares_network_test.cpp.
#pragma once
#include "sim/kme/wire.hpp"
#include "sim/ports/clock.hpp"
#include "sim/ports/telemetry.hpp"
#include "sim/ports/transport.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace qkdes {

struct CourierStep {
    LinkId link;
    NodeId to;
    bool operator==(CourierStep const&) const = default;
};
/// Never passes a node twice. Empty: the node itself.
using CourierPath = std::vector<CourierStep>;

struct CourierFrame {
    static constexpr std::size_t kMostSteps = 63, kMostBody = 64 * 1024;
    NodeId origin;
    CourierPath path;
    std::uint8_t position = 0; ///< step that this frame travels
    std::vector<std::uint8_t> body;
};
std::vector<std::uint8_t> encode_frame(CourierFrame const& frame);
std::optional<CourierFrame> decode_frame(std::span<std::uint8_t const> bytes);

class Courier {
  public:
    using Receive = std::function<void(CourierPath const& back, std::span<std::uint8_t const> body)>;
    /// Ports outlive it. `receive` gets what ends here, never from inside send.
    Courier(NodeId self, Clock& clock, Transport& transport, Telemetry& telemetry, Receive receive);
    /// False, and nothing sent, when the path or the body is too long.
    bool send(CourierPath const& path, std::span<std::uint8_t const> body);
    void on_message(LinkId link, NodeId from, std::span<std::uint8_t const> bytes);

  private:
    NodeId self_;
    Clock& clock_;
    Transport& transport_;
    Telemetry& telemetry_;
    Receive receive_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); ///< letters to oneself may come due after its end
};

} // namespace qkdes
