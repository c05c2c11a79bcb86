// The two parties of LDPC correction. Bob's code never sees Alice's key or her private bits: what reaches him is her
// syndrome and the bits that he asked for.
//
//   Asking for the least certain bits: E. O. Kiktenko, A. S. Trushechkin, C. C. W. Lim, Y. V. Kurochkin, A. K. Fedorov,
//   "Symmetric blind information reconciliation for quantum key distribution", Phys. Rev. Applied 8, 044017 (2017),
//   doi:10.1103/PhysRevApplied.8.044017. Here Bob alone decodes, and names the bits.
#pragma once
#include "models/postprocessing/ldpc/decoder.hpp"
#include "models/postprocessing/ldpc/frame_plan.hpp"
#include "sim/base/bits.hpp"
#include "sim/base/rng.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace qkdes::ldpc {

class Alice {
  public:
    /// The punctured bits come from `own`, a stream that nobody else may read.
    Alice(FramePlan const& plan, Bits const& key, RngStream& own);
    Bits syndrome() const;
    /// The bits of the code word at the positions that Bob names.
    Bits answer(std::span<std::uint32_t const> positions) const;

  private:
    FramePlan const& plan_;
    Bits word_;
};

class Bob {
  public:
    explicit Bob(FramePlan const& plan);
    /// Begins a frame with Alice's first message.
    void take(Bits const& key, Bits const& alice_syndrome);
    /// One attempt at decoding; true when the syndromes agree.
    bool attempt();
    /// The bits he is least sure of, those in unsatisfied checks first; never one twice.
    std::span<std::uint32_t const> ask(std::size_t count);
    /// Alice's answer to the last ask().
    void hear(Bits const& answers);
    /// His key after the last attempt.
    Bits corrected() const;

  private:
    FramePlan const& plan_;
    Decoder decoder_;
    Bits word_;               // his code word: 0 where punctured
    std::vector<bool> known_; // shortened, or told by Alice
    std::vector<std::int16_t> beliefs_;
    std::vector<std::uint32_t> asked_;
};

} // namespace qkdes::ldpc
