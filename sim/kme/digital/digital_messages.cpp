#include "sim/kme/digital/digital_messages.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/wire.hpp"

namespace qkdes {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMostBytes = 32 * 1024;

struct Out {
    template <class Integer>
    void integer(Integer value) {
        for (std::size_t i = 0; i < sizeof(Integer); ++i)
            bytes.push_back(static_cast<std::uint8_t>(value >> (8 * (sizeof(Integer) - 1 - i))));
    }
    void raw(std::span<std::uint8_t const> from) { bytes.insert(bytes.end(), from.begin(), from.end()); }
    void sized(std::span<std::uint8_t const> from) {
        integer(static_cast<std::uint16_t>(from.size()));
        raw(from);
    }
    std::vector<std::uint8_t> bytes;
};

struct In : WireReader {
    using WireReader::WireReader;
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
};

void write(Out& out, SealedBox const& box) {
    out.sized(box.kem_ciphertext);
    out.sized(box.ciphertext);
}
void write_head(Out& out, DigitalOffer const& m) {
    out.raw(m.key.bytes);
    out.integer(m.from.value);
    out.integer(m.bits);
    out.integer(m.epoch);
}
void write(Out& out, DigitalOffer const& m) {
    write_head(out, m);
    write(out, m.box);
    out.sized(m.signature);
}
void read(In& in, DigitalOffer& m) {
    in.copy(m.key.bytes);
    m.from.value = in.integer<std::uint32_t>();
    m.bits = in.integer<std::uint32_t>();
    m.epoch = in.integer<std::uint64_t>();
    in.require(m.bits >= kMinDigitalBits && m.bits <= kMaxDigitalBits && m.bits % 8 == 0);
    m.box = in.box();
    m.signature = in.sized(1, 8192);
}
void write(Out& out, DigitalConfirm const& m) {
    out.raw(m.key.bytes);
    out.sized(m.sealed);
}
void read(In& in, DigitalConfirm& m) {
    in.copy(m.key.bytes);
    m.sealed = in.sized(SealedBox::kTagBytes, 64);
}
void write(Out& out, PoolRequest const& m) {
    out.raw(m.session);
    out.integer(m.server);
    write(out, m.box);
}
void read(In& in, PoolRequest& m) {
    in.copy(m.session);
    m.server = in.integer<std::uint32_t>();
    m.box = in.box();
}
void write(Out& out, PoolReply const& m) {
    out.raw(m.session);
    out.sized(m.sealed);
}
void read(In& in, PoolReply& m) {
    in.copy(m.session);
    m.sealed = in.sized(SealedBox::kTagBytes, 8192);
}

template <std::size_t kKind = 0>
std::optional<DigitalMessage> read_kind(std::uint8_t kind, In& in) {
    if constexpr (kKind == std::variant_size_v<DigitalMessage>) {
        return std::nullopt;
    } else {
        if (kind != kKind) return read_kind<kKind + 1>(kind, in);
        std::variant_alternative_t<kKind, DigitalMessage> message;
        read(in, message);
        if (!in.complete()) return std::nullopt;
        return message;
    }
}

} // namespace

std::vector<std::uint8_t> encode_digital(DigitalMessage const& message) {
    Out out;
    out.integer(kVersion);
    out.integer(static_cast<std::uint8_t>(message.index()));
    std::visit([&](auto const& m) { write(out, m); }, message);
    QKDES_ENSURES(out.bytes.size() <= kMostBytes);
    return std::move(out.bytes);
}

std::optional<DigitalMessage> decode_digital(std::span<std::uint8_t const> bytes) {
    if (bytes.size() > kMostBytes) return std::nullopt;
    In in{bytes};
    auto const version = in.integer<std::uint8_t>();
    auto const kind = in.integer<std::uint8_t>();
    if (!in.ok() || version != kVersion) return std::nullopt;
    return read_kind(kind, in);
}

std::vector<std::uint8_t> associated_part(DigitalOffer const& offer) {
    Out out;
    write_head(out, offer);
    return std::move(out.bytes);
}

std::vector<std::uint8_t> signed_part(DigitalOffer const& offer) {
    Out out;
    write_head(out, offer);
    write(out, offer.box);
    return std::move(out.bytes);
}

SecretBytes encode_query(PoolQuery const& query) {
    SecretBytes bytes{8 + 2 + 32};
    WireWriter out{bytes.mutable_view()};
    out.integer(query.epoch);
    out.integer(query.words);
    out.bytes(query.sampling_seed);
    QKDES_ENSURES(out.full());
    return bytes;
}

std::optional<PoolQuery> decode_query(std::span<std::uint8_t const> bytes) {
    WireReader in{bytes};
    PoolQuery query;
    query.epoch = in.integer<std::uint64_t>();
    query.words = in.integer<std::uint16_t>();
    query.sampling_seed = SecretBytes{in.bytes(32)};
    in.require(query.words >= 1 && query.words <= sampled_words(kMaxDigitalBits));
    if (!in.complete()) return std::nullopt;
    return query;
}

} // namespace qkdes
