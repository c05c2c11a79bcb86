#include "sim/kme/hop_crypto.hpp"

#include "sim/base/contracts.hpp"

#include <botan/aead.h>
#include <botan/exceptn.h>
#include <botan/kdf.h>

namespace qkdes {

namespace {

/// Each field with its length in front, so that no two lists of fields share an encoding.
void append_field(std::vector<std::uint8_t>& out, std::span<std::uint8_t const> field) {
    auto const size = static_cast<std::uint32_t>(field.size());
    for (int shift = 24; shift >= 0; shift -= 8)
        out.push_back(static_cast<std::uint8_t>(size >> shift));
    out.insert(out.end(), field.begin(), field.end());
}

std::span<std::uint8_t const> bytes_of(std::string_view text) {
    return {reinterpret_cast<std::uint8_t const*>(text.data()), text.size()};
}

std::vector<std::uint8_t> encode(std::string_view label, HopEnds const& ends, std::size_t more) {
    std::vector<std::uint8_t> out;
    out.reserve(label.size() + ends.initiator.size() + ends.responder.size() + ends.session.size() + more + 24);
    append_field(out, bytes_of(label));
    append_field(out, ends.session);
    append_field(out, bytes_of(ends.initiator));
    append_field(out, bytes_of(ends.responder));
    return out;
}

} // namespace

struct HopCrypto::Ciphers {
    std::unique_ptr<Botan::AEAD_Mode> sealer =
        Botan::AEAD_Mode::create_or_throw("AES-256/GCM", Botan::Cipher_Dir::Encryption);
    std::unique_ptr<Botan::AEAD_Mode> opener =
        Botan::AEAD_Mode::create_or_throw("AES-256/GCM", Botan::Cipher_Dir::Decryption);
    std::unique_ptr<Botan::KDF> kdf = Botan::KDF::create_or_throw("HKDF(SHA-256)");
};

HopCrypto::HopCrypto() : ciphers_{std::make_unique<Ciphers>()} {}
HopCrypto::~HopCrypto() = default;

SecretBytes HopCrypto::hkdf(std::size_t size, std::span<std::uint8_t const> secret, std::span<std::uint8_t const> salt,
                            std::span<std::uint8_t const> info) const {
    SecretBytes out{size};
    ciphers_->kdf->derive_key(out.mutable_view(), secret, salt, info);
    return out;
}

SecretBytes HopCrypto::hop_key(HopDerivation derivation, std::span<std::uint8_t const> qkd_key,
                               SecretBytes const& kem_secret, KemTranscript const& transcript,
                               HopEnds const& ends) const {
    QKDES_EXPECTS(kem_secret.empty() || kem_secret.size() == Kem::kSecretBytes);
    QKDES_EXPECTS(qkd_key.empty() || qkd_key.size() == Kem::kSecretBytes);
    QKDES_EXPECTS(!qkd_key.empty() || !kem_secret.empty());
    if (derivation == HopDerivation::exclusive_or) {
        SecretBytes key = kem_secret.empty() ? SecretBytes{Kem::kSecretBytes} : kem_secret;
        for (std::size_t i = 0; i < qkd_key.size(); ++i)
            key.data()[i] ^= qkd_key[i];
        return key;
    }
    SecretBytes both{qkd_key.size() + kem_secret.size()};
    std::copy(qkd_key.begin(), qkd_key.end(), both.data());
    std::copy_n(kem_secret.data(), kem_secret.size(), both.data() + qkd_key.size());
    auto info = encode("qkdes hop key 1", ends, transcript.public_key.size() + transcript.ciphertext.size() + 8);
    append_field(info, transcript.public_key);
    append_field(info, transcript.ciphertext);
    return hkdf(Kem::kSecretBytes, both, {}, info);
}

Envelope HopCrypto::seal(SecretBytes const& key, std::span<std::uint8_t const> plaintext, HopEnds const& ends,
                         Entropy& entropy) const {
    Envelope out;
    entropy.fill(out.iv);
    Botan::secure_vector<std::uint8_t> buffer;
    buffer.reserve(plaintext.size() + Envelope::kTagBytes);
    buffer.assign(plaintext.begin(), plaintext.end());
    ciphers_->sealer->set_key(key.view());
    ciphers_->sealer->set_associated_data(encode("qkdes envelope 1", ends, 0));
    ciphers_->sealer->start(out.iv);
    ciphers_->sealer->finish(buffer);
    ciphers_->sealer->clear(); // forget the key
    out.ciphertext.assign(buffer.begin(), buffer.end());
    return out;
}

std::optional<SecretBytes> HopCrypto::open(SecretBytes const& key, Envelope const& envelope,
                                           HopEnds const& ends) const {
    if (envelope.ciphertext.size() < Envelope::kTagBytes) return std::nullopt;
    Botan::secure_vector<std::uint8_t> buffer{envelope.ciphertext.begin(), envelope.ciphertext.end()};
    bool genuine = true;
    try {
        ciphers_->opener->set_key(key.view());
        ciphers_->opener->set_associated_data(encode("qkdes envelope 1", ends, 0));
        ciphers_->opener->start(envelope.iv);
        ciphers_->opener->finish(buffer);
    } catch (Botan::Exception const&) {
        genuine = false;
    }
    ciphers_->opener->clear();
    if (!genuine) return std::nullopt;
    return SecretBytes{std::span<std::uint8_t const>{buffer}};
}

} // namespace qkdes
