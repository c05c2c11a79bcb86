#include "sim/kme/shares/vcs1.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/wire.hpp"

namespace qkdes {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::string_view kRecordLabel = "VCS1", kZeroLabel = "VCS1 zero", kSignatureLabel = "VCS1 manifest";

std::vector<std::uint8_t> signed_text(ShareManifest const& manifest) {
    std::vector<std::uint8_t> text{kSignatureLabel.begin(), kSignatureLabel.end()};
    auto const bytes = encode_manifest(manifest);
    text.insert(text.end(), bytes.begin(), bytes.end());
    return text;
}

Dealing deal(SharingParameters const& sharing, std::span<std::uint8_t const> secret, ManifestKind kind,
             Entropy& entropy) {
    QKDES_EXPECTS(secret.size() == kSharedKeyBytes && sharing.k >= 1 && sharing.k <= sharing.n);
    Dealing out;
    out.manifest = {kind, sharing.key, sharing.epoch, sharing.k, sharing.n, {}, {}};
    for (auto& point : split_secret(secret, sharing.k, sharing.n, entropy)) {
        auto& record = out.shares.emplace_back(ShareRecord{sharing, point.x, std::move(point.y), {}});
        entropy.fill(record.salt);
        out.manifest.commitments.emplace_back(commitment(record, kind));
    }
    return out;
}

} // namespace

SecretBytes encode_record(ShareRecord const& record) {
    QKDES_EXPECTS(record.y.size() == kSharedKeyBytes);
    SecretBytes bytes{ShareRecord::kBytes};
    WireWriter out{bytes.mutable_view()};
    out.integer(kVersion);
    out.bytes(record.sharing.key.bytes);
    out.integer(record.sharing.epoch);
    out.integer(record.sharing.k);
    out.integer(record.sharing.n);
    out.integer(record.x);
    out.bytes(record.y);
    out.bytes(record.salt);
    out.integer(static_cast<std::uint64_t>(record.sharing.not_after.time_since_epoch().count()));
    QKDES_ENSURES(out.full());
    return bytes;
}

std::optional<ShareRecord> decode_record(std::span<std::uint8_t const> bytes) {
    WireReader in{bytes};
    ShareRecord record;
    in.require(in.integer<std::uint8_t>() == kVersion);
    in.copy(record.sharing.key.bytes);
    record.sharing.epoch = in.integer<std::uint32_t>();
    record.sharing.k = in.integer<std::uint8_t>();
    record.sharing.n = in.integer<std::uint8_t>();
    record.x = in.integer<std::uint8_t>();
    record.y = SecretBytes{in.bytes(kSharedKeyBytes)};
    in.copy(record.salt);
    record.sharing.not_after = SimTime{SimDuration{static_cast<std::int64_t>(in.integer<std::uint64_t>())}};
    in.require(record.sharing.k >= 1 && record.sharing.k <= record.sharing.n);
    in.require(record.x >= 1 && record.x <= record.sharing.n);
    if (!in.complete()) return std::nullopt;
    return record;
}

std::vector<std::uint8_t> encode_manifest(ShareManifest const& manifest) {
    QKDES_EXPECTS(manifest.commitments.size() == manifest.n);
    std::size_t size = 1 + 1 + 16 + 4 + 2 + 1 + (manifest.check ? sizeof(ShortTag) : 0);
    for (auto const& c : manifest.commitments)
        size += 1 + (c ? c->size() : 0);
    std::vector<std::uint8_t> bytes(size);
    WireWriter out{bytes};
    out.integer(kVersion);
    out.integer(static_cast<std::uint8_t>(manifest.kind));
    out.bytes(manifest.key.bytes);
    out.integer(manifest.epoch);
    out.integer(manifest.k);
    out.integer(manifest.n);
    for (auto const& c : manifest.commitments) {
        out.integer(std::uint8_t{c.has_value()});
        if (c) out.bytes(*c);
    }
    out.integer(std::uint8_t{manifest.check.has_value()});
    if (manifest.check) out.bytes(*manifest.check);
    QKDES_ENSURES(out.full());
    return bytes;
}

