// Any bytes as a message to a node that computes keys from pools, and to a pool's server: for the fuzzer, and for the
// tests that replay its corpus. Aborts when what was read cannot be written again to the same bytes.
#pragma once
#include "sim/kme/digital/digital_node.hpp"
#include "tests/fuzz/round_trip.hpp"
#include "tests/sim/kme/shares_network_support.hpp"

#include <span>

namespace qkdes::test {

class DigitalEntry {
  public:
    DigitalEntry()
        : server_{{kServer, 7, 1 << 13, std::chrono::hours{1}, std::chrono::minutes{1}},
                  clock_,
                  entropy_,
                  kem_,
                  sink_,
                  telemetry_},
          signer_{signatures_.generate(entropy_)}, node_{config(),
                                                         {clock_, sink_, entropy_, kem_, signatures_, telemetry_}} {
        node_.config().peers[kPeer] = {{{LinkId{0u}, kPeer}}, node_.kem_key(), signer_->public_key()};
        // A session that waits for answers.
        node_.request_key(kPeer, 256, [](DigitalReply) {});
    }
    /// True when some reader took the bytes for a message.
    bool operator()(std::span<std::uint8_t const> bytes) {
        bool const known =
            round_trip(bytes, decode_digital, encode_digital) | round_trip(bytes, decode_query, encode_query);
        if (bytes.size() > CourierFrame::kMostBody) return known;
        std::vector<std::uint8_t> const body{bytes.begin(), bytes.end()};
        node_.on_message(LinkId{0u}, kPeer, encode_frame({kPeer, {{LinkId{0u}, kNode}}, 0, body}));
        server_.on_message(LinkId{1u}, kPeer, encode_frame({kPeer, {{LinkId{1u}, kServer}}, 0, body}));
        clock_.run_for(std::chrono::milliseconds{1});
        return known;
    }

  private:
    static constexpr NodeId kNode{0u}, kPeer{1u}, kServer{2u};
    struct Sink final : Transport {
        void send(LinkId, NodeId, std::vector<std::uint8_t>) override {}
    };
    DigitalConfig config() {
        DigitalConfig out;
        out.self = kNode;
        out.servers = {{7, {{LinkId{1u}, kServer}}, server_.public_key()}};
        out.signer = signer_;
        out.deadline = std::chrono::hours{1'000};
        return out;
    }
    ManualClock clock_;
    CountingTelemetry telemetry_;
    SeededEntropy entropy_{3};
    ModelledKem kem_;
    HashSignatures signatures_;
    Sink sink_;
    PoolServer server_;
    std::shared_ptr<Signer const> signer_;
    DigitalNode node_;
};

} // namespace qkdes::test
