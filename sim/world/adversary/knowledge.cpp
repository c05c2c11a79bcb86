#include "sim/world/adversary/knowledge.hpp"

#include <algorithm>

namespace qkdes {

std::string_view to_string(Means means) {
    constexpr std::string_view names[kMeans] = {"memory", "ml-kem", "qkd", "ml-kem and qkd", "aes", "mitm", "shares"};
    return names[static_cast<std::size_t>(means)];
}

void Knowledge::learn(KeyId key, SecretBytes const& bits, SimTime at, Means means) {
    auto const [entry, fresh] = claims_.try_emplace(key);
    if (fresh) order_.push_back(key);
    auto& claims = entry->second;
    auto const same = std::find_if(claims.begin(), claims.end(), [&](Claim const& c) { return c.bits == bits; });
    if (same == claims.end())
        claims.push_back({bits, at, means});
    else if (at < same->at)
        *same = {bits, at, means};
    while (order_.size() > kLimit) {
        overflowed_ += claims_.erase(order_.front());
        order_.pop_front();
    }
}

std::vector<Claim> const* Knowledge::of(KeyId key) const {
    auto const found = claims_.find(key);
    return found == claims_.end() ? nullptr : &found->second;
}

} // namespace qkdes
