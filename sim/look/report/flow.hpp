// Where the bits of a link went, as the edges of a flow diagram: from what was sifted to what protected a message.
//
// What flows into an inner node flows out of it, for every link:
//   sifted    = other basis + samples + blocks given up + key basis
//   key basis = frames thrown away + disclosed + amplified away + secret
//   secret    = authentication + pending + lost + stored   (with what stood there before the run, and what
//               continuous-variable links made: they have no count of bits before amplification)
//   stored    = used + held + expired + voided + not told
//   used      = by the class of the hop + other uses
//
// Blocks with key: the secret is exact; of the rest, frames thrown away are their share of the key basis, disclosed is
// what error correction says it disclosed, and amplification is what remains. When they are more than the rest (a
// disclosed bit need not be lost twice), the later of them is cut to what is left.
// Pools: the mean of the two ends, which each keep books of their own.
// A partial file has no books of the auditor: made, lost and stored are then summed over the blocks, used over the
// relays, and the rest of what was stored is "not told".
// Checked: tests/sim/look/flow_test.cpp, on runs of every family.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace qkdes::look {

enum class FlowEdge : std::uint8_t {
    other_basis,
    samples,
    given_up,
    key_basis,
    bad_frames,
    disclosed,
    amplified,
    secret,
    quadratures, ///< secret key of continuous-variable links
    initial,
    authentication,
    pending,
    lost,
    stored,
    used,
    held,
    expired,
    voided,
    not_told,
    by_its, ///< four classes in the order of /relays
    by_hybrid,
    by_qkd_aes,
    by_pqc,
    other_uses,
};
inline constexpr std::size_t kFlowEdges = 24;

/// Names of the nodes that an edge joins.
struct FlowEnds {
    std::string_view from, to;
};
extern std::array<FlowEnds, kFlowEdges> const kFlowEnds;

struct Flows : std::array<double, kFlowEdges> { ///< in bits
    Flows() { fill(0); }
    double& operator[](FlowEdge e) { return std::array<double, kFlowEdges>::operator[](static_cast<std::size_t>(e)); }
    double operator[](FlowEdge e) const {
        return std::array<double, kFlowEdges>::operator[](static_cast<std::size_t>(e));
    }
    double at_edge(std::size_t e) const { return std::array<double, kFlowEdges>::operator[](e); }
};

/// What a row of /blocks says.
struct BlockBits {
    bool key = false; ///< the block gave key
    double sifted_z = 0, sifted_x = 0, sampled = 0, leak = 0, frames = 0, frame_errors = 0, secret = 0;
    double authentication = 0, delivered = 0, lost = 0;
};

/// What a row of /audit says, or the mean of the rows of both ends.
struct PoolBooks {
    double initial = 0, made = 0, authentication = 0, pending = 0, lost = 0, stored = 0;
    double held = 0, used = 0, expired = 0, voided = 0;
};

class LinkFlow {
  public:
    void block(BlockBits const& bits);
    void relay(std::size_t security, double bits); ///< class as in /relays, 0 to 3
    void audit(PoolBooks const& books);            ///< once for each end
    Flows flows() const;

  private:
    Flows seen_;
    double authentication_ = 0, delivered_ = 0, lost_ = 0; ///< of the blocks
    PoolBooks books_;
    int ends_ = 0;
};

} // namespace qkdes::look
