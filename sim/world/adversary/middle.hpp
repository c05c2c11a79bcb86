// A man in the middle of the KEM exchange of one link: it gives the initiator a public key of its own and the responder
// a ciphertext of its own, so that it shares a secret with each. On a hop protected by the KEM alone it reads the
// sealed keys; when it may replace them, too, it seals them again and neither end notices. Where QKD key is in the hop
// key it lacks that: it reads nothing, and the responder refuses the envelope.
//
// Which messages can be replaced is a matter of the transport. Nodes speak over authenticated channels, where a changed
// message is refused, which here means lost, unless signatures are broken. The exception is the KEM exchange of
// arXiv:2604.20376, which travels over a bare socket: there it can be replaced without breaking anything.
//
// Checked: tests/sim/world/adversary_middle_test.cpp.
#pragma once
#include "sim/world/adversary/eavesdropper.hpp"
#include "sim/world/program.hpp"

namespace qkdes {

class Middle {
  public:
    /// All but `name` outlive it. `name`: of its randomness.
    Middle(Scenario const& scenario, AdversarySpec const& spec, AdversarySpec::Middle const& place,
           HopOpener const& opener, OracleKem& kem, Eavesdropper const& devices, Knowledge& knowledge,
           std::uint64_t seed, std::string const& name);

    struct Figures {
        std::uint64_t exchanges = 0; ///< KEM exchanges replaced
        std::uint64_t read = 0;      ///< messages opened
        std::uint64_t resealed = 0;  ///< ... and sent on under the other secret
        std::uint64_t refused = 0;   ///< replacements that the transport refused
    };
    Figures const& figures() const { return figures_; }

    bool stands(LinkId link, SimTime now) const;
    /// What goes on instead of `bytes`: the same, others, or nothing at all.
    std::optional<std::vector<std::uint8_t>> pass(NodeId from, NodeId to, Message const& message,
                                                  std::vector<std::uint8_t> bytes, SimTime now);

  private:
    static constexpr std::size_t kLimit = 1u << 12; ///< conversations; beyond, the oldest is let go
    struct Exchange {
        HopTranscript near, far; ///< as the initiator sees it, and as the responder does
        std::unique_ptr<Kem::PrivateKey const> own;
        SecretBytes near_secret, far_secret;
        bool read = false;
    };
    Message replaced(Exchange& exchange, KemPublicKeyMessage const& message);
    std::optional<Message> replaced(Exchange& exchange, KemCiphertextMessage const& message);
    std::optional<Message> replaced(Exchange& exchange, ExtKeysMessage const& message, SimTime now);
    bool authenticated(bool kem_message, SimTime now) const;

    AdversarySpec const& spec_;
    AdversarySpec::Middle const& place_;
    HopOpener const& opener_;
    Kem& kem_;
    Eavesdropper const& devices_;
    Knowledge& knowledge_;
    bool bare_socket_;
    ProgramEntropy entropy_;
    std::map<SessionId, Exchange> exchanges_;
    std::deque<SessionId> order_;
    Figures figures_;
};

} // namespace qkdes
