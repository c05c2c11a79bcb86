// Randomness has a name. A stream is f(seed, name, index, i) and nothing else: adding a link, a node or a thread
// never shifts another stream's draws.
//
//   Generator: Philox4x32-10, J. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC'11,
//   doi:10.1145/2063384.2063405, as shipped in Random123.
//
// The 64-bit key is a hash of the seed, and the upper half of the 128-bit counter a hash of the name and index, so that
// two streams of one run overlap only when two 64-bit hashes collide (checked at creation nowhere: at 1e6 streams the
// chance is 3e-8). A stream has 2^64 blocks of 128 bits.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include <Random123/philox.h>

namespace qkdes {

class RngStream {
  public:
    /// `index` tells apart the members of a family (block number, replication), so that no string is built per block.
    RngStream(std::uint64_t seed, std::string_view name, std::uint64_t index = 0);

    /// 64 uniform bits.
    std::uint64_t next() {
        if (have_ == 0) refill();
        return buffer_[--have_];
    }
    /// Uniform in the open interval (0, 1): 52 bits and a half, exact, never 0 or 1, so that log() is finite and not 0.
    double uniform() { return (static_cast<double>(next() >> 12) + 0.5) * 0x1.0p-52; }
    /// Uniform in [0, bound), exact (Lemire's rejection); bound > 0.
    std::uint64_t below(std::uint64_t bound);
    bool bernoulli(double p) { return uniform() < p; }
    void fill(std::span<std::uint64_t> words);
    /// As if next() had been called `words` times; costs the same however many.
    void skip(std::uint64_t words);
    /// Both give the same from now on.
    bool at_the_same_place(RngStream const& other) const {
        return key_ == other.key_ && stream_ == other.stream_ && block_ == other.block_ && have_ == other.have_;
    }
    void fill(std::span<std::uint8_t> bytes);

    using result_type = std::uint64_t;

  private:
    void refill() {
        auto const r = r123::Philox4x32{}(
            {{static_cast<std::uint32_t>(block_), static_cast<std::uint32_t>(block_ >> 32), stream_[0], stream_[1]}},
            {{key_[0], key_[1]}});
        ++block_;
        buffer_[1] = static_cast<std::uint64_t>(r[0]) | static_cast<std::uint64_t>(r[1]) << 32;
        buffer_[0] = static_cast<std::uint64_t>(r[2]) | static_cast<std::uint64_t>(r[3]) << 32;
        have_ = 2;
    }

    std::array<std::uint32_t, 2> key_, stream_;
    std::uint64_t block_ = 0;
    std::array<std::uint64_t, 2> buffer_{};
    unsigned have_ = 0;
};

} // namespace qkdes