std::optional<ShareManifest> decode_manifest(std::span<std::uint8_t const> bytes) {
    WireReader in{bytes};
    auto const flag = [&in] {
        auto const value = in.integer<std::uint8_t>();
        in.require(value <= 1);
        return value == 1;
    };
    ShareManifest manifest;
    in.require(in.integer<std::uint8_t>() == kVersion);
    manifest.kind = flag() ? ManifestKind::zero : ManifestKind::key;
    in.copy(manifest.key.bytes);
    manifest.epoch = in.integer<std::uint32_t>();
    manifest.k = in.integer<std::uint8_t>();
    manifest.n = in.integer<std::uint8_t>();
    in.require(manifest.k >= 1 && manifest.k <= manifest.n);
    for (unsigned x = 1; x <= manifest.n && in.ok(); ++x) {
        auto& c = manifest.commitments.emplace_back();
        if (flag()) in.copy(c.emplace());
    }
    if (flag()) in.copy(manifest.check.emplace());
    in.require(manifest.kind == ManifestKind::key || !manifest.check);
    if (!in.complete()) return std::nullopt;
    return manifest;
}

SignedManifest sign_manifest(ShareManifest manifest, Signer const& dealer, Entropy& entropy) {
    auto signature = dealer.sign(signed_text(manifest), entropy);
    return {std::move(manifest), std::move(signature)};
}

bool genuine(SignedManifest const& manifest, std::span<std::uint8_t const> dealer_key, SignatureScheme const& scheme) {
    return scheme.verify(dealer_key, signed_text(manifest.manifest), manifest.signature);
}

ShortTag key_check(SecretBytes const& key, KeyId id) { return labelled_tag(key, "kcv", id.bytes); }

Dealing deal(SharingParameters const& sharing, SecretBytes const& key, KeyCheck check, Entropy& entropy) {
    Dealing out = deal(sharing, key.view(), ManifestKind::key, entropy);
    if (check == KeyCheck::published) out.manifest.check = key_check(key, sharing.key);
    return out;
}

Digest commitment(ShareRecord const& record, ManifestKind kind) {
    return labelled_sha256(kind == ManifestKind::key ? kRecordLabel : kZeroLabel, encode_record(record));
}

bool matches(ShareManifest const& manifest, ShareRecord const& record) {
    if (record.x < 1 || record.x > manifest.n || record.y.size() != kSharedKeyBytes) return false;
    if (record.sharing.key != manifest.key || record.sharing.epoch != manifest.epoch) return false;
    if (record.sharing.k != manifest.k || record.sharing.n != manifest.n) return false;
    auto const& expected = manifest.commitments[record.x - 1u];
    return expected && same_bytes(*expected, commitment(record, manifest.kind));
}

Dealing deal_refresh(SharingParameters const& sharing, Entropy& entropy) {
    return deal(sharing, SecretBytes{kSharedKeyBytes}.view(), ManifestKind::zero, entropy);
}

std::optional<ShareRecord> refreshed(ShareRecord const& old, ShareRecord const& zero) {
    if (old.sharing.key != zero.sharing.key || old.sharing.k != zero.sharing.k || old.sharing.n != zero.sharing.n)
        return std::nullopt;
    if (old.x != zero.x || old.sharing.epoch == ~std::uint32_t{0} || zero.sharing.epoch != old.sharing.epoch + 1)
        return std::nullopt;
    ShareRecord out = zero; // its salt and its time limit
    for (std::size_t i = 0; i < kSharedKeyBytes; ++i)
        out.y.data()[i] ^= old.y.data()[i];
    return out;
}

ShareManifest refreshed_manifest(ShareManifest const& old, std::vector<std::optional<Digest>> commitments) {
    QKDES_EXPECTS(commitments.size() == old.n);
    ShareManifest out = old;
    ++out.epoch;
    out.commitments = std::move(commitments);
    return out;
}

} // namespace qkdes
