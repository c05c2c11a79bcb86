#include "sim/kme/shares/share_crypto.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>

#include <botan/aead.h>
#include <botan/exceptn.h>
#include <botan/hash.h>
#include <botan/kdf.h>
#include <botan/mac.h>
#include <botan/mem_ops.h>

namespace qkdes {

namespace {

std::span<std::uint8_t const> bytes_of(std::string_view text) {
    return {reinterpret_cast<std::uint8_t const*>(text.data()), text.size()};
}

constexpr GcmIv kOnlyIv{};

struct BoxKeys {
    SecretBytes text, reply;
};

BoxKeys box_keys(SecretBytes const& secret, std::span<std::uint8_t const> kem_ciphertext, std::string_view label,
                 std::span<std::uint8_t const> info) {
    std::vector<std::uint8_t> transcript{kem_ciphertext.begin(), kem_ciphertext.end()}; // of one size: no ambiguity
    transcript.insert(transcript.end(), info.begin(), info.end());
    SecretBytes const both = labelled_hkdf(64, secret, label, transcript);
    return {SecretBytes{both.view().first(32)}, SecretBytes{both.view().last(32)}};
}

} // namespace

Digest labelled_sha256(std::string_view label, std::span<std::uint8_t const> bytes) {
    auto const hash = Botan::HashFunction::create_or_throw("SHA-256");
    hash->update(bytes_of(label));
    hash->update(bytes);
    Digest out;
    hash->final(out);
    return out;
}

ShortTag labelled_tag(SecretBytes const& key, std::string_view label, std::span<std::uint8_t const> bytes) {
    auto const mac = Botan::MessageAuthenticationCode::create_or_throw("HMAC(SHA-256)");
    mac->set_key(key.view());
    mac->update(bytes_of(label));
    mac->update(bytes);
    Digest whole;
    mac->final(whole);
    ShortTag out;
    std::copy_n(whole.begin(), out.size(), out.begin());
    return out;
}

SecretBytes labelled_hkdf(std::size_t size, std::span<std::uint8_t const> secret, std::string_view label,
                          std::span<std::uint8_t const> info) {
    auto const kdf = Botan::KDF::create_or_throw("HKDF(SHA-256)");
    std::vector<std::uint8_t> whole;
    whole.reserve(4 + label.size() + info.size());
    for (int shift = 24; shift >= 0; shift -= 8)
        whole.push_back(static_cast<std::uint8_t>(label.size() >> shift));
    whole.insert(whole.end(), label.begin(), label.end());
    whole.insert(whole.end(), info.begin(), info.end());
    SecretBytes out{size};
    kdf->derive_key(out.mutable_view(), secret, std::span<std::uint8_t const>{}, whole);
    return out;
}

bool same_bytes(std::span<std::uint8_t const> a, std::span<std::uint8_t const> b) {
    return a.size() == b.size() && Botan::constant_time_compare(a.data(), b.data(), a.size());
}

std::vector<std::uint8_t> seal_gcm(SecretBytes const& key, GcmIv const& iv, std::span<std::uint8_t const> plaintext,
                                   std::span<std::uint8_t const> associated) {
    auto const cipher = Botan::AEAD_Mode::create_or_throw("AES-256/GCM", Botan::Cipher_Dir::Encryption);
    Botan::secure_vector<std::uint8_t> buffer;
    buffer.reserve(plaintext.size() + SealedBox::kTagBytes);
    buffer.assign(plaintext.begin(), plaintext.end());
    cipher->set_key(key.view());
    cipher->set_associated_data(associated);
    cipher->start(iv);
    cipher->finish(buffer);
    return {buffer.begin(), buffer.end()};
}

std::optional<SecretBytes> open_gcm(SecretBytes const& key, GcmIv const& iv, std::span<std::uint8_t const> ciphertext,
                                    std::span<std::uint8_t const> associated) {
    if (ciphertext.size() < SealedBox::kTagBytes) return std::nullopt;
    auto const cipher = Botan::AEAD_Mode::create_or_throw("AES-256/GCM", Botan::Cipher_Dir::Decryption);
    Botan::secure_vector<std::uint8_t> buffer{ciphertext.begin(), ciphertext.end()};
    try {
        cipher->set_key(key.view());
        cipher->set_associated_data(associated);
        cipher->start(iv);
        cipher->finish(buffer);
    } catch (Botan::Exception const&) {
        return std::nullopt;
    }
    return SecretBytes{std::span<std::uint8_t const>{buffer}};
}

std::vector<std::uint8_t> seal_once(SecretBytes const& key, std::span<std::uint8_t const> plaintext,
                                    std::span<std::uint8_t const> associated) {
    return seal_gcm(key, kOnlyIv, plaintext, associated);
}

std::optional<SecretBytes> open_once(SecretBytes const& key, std::span<std::uint8_t const> ciphertext,
                                     std::span<std::uint8_t const> associated) {
    return open_gcm(key, kOnlyIv, ciphertext, associated);
}

std::optional<SealedWithReply> seal_box(Kem& kem, std::span<std::uint8_t const> public_key, std::string_view label,
                                        std::span<std::uint8_t const> info, std::span<std::uint8_t const> plaintext,
                                        std::span<std::uint8_t const> associated, Entropy& entropy) {
    auto encapsulated = kem.encapsulate(public_key, entropy);
    if (!encapsulated) return std::nullopt;
    BoxKeys keys = box_keys(encapsulated->secret, encapsulated->ciphertext, label, info);
    auto text = seal_once(keys.text, plaintext, associated);
    return SealedWithReply{{std::move(encapsulated->ciphertext), std::move(text)}, std::move(keys.reply)};
}

std::optional<OpenedWithReply> open_box(Kem::PrivateKey const& key, SealedBox const& box, std::string_view label,
                                        std::span<std::uint8_t const> info, std::span<std::uint8_t const> associated) {
    auto const secret = key.decapsulate(box.kem_ciphertext);
    if (!secret) return std::nullopt;
    BoxKeys keys = box_keys(*secret, box.kem_ciphertext, label, info);
    auto text = open_once(keys.text, box.ciphertext, associated);
    if (!text) return std::nullopt;
    return OpenedWithReply{std::move(*text), std::move(keys.reply)};
}

} // namespace qkdes
