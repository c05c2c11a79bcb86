// What stands for a hop key and its seal where messages are values (sim/ports/transport.hpp): both ends compute it, and
// it differs, but for one chance in 2^64, when the QKD keys, the KEM secrets, the session or the names of the ends do.
// No security whatever, as with the modelled KEM beside it.
#pragma once
#include "sim/base/hash.hpp"
#include "sim/kme/hop_crypto.hpp"

#include <string_view>

namespace qkdes {

inline std::uint64_t modelled_seal(std::span<std::uint8_t const> qkd_key, SecretBytes const& kem_secret,
                                   HopEnds const& ends) {
    PairHash hash;
    hash.add(qkd_key.size(), kem_secret.size());
    hash.add(ends.initiator.size(), ends.responder.size());
    hash.add(qkd_key);
    hash.add(kem_secret.view());
    hash.add(ends.session);
    for (std::string_view const name : {ends.initiator, ends.responder})
        hash.add({reinterpret_cast<std::uint8_t const*>(name.data()), name.size()});
    return hash.value();
}

} // namespace qkdes
