// What stands for a hop key and its seal where messages are values (sim/ports/transport.hpp): both ends compute it, and
// it differs, but for one chance in 2^64, when the QKD keys, the KEM secrets, the session or the names of the ends do.
// No security whatever, as with the modelled KEM beside it.
#pragma once
#include "sim/base/hash.hpp"
#include "sim/kme/hop_crypto.hpp"

#include <algorithm>
#include <cstring>

namespace qkdes {

inline std::uint64_t modelled_seal(std::span<std::uint8_t const> qkd_key, SecretBytes const& kem_secret,
                                   HopEnds const& ends) {
    RunningHash hash;
    auto const add = [&](std::span<std::uint8_t const> bytes) {
        hash.add(bytes.size());
        for (std::size_t at = 0; at < bytes.size(); at += 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes.data() + at, std::min<std::size_t>(8, bytes.size() - at));
            hash.add(word);
        }
    };
    add(qkd_key);
    add(kem_secret);
    add(ends.session);
    hash.add(hash_text(ends.initiator));
    hash.add(hash_text(ends.responder));
    return hash.value();
}

} // namespace qkdes
