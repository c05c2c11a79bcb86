// Any bytes as a message to an agent of shares, which deals, keeps, asks and passes on: for the fuzzer, and for the
// tests that replay its corpus. Aborts when what was read cannot be written again to the same bytes.
#pragma once
#include "sim/kme/shares/cross_mac.hpp"
#include "sim/kme/shares/share_messages.hpp"
#include "tests/sim/kme/shares_network_support.hpp"

#include <cstdio>
#include <cstdlib>
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
    static std::span<std::uint8_t const> view(std::vector<std::uint8_t> const& bytes) { return bytes; }
    static std::span<std::uint8_t const> view(SecretBytes const& bytes) { return bytes.view(); }
    template <class Read, class Write>
    static bool round_trip(std::span<std::uint8_t const> bytes, Read read, Write write) {
        auto const value = read(bytes);
        if (!value) return false;
        auto const again = write(*value);
        if (!std::ranges::equal(view(again), bytes)) {
            std::fprintf(stderr, "broken promise: what was read is written otherwise\n");
            std::abort();
        }
        return true;
    }
    ShareNetwork net_;
};

} // namespace qkdes::test
