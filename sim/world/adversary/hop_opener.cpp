#include "sim/world/adversary/hop_opener.hpp"

#include "sim/kme/key_pool.hpp"
#include "sim/kme/protection/one_time_pad.hpp"

#include <algorithm>

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

HopProtection HopOpener::protection(LinkId link) const { return topology_->links[link.index()].protection(); }

bool HopOpener::complete(HopTranscript const& transcript) const {
    if (!needs_kem(protection(transcript.link))) return transcript.keys.has_value();
    bool const bound = derivation_ == HopDerivation::hkdf; // to the public key, too
    return transcript.keys && !transcript.ciphertext.empty() && (!bound || !transcript.public_key.empty());
}

std::optional<SecretBytes> HopOpener::qkd_key(HopTranscript const& transcript) const {
    auto const units = hiding_units(transcript);
    SecretBytes out{units.size() * kUnitBytes};
    for (std::size_t i = 0; i < units.size(); ++i) {
        auto const bits = hosts_[transcript.initiator.index()]->node().unit_in_memory(transcript.link, units[i]);
        if (!bits) return std::nullopt;
        std::copy_n(bits->data(), kUnitBytes, out.data() + i * kUnitBytes);
    }
    return out;
}

std::span<UnitId const> HopOpener::hiding_units(HopTranscript const& transcript) const {
    std::span<UnitId const> const units{transcript.keys->units};
    return transcript.keys->otp && !units.empty() ? units.first(units.size() - 1) : units; // the last hides a tag
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
    if (transcript.keys->otp) return unmask(*transcript.keys->otp, qkd_key);
    // Whoever lacks a secret can but guess; that a guess fails is for the envelope to say.
    bool const guess = kem_secret.empty() && (needs_kem(protection(transcript.link)) || qkd_key.empty());
    SecretBytes const secret = guess ? SecretBytes{Kem::kSecretBytes} : kem_secret;
    auto const plaintext =
        crypto_.open(hop_key(transcript, qkd_key, secret), transcript.keys->envelope, ends_of(transcript));
    if (!plaintext) return std::nullopt;
    auto payload = decode_payload(*plaintext, format_);
    if (!payload) return std::nullopt;
    return std::move(*payload.value);
}

/// There is nothing to break but the pads' secrecy: who lacks them may take any guess for the keys.
std::optional<Payload> HopOpener::unmask(OtpEnvelope const& otp, std::span<std::uint8_t const> pads) const {
    auto payload = decode_payload(otp.text, format_);
    if (!payload || pads.empty()) return std::nullopt;
    for (auto& key : payload.value->keys) {
        if (pads.size() < key.key.size()) return std::nullopt;
        apply_pad(key.key.mutable_view(), pads);
        pads = pads.subspan(key.key.size());
    }
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
