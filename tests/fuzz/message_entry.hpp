// Any bytes as a message between nodes, or as what an envelope holds: for the fuzzer, and for the test that replays its
// corpus. Aborts when the decoder takes back what it gave, or a node's books go wrong.
#pragma once
#include "sim/kme/messages.hpp"
#include "tests/support/loopback_network.hpp"

#include <cstdio>
#include <cstdlib>

namespace qkdes::test {

class MessageEntry {
  public:
    explicit MessageEntry(std::size_t units = 8) : net_{line({true, false})} { net_.give_key_everywhere(units); }

    void operator()(std::span<std::uint8_t const> bytes) {
        if (auto const message = decode(bytes)) {
            auto const once = encode(*message.message);
            demand(once.size() == encoded_size(*message.message), "the size of the encoding is known beforehand");
            auto const again = decode(once);
            demand(bool{again} && encode(*again.message) == once, "what was read can be written and read again");
        }
        if (auto const payload = decode_payload(bytes)) {
            auto const once = encode(*payload);
            auto const again = decode_payload(once);
            demand(bool{again} && encode(*again) == once, "a payload that was read can be written and read again");
        }
        for (std::size_t link = 0; link < 2; ++link) // from either neighbour of the middle
            net_.deliver({LinkId{link}, NodeId{2 * link}, NodeId{std::size_t{1}}, {bytes.begin(), bytes.end()}});
        net_.clock.run_for(std::chrono::milliseconds{50});
        demand(net_.books().empty(), "no unit is lost, doubled or stranded");
    }

  private:
    static void demand(bool condition, char const* what) {
        if (condition) return;
        std::fprintf(stderr, "broken promise: %s\n", what);
        std::abort();
    }
    LoopbackNetwork net_;
};

} // namespace qkdes::test
