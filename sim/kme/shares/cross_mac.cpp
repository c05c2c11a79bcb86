#include "sim/kme/shares/cross_mac.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/shares/share_crypto.hpp"
#include "sim/kme/wire.hpp"

#include <algorithm>
#include <array>

namespace qkdes {

namespace {

constexpr std::size_t kTag = CrossMacPackage::kTagBytes, kKey = CrossMacPackage::kKeyBytes;

/// Where `other` stands in a list by x that leaves out `own`.
std::size_t place(std::uint8_t own, std::uint8_t other) { return other < own ? other - 1u : other - 2u; }

std::array<std::uint8_t, kTag> tag_of(SecretBytes const& y, std::span<std::uint8_t const> key) {
    Gf128 const a = Gf128::from_bytes(key.first(16)), b = Gf128::from_bytes(key.last(16));
    Gf128 const y1 = Gf128::from_bytes(y.view().first(16)), y2 = Gf128::from_bytes(y.view().last(16));
    std::array<std::uint8_t, kTag> out;
    (((a * y1) ^ y2) * a ^ b).to_bytes(out);
    return out;
}

bool vouches(CrossMacPackage const& holder, CrossMacPackage const& share) {
    auto const key = holder.keys.view().subspan(kKey * place(holder.x, share.x), kKey);
    auto const tag = share.tags.view().subspan(kTag * place(share.x, holder.x), kTag);
    return same_bytes(tag_of(share.y, key), tag);
}

/// Polynomial hash of text and length under `point`, blinded by `mask`.
std::array<std::uint8_t, 16> one_time_tag(std::span<std::uint8_t const> text, std::span<std::uint8_t const> key) {
    Gf128 const point = Gf128::from_bytes(key.first(16)), mask = Gf128::from_bytes(key.last(16));
    Gf128 sum;
    for (std::size_t at = 0; at < text.size(); at += 16)
        sum = (sum ^ Gf128::from_bytes(text.subspan(at, std::min<std::size_t>(16, text.size() - at)))) * point;
    sum = (sum ^ Gf128{text.size(), 0}) * point;
    std::array<std::uint8_t, 16> out;
    (sum ^ mask).to_bytes(out);
    return out;
}

} // namespace

SecretBytes encode_package(CrossMacPackage const& package) {
    SecretBytes bytes{CrossMacPackage::bytes(package.n)};
    WireWriter out{bytes.mutable_view()};
    out.integer(package.x);
    out.integer(package.n);
    out.bytes(package.y);
    out.bytes(package.tags);
    out.bytes(package.keys);
    QKDES_ENSURES(out.full());
    return bytes;
}

std::optional<CrossMacPackage> decode_package(std::span<std::uint8_t const> bytes) {
    WireReader in{bytes};
    CrossMacPackage package;
    package.x = in.integer<std::uint8_t>();
    package.n = in.integer<std::uint8_t>();
    in.require(package.n >= 1 && package.x >= 1 && package.x <= package.n);
    if (!in.ok()) return std::nullopt;
    package.y = SecretBytes{in.bytes(CrossMacPackage::kShareBytes)};
    package.tags = SecretBytes{in.bytes(kTag * (package.n - 1u))};
    package.keys = SecretBytes{in.bytes(kKey * (package.n - 1u))};
    if (!in.complete()) return std::nullopt;
    return package;
}

std::vector<CrossMacPackage> cross_mac_split(SecretBytes const& secret, std::uint8_t k, std::uint8_t n,
                                             Entropy& entropy) {
    QKDES_EXPECTS(secret.size() == CrossMacPackage::kShareBytes && k >= 2 && n + 1 >= 2 * k);
    std::vector<CrossMacPackage> out;
    for (auto& point : split_secret(secret, k, n, entropy)) {
        auto& package = out.emplace_back(CrossMacPackage{point.x, n, std::move(point.y), SecretBytes{kTag * (n - 1u)},
                                                         SecretBytes{kKey * (n - 1u)}});
        entropy.fill(package.keys.mutable_view());
    }
    for (auto& share : out)
        for (auto const& holder : out) {
            if (holder.x == share.x) continue;
            auto const tag = tag_of(share.y, holder.keys.view().subspan(kKey * place(holder.x, share.x), kKey));
            std::copy(tag.begin(), tag.end(), share.tags.data() + kTag * place(share.x, holder.x));
        }
    return out;
}

CrossMacResult cross_mac_combine(std::span<CrossMacPackage const> packages, std::uint8_t k) {
    CrossMacResult out;
    std::vector<SharePoint> accepted;
    for (auto const& share : packages) {
        std::size_t vouchers = 1;
        for (auto const& holder : packages)
            if (holder.x != share.x && holder.n == share.n) vouchers += vouches(holder, share);
        if (vouchers >= k)
            accepted.push_back({share.x, share.y});
        else
            out.culprits.push_back(share.x);
    }
    std::sort(out.culprits.begin(), out.culprits.end());
    if (accepted.size() >= k) out.secret = interpolate(std::span{accepted}.first(k));
    return out;
}

std::vector<std::uint8_t> one_time_seal(SecretBytes const& pad, std::span<std::uint8_t const> plaintext) {
    QKDES_EXPECTS(pad.size() == plaintext.size() + kOneTimeOverhead);
    std::vector<std::uint8_t> out(plaintext.begin(), plaintext.end());
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] ^= pad.data()[i];
    auto const tag = one_time_tag(out, pad.view().last(kOneTimeOverhead));
    out.insert(out.end(), tag.begin(), tag.end());
    return out;
}

std::optional<SecretBytes> one_time_open(SecretBytes const& pad, std::span<std::uint8_t const> sealed) {
    if (sealed.size() < 16 || pad.size() != sealed.size() - 16 + kOneTimeOverhead) return std::nullopt;
    auto const text = sealed.first(sealed.size() - 16);
    if (!same_bytes(one_time_tag(text, pad.view().last(kOneTimeOverhead)), sealed.last(16))) return std::nullopt;
    SecretBytes out{text};
    for (std::size_t i = 0; i < out.size(); ++i)
        out.data()[i] ^= pad.data()[i];
    return out;
}

} // namespace qkdes
