#include "sim/world/adversary/hop_opener.hpp"

namespace qkdes {

namespace {
HopDerivation derivation_of(Scenario const& scenario) {
    KmeConfig config;
    set_profile(config, scenario.profile == Profile::kmstn_paper ? NodeProfile::kmstn_paper : NodeProfile::etsi_020);
    return config.derivation;
}
} // namespace

HopOpener::HopOpener(Scenario const& scenario, std::shared_ptr<Topology const> topology,
                     std::vector<std::unique_ptr<Host>> const& hosts)
    : topology_{std::move(topology)}, hosts_{hosts}, derivation_{derivation_of(scenario)} {
    format_.saes = SaeDirectory{topology_};
}

bool HopOpener::complete(HopTranscript const& transcript) const {
    bool const bound = derivation_ == HopDerivation::hkdf; // to the public key, too
    return transcript.keys && !transcript.ciphertext.empty() && (!bound || !transcript.public_key.empty());
}

std::optional<SecretBytes> HopOpener::qkd_key(HopTranscript const& transcript) const {
    if (!transcript.keys->unit) return SecretBytes{};
    return hosts_[transcript.initiator.index()]->node().unit_in_memory(transcript.link, *transcript.keys->unit);
}

HopEnds HopOpener::ends_of(HopTranscript const& transcript) const {
    return {transcript.session, topology_->nodes[transcript.initiator.index()],
            topology_->nodes[transcript.responder.index()]};
}

SecretBytes HopOpener::hop_key(HopTranscript const& transcript, std::span<std::uint8_t const> qkd_key,
                               SecretBytes const& kem_secret) const {
    return crypto_.hop_key(derivation_, qkd_key, kem_secret, {transcript.public_key, transcript.ciphertext},
                           ends_of(transcript));
}

std::optional<Payload> HopOpener::open(HopTranscript const& transcript, std::span<std::uint8_t const> qkd_key,
                                       SecretBytes const& kem_secret) const {
    // Whoever lacks the KEM's secret can but guess; that a guess fails is for the envelope to say.
    SecretBytes const secret = kem_secret.empty() ? SecretBytes{Kem::kSecretBytes} : kem_secret;
    auto const plaintext =
        crypto_.open(hop_key(transcript, qkd_key, secret), transcript.keys->envelope, ends_of(transcript));
    if (!plaintext) return std::nullopt;
    auto payload = decode_payload(*plaintext, format_);
    if (!payload) return std::nullopt;
    return std::move(*payload.value);
}

ExtKeysMessage HopOpener::seal(HopTranscript const& transcript, Payload const& payload,
                               std::span<std::uint8_t const> qkd_key, SecretBytes const& kem_secret,
                               Entropy& entropy) const {
    ExtKeysMessage out = *transcript.keys;
    out.envelope = crypto_.seal(hop_key(transcript, qkd_key, kem_secret), qkdes::encode(payload, format_),
                                ends_of(transcript), entropy);
    return out;
}

} // namespace qkdes
