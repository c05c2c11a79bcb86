#include "sim/world/adversary/oracle_kem.hpp"

#include <algorithm>

namespace qkdes {

OracleKem::Digest OracleKem::digest(std::span<std::uint8_t const> ciphertext) {
    Digest out{};
    std::copy_n(ciphertext.begin(), std::min(ciphertext.size(), out.size()), out.begin());
    return out;
}

std::optional<Kem::Encapsulation> OracleKem::encapsulate(std::span<std::uint8_t const> public_key, Entropy& entropy) {
    auto out = kem_->encapsulate(public_key, entropy);
    if (!out) return out;
    Digest const name = digest(out->ciphertext);
    if (!secrets_.emplace(name, out->secret).second) return out;
    order_.push_back(name);
    if (order_.size() > kRemembered) {
        secrets_.erase(order_.front());
        order_.pop_front();
    }
    return out;
}

std::optional<SecretBytes> OracleKem::secret_of(std::span<std::uint8_t const> ciphertext) const {
    auto const found = secrets_.find(digest(ciphertext));
    if (found == secrets_.end()) return std::nullopt;
    return found->second;
}

} // namespace qkdes
