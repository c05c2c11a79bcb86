// Any bytes as a message to an agent of shares, which deals, keeps, asks and passes on: for the fuzzer, and for the
// tests that replay its corpus. Aborts when what was read cannot be written again to the same bytes.
#pragma once
#include "sim/kme/shares/cross_mac.hpp"
#include "sim/kme/shares/share_messages.hpp"
#include "tests/fuzz/round_trip.hpp"
#include "tests/sim/kme/shares_network_support.hpp"

#include <span>

namespace qkdes::test {

class SharesEntry {
  public:
    SharesEntry() : net_{4, {std::chrono::seconds{1}, std::chrono::seconds{1}, std::chrono::seconds{5}}} {}
    /// True when some reader took the bytes for a message.
    bool operator()(std::span<std::uint8_t const> bytes) {
        bool const known =
            round_trip(bytes, decode_share_message, encode_share_message) |
            round_trip(bytes, decode_frame, encode_frame) | round_trip(bytes, decode_manifest, encode_manifest) |
            round_trip(bytes, decode_record, encode_record) | round_trip(bytes, decode_package, encode_package);
        NodeId const near{std::size_t{1}}, here{std::size_t{0}};
        net_.agent(0).on_message(ShareNetwork::link(0, 1), near, bytes); // as a frame
        if (bytes.size() <= CourierFrame::kMostBody)                     // as what is in one
            net_.agent(0).on_message(
                ShareNetwork::link(0, 1), near,
                encode_frame({near, {{ShareNetwork::link(0, 1), here}}, 0, {bytes.begin(), bytes.end()}}));
        net_.clock.run_for(std::chrono::milliseconds{100});
        return known;
    }

  private:
    ShareNetwork net_;
};

} // namespace qkdes::test
