#include "sim/kme/shares/custodian.hpp"

#include <algorithm>

namespace qkdes {

Digest manifest_digest(ShareManifest const& manifest) {
    return labelled_sha256("VCS1 sealed", encode_manifest(manifest));
}

Custodian::Custodian(CustodianConfig config, SharePorts ports)
    : config_{std::move(config)}, ports_{ports}, identity_{ports.kem.generate(ports.entropy)} {}

Custodian::~Custodian() { destroy_all(); }

bool Custodian::from_dealer(SignedManifest const& manifest) const {
    return std::any_of(config_.dealers.begin(), config_.dealers.end(),
                       [&](auto const& key) { return genuine(manifest, key, ports_.signatures); });
}

ShareMessage Custodian::receipt(ShareOffer const& offer, ReceiptStatus status, Digest const& digest,
                                SecretBytes const& key) {
    ShareReceipt out{offer.manifest.manifest.key, offer.manifest.manifest.epoch, offer.x, status, digest, {}};
    out.tag = labelled_tag(key, kReceiptLabel, tagged_part(out));
    return out;
}

std::optional<ShareMessage> Custodian::on(ShareOffer const& offer) {
    auto const& manifest = offer.manifest.manifest;
    if (!from_dealer(offer.manifest)) return count("shares.offer.forged"), std::nullopt;
    auto opened = open_box(*identity_.private_key, offer.box, kOfferLabel, manifest_digest(manifest),
                           associated_part(manifest.key, manifest.epoch, offer.x, offer.rule));
    if (!opened) return count("shares.offer.sealed_wrong"), std::nullopt;
    auto record = decode_record(opened->text);
    if (!record || record->x != offer.x || !matches(manifest, *record))
        return count("shares.offer.inconsistent"), std::nullopt;
    if (record->sharing.not_after <= ports_.clock.now())
        return receipt(offer, ReceiptStatus::refused, {}, opened->reply_key);
    if (manifest.kind == ManifestKind::zero) return refresh(offer, *record, std::move(opened->reply_key));
    return keep(offer, std::move(*record), std::move(opened->reply_key));
}

std::optional<ShareMessage> Custodian::keep(ShareOffer const& offer, ShareRecord record, SecretBytes receipt_key) {
    Digest const digest = commitment(record);
    auto const found = shares_.find(record.sharing.key);
    if (found != shares_.end()) {
        auto const& old = found->second.record;
        if (old.sharing.epoch == record.sharing.epoch && commitment(old) == digest) // the receipt was lost
            return receipt(offer, ReceiptStatus::stored, digest, receipt_key);
        if (old.sharing.epoch >= record.sharing.epoch) return receipt(offer, ReceiptStatus::refused, {}, receipt_key);
        destroy(record.sharing.key);
    }
    if (shares_.size() >= config_.most_shares) return receipt(offer, ReceiptStatus::refused, {}, receipt_key);
    auto answer = receipt(offer, ReceiptStatus::stored, digest, receipt_key);
    auto& held = shares_[record.sharing.key];
    held.record = std::move(record);
    held.manifest = offer.manifest;
    held.rule = offer.rule;
    held.receipt_key = std::move(receipt_key);
    watch(held);
    count("shares.stored");
    return answer;
}

std::optional<ShareMessage> Custodian::refresh(ShareOffer const& offer, ShareRecord const& zero,
                                               SecretBytes receipt_key) {
    auto const found = shares_.find(zero.sharing.key);
    if (found == shares_.end()) return receipt(offer, ReceiptStatus::refused, {}, receipt_key);
    auto next = refreshed(found->second.record, zero);
    if (!next) return count("shares.refresh.out_of_step"), std::nullopt;
    auto answer = receipt(offer, ReceiptStatus::refreshed, commitment(*next), receipt_key);
    found->second.next = std::move(next);
    found->second.next_receipt_key = std::move(receipt_key);
    return answer;
}

std::optional<ShareMessage> Custodian::on(ShareInstall const& install) {
    auto const& manifest = install.manifest.manifest;
    auto const found = shares_.find(manifest.key);
    if (found == shares_.end() || manifest.kind != ManifestKind::key) return std::nullopt;
    if (!from_dealer(install.manifest)) return count("shares.install.forged"), std::nullopt;
    Held& held = found->second;
    if (held.next && held.next->x == install.x && matches(manifest, *held.next)) {
        held.record = std::move(*held.next); // the old share is wiped here
        held.next.reset();
        held.receipt_key = std::move(held.next_receipt_key);
        held.manifest = install.manifest;
        watch(held);
        count("shares.refreshed");
    } else if (held.record.x != install.x || !matches(manifest, held.record)) {
        return count("shares.install.out_of_step"), std::nullopt;
    }
    ShareReceipt out{manifest.key, manifest.epoch, install.x, ReceiptStatus::installed, commitment(held.record), {}};
    out.tag = labelled_tag(held.receipt_key, kReceiptLabel, tagged_part(out));
    return out;
}

AccessDecision Custodian::judge(ShareRequest const& request, Held*& held) {
    SimTime const now = ports_.clock.now();
    auto const known = config_.requesters.find(request.requester);
    if (known == config_.requesters.end() ||
        !ports_.signatures.verify(known->second.public_key, signed_part(request), request.signature))
        return AccessDecision::unknown;
    // Differences of times within the run: requests from the far ends of the clock must not overflow.
    if (request.issued < kSimStart || request.issued > now + config_.clock_tolerance ||
        now - request.issued > config_.request_lifetime)
        return AccessDecision::stale;
    auto const found = shares_.find(request.key);
    if (found == shares_.end()) return AccessDecision::no_share;
    auto& served = found->second.served;
    bool const again = served.contains(request.session);
    auto const decision =
        decide(found->second.rule, known->second, request.purpose, now, found->second.releases - (again ? 1u : 0u));
    if (decision != AccessDecision::granted) return decision;
    if (!again) {
        std::erase_if(served, [&](auto const& entry) { return now - entry.second > config_.request_lifetime; });
        if (served.size() >= config_.most_sessions) return AccessDecision::busy;
        served.emplace(request.session, request.issued);
        ++found->second.releases;
    }
    held = &found->second;
    return decision;
}

std::optional<ShareMessage> Custodian::on(ShareRequest const& request) {
    Held* held = nullptr;
    ShareRelease out{request.session, 0, judge(request, held), {}, {}};
    if (held != nullptr) {
        out.x = held->record.x;
        auto sealed = seal_box(ports_.kem, request.public_key, kReleaseLabel, request.session,
                               encode_record(held->record), associated_part(request.session, out.x), ports_.entropy);
        if (!sealed) return count("shares.request.public_key"), std::nullopt;
        out.box = std::move(sealed->box);
        if (request.want_manifest) out.manifest = held->manifest;
        count("shares.released");
    } else {
        count("shares.denied");
    }
    return out;
}

void Custodian::watch(Held& held) {
    ports_.clock.cancel(held.expiry);
    held.expiry = 0;
    if (held.record.sharing.not_after == kSimNever) return;
    held.expiry = ports_.clock.call_at(held.record.sharing.not_after, [this, key = held.record.sharing.key] {
        shares_.at(key).expiry = 0;
        destroy(key);
        count("shares.expired");
    });
}

void Custodian::on_restart() {
    std::vector<KeyId> late;
    for (auto& [key, held] : shares_)
        if (held.record.sharing.not_after <= ports_.clock.now())
            late.push_back(key);
        else
            watch(held);
    for (KeyId const& key : late) {
        destroy(key);
        count("shares.expired");
    }
}

void Custodian::destroy(KeyId key) {
    auto const found = shares_.find(key);
    if (found == shares_.end()) return;
    if (found->second.expiry != 0) ports_.clock.cancel(found->second.expiry);
    shares_.erase(found);
}

void Custodian::destroy_all() {
    while (!shares_.empty())
        destroy(KeyId{shares_.begin()->first});
}

std::vector<ShareRecord> Custodian::seized() const {
    std::vector<ShareRecord> out;
    for (auto const& [key, held] : shares_) {
        out.push_back(held.record);
        if (held.next) out.push_back(*held.next);
    }
    return out;
}

} // namespace qkdes
