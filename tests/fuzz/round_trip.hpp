// What was read is written to the same bytes again: the promise of every codec that the fuzzers knock at.
#pragma once
#include "sim/base/secret.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <vector>

namespace qkdes::test {

inline std::span<std::uint8_t const> view(std::vector<std::uint8_t> const& bytes) { return bytes; }
inline std::span<std::uint8_t const> view(SecretBytes const& bytes) { return bytes.view(); }

/// Whether `read` understands the bytes. Aborts when `write` then makes others of them.
template <class Read, class Write>
bool round_trip(std::span<std::uint8_t const> bytes, Read read, Write write) {
    auto const value = read(bytes);
    if (!value) return false;
    auto const again = write(*value);
    if (!std::ranges::equal(view(again), bytes)) {
        std::fprintf(stderr, "broken promise: what was read is written otherwise\n");
        std::abort();
    }
    return true;
}

} // namespace qkdes::test
