// An adversary that listens: it records every message over its taps and opens what it can with what it breaks.
//
// A recorded message can be opened when something breaks, however late. What the secrets are does not depend on when
// they come out, so each message is judged once, when it has passed, with what the adversary will ever break; what it
// then knows bears the time of the break. That needs no archive, and a break years after the run costs nothing.
//
// Breaking ml-kem gives the secret of any encapsulation, qkd the key that devices of tapped links make from then on,
// aes the text of any envelope (here: the key that seals it). The rest is the node's own code on the bytes heard.
//
// Holds for:  messages between nodes. What protects a channel underneath (TLS) counts for nothing: it may have been
//             recorded and broken as well.
// Leaves out: key that the models say Eve learned from a device (/blocks.known_to_eve).
// Checked:    tests/sim/world/adversary_test.cpp.
#pragma once
#include "sim/world/adversary/hop_opener.hpp"
#include "sim/world/adversary/knowledge.hpp"
#include "sim/world/adversary/oracle_kem.hpp"

namespace qkdes {

class Eavesdropper {
  public:
    /// All outlive it.
    Eavesdropper(AdversarySpec const& spec, HopOpener const& opener, OracleKem const& kem, Knowledge& knowledge);

    bool listens(LinkId link, SimTime now) const;
    void hear(LinkId link, NodeId from, NodeId to, Message const& message, SimTime now);
    /// The devices of a link have made a block.
    void key_made(LinkId link, std::uint64_t block, SimTime now);
    /// It can read what the devices made for this message; from when on.
    bool has_device_key(HopTranscript const& transcript) const;
    std::uint64_t given_up() const { return wiretap_.given_up(); }

  private:
    struct Way {    ///< to open a message
        SimTime at; ///< from when on it is there
        Means means;
        bool kem, qkd; ///< the secrets it needs
    };
    bool judge(HopTranscript const& transcript, SimTime now);

    AdversarySpec const& spec_;
    HopOpener const& opener_;
    OracleKem const& kem_;
    Knowledge& knowledge_;
    Wiretap wiretap_;
    std::vector<Way> ways_; ///< earliest first
    SimTime qkd_broken_ = kSimNever;
    std::map<LinkId, std::uint64_t> safe_blocks_; ///< made before qkd was broken: this one and earlier
};

} // namespace qkdes
