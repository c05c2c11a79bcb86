#include "sim/world/adversary/eavesdropper.hpp"

#include <algorithm>

namespace qkdes {

Eavesdropper::Eavesdropper(AdversarySpec const& spec, HopOpener const& opener, OracleKem const& kem,
                           Knowledge& knowledge)
    : spec_{spec}, opener_{opener}, kem_{kem}, knowledge_{knowledge} {
    SimTime ml_kem = kSimNever, aes = kSimNever;
    for (auto const& each : spec.breaks) {
        if (each.primitive == Primitive::ml_kem) ml_kem = each.at;
        if (each.primitive == Primitive::aes) aes = each.at;
        if (each.primitive == Primitive::qkd) qkd_broken_ = each.at;
    }
    if (ml_kem != kSimNever) ways_.push_back({ml_kem, Means::ml_kem, true, false});
    if (qkd_broken_ != kSimNever) ways_.push_back({qkd_broken_, Means::qkd, false, true});
    if (ml_kem != kSimNever && qkd_broken_ != kSimNever)
        ways_.push_back({std::max(ml_kem, qkd_broken_), Means::ml_kem_qkd, true, true});
    if (aes != kSimNever) ways_.push_back({aes, Means::aes, true, true});
    std::stable_sort(ways_.begin(), ways_.end(), [](Way const& a, Way const& b) { return a.at < b.at; });
}

bool Eavesdropper::listens(LinkId link, SimTime now) const {
    return spec_.from <= now && std::binary_search(spec_.taps.begin(), spec_.taps.end(), link);
}

void Eavesdropper::key_made(LinkId link, std::uint64_t block, SimTime now) {
    if (now >= qkd_broken_) return;
    auto const entry = safe_blocks_.try_emplace(link, block).first;
    entry->second = std::max(entry->second, block);
}

bool Eavesdropper::has_device_key(HopTranscript const& transcript) const {
    if (qkd_broken_ == kSimNever || !std::binary_search(spec_.taps.begin(), spec_.taps.end(), transcript.link))
        return false;
    auto const safe = safe_blocks_.find(transcript.link);
    auto const units = opener_.hiding_units(transcript);
    return !units.empty() && std::ranges::all_of(units, [&](UnitId unit) {
        return safe == safe_blocks_.end() || unit.block > safe->second;
    });
}

void Eavesdropper::hear(LinkId link, NodeId from, NodeId to, Message const& message, SimTime now) {
    if (ways_.empty() || !listens(link, now)) return; // bytes that will never be opened are not worth keeping
    HopTranscript const* const transcript = wiretap_.hear(link, from, to, message);
    if (transcript == nullptr || !opener_.complete(*transcript)) return;
    judge(*transcript, now);
    wiretap_.close(*transcript);
}

bool Eavesdropper::judge(HopTranscript const& transcript, SimTime now) {
    auto const secret = kem_.secret_of(transcript.ciphertext).value_or(SecretBytes{});
    for (Way const& way : ways_) {
        std::optional<SecretBytes> device_key{SecretBytes{}};
        bool const by_cipher = way.means == Means::aes && !transcript.keys->otp; // a one-time pad has no cipher
        if (way.qkd && (by_cipher || has_device_key(transcript))) device_key = opener_.qkd_key(transcript);
        if (!device_key) continue;
        auto const payload = opener_.open(transcript, *device_key, way.kem ? secret : SecretBytes{});
        if (!payload) continue;
        for (auto const& key : payload->keys)
            knowledge_.learn(key.id, key.key, std::max(now, way.at), way.means);
        return true;
    }
    return false;
}

} // namespace qkdes
