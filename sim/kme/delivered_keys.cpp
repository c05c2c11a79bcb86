#include "sim/kme/delivered_keys.hpp"

#include <set>

namespace qkdes {

bool DeliveredKeys::insert(AppId owner, std::span<DeliveredKey const> keys) {
    std::set<KeyId> seen;
    for (auto const& key : keys)
        if (keys_.contains(key.id) || !seen.insert(key.id).second) return false;
    if (keys_.size() + keys.size() > limit_) return false;
    for (auto const& key : keys)
        keys_.emplace(key.id, Entry{owner, key});
    return true;
}

KeyReply DeliveredKeys::fetch(AppId caller, std::span<KeyId const> ids) {
    if (ids.empty() || ids.size() > 128) return {KeyStatus::bad_request, {}};
    std::set<KeyId> const distinct{ids.begin(), ids.end()};
    bool missing = distinct.size() != ids.size(); // a key is handed out once, also within a call
    for (KeyId const& id : distinct) {
        auto const found = keys_.find(id);
        missing |= found == keys_.end();
        if (found != keys_.end() && found->second.owner != caller) return {KeyStatus::unauthorized, {}};
    }
    if (missing) return {KeyStatus::not_found, {}};
    KeyReply reply;
    for (KeyId const& id : ids) {
        auto const found = keys_.find(id);
        reply.keys.push_back(std::move(found->second.key));
        keys_.erase(found);
    }
    return reply;
}

} // namespace qkdes
