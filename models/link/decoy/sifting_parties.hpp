// Sifting as two parties do it: Bob announces which pulses he saw and in which basis, Alice answers which of them match
// and how bright they were. Each keeps bits from her or his own record only; what crosses the channel is Announcement
// and Answer. Records are packed: a sifted bit costs four bits of memory in all.
//
// Leaves out: the pulse numbers of the announcement, which the real channel needs and this process does not.
// Checked:    conservation, the errors of nature's joint record: tests/models/link/decoy/sifting_parties_test.cpp.
#pragma once
#include "models/link/decoy/decoy_bb84_parameters.hpp"
#include "models/link/decoy/photon_sampler.hpp"
#include "models/link/link_block.hpp"

#include <cstdint>

namespace qkdes {

/// Alice's private record of one pulse.
struct Sent {
    unsigned intensity;
    bool x, bit;
};
/// Bob's private record of one detection.
struct Seen {
    bool x, bit, usable;
};
inline Sent alice_sent(Detection const& d) {
    return {d.outcome.intensity(), d.outcome.alice_x(), d.outcome.alice_bit()};
}
inline Seen bob_saw(Detection const& d) { return {d.bob_x != 0, d.bob_bit(), d.usable}; }

struct Announcement { ///< Bob to Alice, per detection
    bool x, usable;
};
struct Answer { ///< Alice to Bob, per detection
    bool keep;
    unsigned intensity;
};

/// Appends bits word by word.
class BitTape {
  public:
    void push(bool bit) {
        word_ |= std::uint64_t{bit} << (size_ & 63);
        if ((++size_ & 63) == 0) {
            words_.push_back(word_);
            word_ = 0;
        }
    }
    void reserve(std::uint64_t bits) { words_.reserve((bits + 63) / 64); }
    std::uint64_t size() const { return size_; }
    /// The bits; the tape is empty afterwards.
    Bits take();

  private:
    std::vector<std::uint64_t> words_;
    std::uint64_t word_ = 0, size_ = 0;
};

/// What one party kept, by basis.
struct PartyRecord {
    BitTape z, x;
    void keep(bool in_x, bool bit) { in_x ? x.push(bit) : z.push(bit); }
};

/// Intensities that Alice announced, one per sifted bit: signal 00, decoys 01 and 10.
struct IntensityRecord {
    BitTape low, high;
    void push(unsigned intensity) {
        low.push(intensity & 1);
        high.push(intensity >> 1 & 1);
    }
};

/// The whole of sifting: both parties' records and what is public.
struct Sifting {
    PartyRecord alice, bob;
    IntensityRecord z, x;
    std::uint64_t basis_mismatch = 0, dropped = 0;
    bool three_state = false; ///< the dark port's clicks are all kept: errors, and the reference they are measured by

    /// One detection's exchange. Returns whether it became a Z bit.
    bool exchange(Sent const& sent, Seen const& seen) {
        Announcement const bob_says{seen.x, seen.usable};
        if (!bob_says.usable) return ++dropped, false;
        bool const reference = three_state && bob_says.x && !sent.x;
        Answer const alice_says{bob_says.x == sent.x || reference, sent.intensity};
        if (!alice_says.keep) return ++basis_mismatch, false;
        alice.keep(bob_says.x, reference || sent.bit); // a reference click is no error: the dark port is bit 1
        bob.keep(bob_says.x, seen.bit);
        (bob_says.x ? x : z).push(alice_says.intensity);
        return !bob_says.x;
    }
};

/// How many of `bits` (an indicator per sifted bit) are set, per intensity.
std::array<std::uint64_t, 3> count_by_intensity(Bits const& bits, Bits const& low, Bits const& high);
/// How many there are of each intensity.
std::array<std::uint64_t, 3> count_intensities(Bits const& low, Bits const& high);

} // namespace qkdes
