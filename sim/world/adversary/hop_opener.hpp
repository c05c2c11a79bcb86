// Opens what a hop sealed, with the node's own code and whatever secrets its caller has got hold of: too few, or wrong
// ones, and the envelope stays shut.
#pragma once
#include "sim/kme/hop_crypto.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/adversary/wiretap.hpp"
#include "sim/world/host.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace qkdes {

class HopOpener {
  public:
    /// The hosts outlive it: they hold the link's key that qkd_key() reads.
    HopOpener(Scenario const& scenario, std::shared_ptr<Topology const> topology,
              std::vector<std::unique_ptr<Host>> const& hosts);

    /// All of the conversation that opening needs was heard.
    bool complete(HopTranscript const& transcript) const;
    /// What the devices of the link made for this message, the pads where it travels under one-time pads; empty on a
    /// hop without QKD key, nothing when it is gone.
    std::optional<SecretBytes> qkd_key(HopTranscript const& transcript) const;
    /// The units that this is made of.
    std::span<UnitId const> hiding_units(HopTranscript const& transcript) const;
    HopProtection protection(LinkId link) const;
    /// The sealed message under these secrets, either of which may be empty.
    std::optional<Payload> open(HopTranscript const& transcript, std::span<std::uint8_t const> qkd_key,
                                SecretBytes const& kem_secret) const;
    /// The same payload, sealed by `initiator` to `responder` in another conversation.
    ExtKeysMessage seal(HopTranscript const& transcript, Payload const& payload, std::span<std::uint8_t const> qkd_key,
                        SecretBytes const& kem_secret, Entropy& entropy) const;

    Decoded decode(std::span<std::uint8_t const> bytes) const { return qkdes::decode(bytes, format_); }
    std::vector<std::uint8_t> encode(Message const& message) const { return qkdes::encode(message, format_); }

  private:
    std::optional<Payload> unmask(OtpEnvelope const& otp, std::span<std::uint8_t const> pads) const;
    HopEnds ends_of(HopTranscript const& transcript) const;
    SecretBytes hop_key(HopTranscript const& transcript, std::span<std::uint8_t const> qkd_key,
                        SecretBytes const& kem_secret) const;

    std::shared_ptr<Topology const> topology_;
    std::vector<std::unique_ptr<Host>> const& hosts_;
    HopDerivation derivation_;
    WireFormat format_;
    HopCrypto crypto_;
};

} // namespace qkdes
