// Secret randomness: the operating system's outside, a named stream inside a simulation.
#pragma once
#include <cstdint>
#include <span>

namespace qkdes {

class Entropy {
  public:
    virtual ~Entropy() = default;
    virtual void fill(std::span<std::uint8_t> out) = 0;
};

} // namespace qkdes
