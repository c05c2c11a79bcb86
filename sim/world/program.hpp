// What a program beside the node has on its host: randomness of its own, so that it shifts nobody's draws, and a
// transport that counts what it sends.
#pragma once
#include "sim/base/rng.hpp"
#include "sim/ports/entropy.hpp"
#include "sim/ports/transport.hpp"

#include <string>

namespace qkdes {

class ProgramEntropy final : public Entropy {
  public:
    ProgramEntropy(std::uint64_t seed, std::string const& name) : stream_{seed, name} {}
    void fill(std::span<std::uint8_t> out) override { stream_.fill(out); }

  private:
    RngStream stream_;
};

class MeteredTransport final : public Transport {
  public:
    explicit MeteredTransport(Transport& transport) : transport_{transport} {}
    void send(LinkId link, NodeId to, std::vector<std::uint8_t> message) override {
        bytes_ += message.size();
        ++messages_;
        transport_.send(link, to, std::move(message));
    }
    std::uint64_t bytes() const { return bytes_; } ///< on all links together: a message counts on each hop
    std::uint64_t messages() const { return messages_; }

  private:
    Transport& transport_;
    std::uint64_t bytes_ = 0, messages_ = 0;
};

} // namespace qkdes
