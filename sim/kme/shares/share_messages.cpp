#include "sim/kme/shares/share_messages.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/wire.hpp"

namespace qkdes {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMostBytes = 64 * 1024;

/// Grows as it is written; the parts vary in size. Nothing secret passes: shares are sealed before.
class Out {
  public:
    template <class Integer>
    void integer(Integer value) {
        for (std::size_t i = 0; i < sizeof(Integer); ++i)
            bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * (sizeof(Integer) - 1 - i))));
    }
    void flag(bool value) { bytes_.push_back(value); }
    void time(SimTime t) { integer(static_cast<std::uint64_t>(t.time_since_epoch().count())); }
    void raw(std::span<std::uint8_t const> from) { bytes_.insert(bytes_.end(), from.begin(), from.end()); }
    void sized(std::span<std::uint8_t const> from) {
        integer(static_cast<std::uint16_t>(from.size()));
        raw(from);
    }
    void box(SealedBox const& box) {
        sized(box.kem_ciphertext);
        sized(box.ciphertext);
    }
    void manifest(SignedManifest const& m) {
        sized(encode_manifest(m.manifest));
        sized(m.signature);
    }
    void rule(AccessRule const& rule) {
        integer(rule.min_clearance);
        integer(rule.required);
        integer(rule.purposes);
        time(rule.not_before);
        time(rule.not_after);
        integer(rule.max_releases);
    }
    std::vector<std::uint8_t> take() { return std::move(bytes_); }

  private:
    std::vector<std::uint8_t> bytes_;
};

struct In : WireReader {
    using WireReader::WireReader;
    bool flag() {
        auto const value = integer<std::uint8_t>();
        require(value <= 1);
        return value == 1;
    }
    SimTime time() { return SimTime{SimDuration{static_cast<std::int64_t>(integer<std::uint64_t>())}}; }
    std::vector<std::uint8_t> sized(std::size_t least, std::size_t most) {
        auto const size = integer<std::uint16_t>();
        require(size >= least && size <= most);
        auto const from = bytes(ok() ? size : 0);
        return {from.begin(), from.end()};
    }
    SealedBox box() {
        SealedBox out;
        out.kem_ciphertext = sized(1, 4096);
        out.ciphertext = sized(SealedBox::kTagBytes, 4096);
        return out;
    }
    SignedManifest manifest() {
        SignedManifest out;
        auto const text = sized(1, 16384);
        out.signature = sized(1, 8192);
        auto manifest = ok() ? decode_manifest(text) : std::nullopt;
        require(manifest.has_value());
        if (manifest) out.manifest = std::move(*manifest);
        return out;
    }
    AccessRule rule() {
        AccessRule out;
        out.min_clearance = integer<std::uint8_t>();
        out.required = integer<std::uint32_t>();
        out.purposes = integer<std::uint32_t>();
        out.not_before = time();
        out.not_after = time();
        out.max_releases = integer<std::uint16_t>();
        return out;
    }
};

void write(Out& out, ShareOffer const& m) {
    out.manifest(m.manifest);
    out.integer(m.x);
    out.rule(m.rule);
    out.box(m.box);
}
void read(In& in, ShareOffer& m) {
    m.manifest = in.manifest();
    m.x = in.integer<std::uint8_t>();
    m.rule = in.rule();
    m.box = in.box();
    in.require(m.x >= 1 && m.x <= m.manifest.manifest.n);
}

void write_body(Out& out, ShareReceipt const& m) {
    out.raw(m.key.bytes);
    out.integer(m.epoch);
    out.integer(m.x);
    out.integer(static_cast<std::uint8_t>(m.status));
    out.raw(m.commitment);
}
void write(Out& out, ShareReceipt const& m) {
    write_body(out, m);
    out.raw(m.tag);
}
void read(In& in, ShareReceipt& m) {
    in.copy(m.key.bytes);
    m.epoch = in.integer<std::uint32_t>();
    m.x = in.integer<std::uint8_t>();
    auto const status = in.integer<std::uint8_t>();
    in.require(status <= static_cast<std::uint8_t>(ReceiptStatus::refused));
    m.status = static_cast<ReceiptStatus>(status);
    in.copy(m.commitment);
    in.copy(m.tag);
}

