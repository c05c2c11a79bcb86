// A key as a number, for those who compare keys and must not keep them: the auditor and whoever tells it of keys.
#pragma once
#include "sim/base/hash.hpp"
#include "sim/base/secret.hpp"

#include <cstdint>

namespace qkdes {

inline std::uint64_t key_digest(SecretBytes const& key) {
    auto const view = key.view();
    return hash_text({reinterpret_cast<char const*>(view.data()), view.size()});
}

} // namespace qkdes