void write(Out& out, ShareInstall const& m) {
    out.manifest(m.manifest);
    out.integer(m.x);
}
void read(In& in, ShareInstall& m) {
    m.manifest = in.manifest();
    m.x = in.integer<std::uint8_t>();
    in.require(m.x >= 1 && m.x <= m.manifest.manifest.n);
}

void write_body(Out& out, ShareRequest const& m) {
    out.raw(m.session);
    out.raw(m.key.bytes);
    out.integer(m.requester);
    out.integer(m.purpose);
    out.flag(m.want_manifest);
    out.time(m.issued);
    out.sized(m.public_key);
}
void write(Out& out, ShareRequest const& m) {
    write_body(out, m);
    out.sized(m.signature);
}
void read(In& in, ShareRequest& m) {
    in.copy(m.session);
    in.copy(m.key.bytes);
    m.requester = in.integer<std::uint32_t>();
    m.purpose = in.integer<std::uint8_t>();
    m.want_manifest = in.flag();
    m.issued = in.time();
    m.public_key = in.sized(Kem::kPublicKeyBytes, Kem::kPublicKeyBytes);
    m.signature = in.sized(1, 8192);
}

void write(Out& out, ShareRelease const& m) {
    out.raw(m.session);
    out.integer(m.x);
    out.integer(static_cast<std::uint8_t>(m.decision));
    out.flag(m.box.has_value());
    if (m.box) out.box(*m.box);
    out.flag(m.manifest.has_value());
    if (m.manifest) out.manifest(*m.manifest);
}
void read(In& in, ShareRelease& m) {
    in.copy(m.session);
    m.x = in.integer<std::uint8_t>();
    auto const decision = in.integer<std::uint8_t>();
    in.require(decision <= static_cast<std::uint8_t>(AccessDecision::busy));
    m.decision = static_cast<AccessDecision>(decision);
    if (in.flag()) m.box = in.box();
    in.require(m.box.has_value() == (m.decision == AccessDecision::granted));
    if (in.flag()) m.manifest = in.manifest();
}

template <std::size_t kKind = 0>
std::optional<ShareMessage> read_kind(std::uint8_t kind, In& in) {
    if constexpr (kKind == std::variant_size_v<ShareMessage>) {
        return std::nullopt;
    } else {
        if (kind != kKind) return read_kind<kKind + 1>(kind, in);
        std::variant_alternative_t<kKind, ShareMessage> message;
        read(in, message);
        if (!in.complete()) return std::nullopt;
        return message;
    }
}

template <class Part>
std::vector<std::uint8_t> body_of(Part const& part) {
    Out out;
    write_body(out, part);
    return out.take();
}

} // namespace

std::vector<std::uint8_t> encode_share_message(ShareMessage const& message) {
    Out out;
    out.integer(kVersion);
    out.integer(static_cast<std::uint8_t>(message.index()));
    std::visit([&](auto const& m) { write(out, m); }, message);
    auto bytes = out.take();
    QKDES_ENSURES(bytes.size() <= kMostBytes);
    return bytes;
}

std::optional<ShareMessage> decode_share_message(std::span<std::uint8_t const> bytes) {
    if (bytes.size() > kMostBytes) return std::nullopt;
    In in{bytes};
    auto const version = in.integer<std::uint8_t>();
    auto const kind = in.integer<std::uint8_t>();
    if (!in.ok() || version != kVersion) return std::nullopt;
    return read_kind(kind, in);
}

std::vector<std::uint8_t> signed_part(ShareRequest const& request) { return body_of(request); }
std::vector<std::uint8_t> tagged_part(ShareReceipt const& receipt) { return body_of(receipt); }

std::vector<std::uint8_t> associated_part(KeyId key, std::uint32_t epoch, std::uint8_t x, AccessRule const& rule) {
    Out out;
    out.raw(key.bytes);
    out.integer(epoch);
    out.integer(x);
    out.rule(rule);
    return out.take();
}

std::vector<std::uint8_t> associated_part(ShareSession const& session, std::uint8_t x) {
    Out out;
    out.raw(session);
    out.integer(x);
    return out.take();
}

} // namespace qkdes
