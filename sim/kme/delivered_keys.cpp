#include "sim/kme/delivered_keys.hpp"

#include <algorithm>
#include <set>

namespace qkdes {

namespace {
auto copy_of(auto& copies, AppId owner) {
    return std::find_if(copies.begin(), copies.end(), [&](auto const& copy) { return copy.owner == owner; });
}
} // namespace

bool DeliveredKeys::insert(AppId from, AppId owner, std::span<DeliveredKey const> keys) {
    std::set<KeyId> seen;
    for (auto const& key : keys) {
        if (!seen.insert(key.id).second) return false;
        auto const found = keys_.find(key.id);
        if (found == keys_.end()) continue;
        auto const& copies = found->second.copies;
        if (copy_of(copies, owner) != copies.end()) return false;
        if (found->second.from != from || !(found->second.key == key.key)) return false;
    }
    if (waiting_ + keys.size() > limit_) return false;
    for (auto const& key : keys) {
        Entry& entry = keys_.try_emplace(key.id, Entry{from, key.key, {}}).first->second;
        entry.copies.push_back({owner, key.exposure});
    }
    waiting_ += keys.size();
    return true;
}

void DeliveredKeys::take(Entries::iterator entry, Copy& copy) {
    copy.here = false;
    --waiting_;
    auto const& copies = entry->second.copies;
    if (std::none_of(copies.begin(), copies.end(), [](Copy const& c) { return c.here; })) keys_.erase(entry);
}

KeyReply DeliveredKeys::fetch(AppId caller, std::span<KeyId const> ids, AppId from) {
    if (ids.empty() || ids.size() > 128) return {KeyStatus::bad_request, {}};
    std::set<KeyId> const distinct{ids.begin(), ids.end()};
    bool missing = distinct.size() != ids.size(); // a key is handed out once, also within a call
    for (KeyId const& id : distinct) {
        auto const found = keys_.find(id);
        if (found == keys_.end()) {
            missing = true;
            continue;
        }
        auto const copy = copy_of(found->second.copies, caller);
        if (copy == found->second.copies.end()) return {KeyStatus::unauthorized, {}};
        missing |= !copy->here || (from.valid() && found->second.from != from);
    }
    if (missing) return {KeyStatus::not_found, {}};
    KeyReply reply;
    for (KeyId const& id : ids) {
        auto const found = keys_.find(id);
        auto const copy = copy_of(found->second.copies, caller);
        reply.keys.push_back({id, found->second.key, security_class(copy->exposure), copy->exposure});
        take(found, *copy);
    }
    return reply;
}

bool DeliveredKeys::contains(WaitingKey const& waiting) const {
    auto const found = keys_.find(waiting.id);
    if (found == keys_.end()) return false;
    auto const copy = copy_of(found->second.copies, waiting.owner);
    return copy != found->second.copies.end() && copy->here;
}

std::vector<KeyId> DeliveredKeys::between(AppId from, AppId owner) const {
    std::vector<KeyId> out;
    for (auto const& [id, entry] : keys_)
        if (auto const copy = copy_of(entry.copies, owner);
            entry.from == from && copy != entry.copies.end() && copy->here)
            out.push_back(id);
    return out;
}

SecretBytes const* DeliveredKeys::find(KeyId id) const {
    auto const found = keys_.find(id);
    return found == keys_.end() ? nullptr : &found->second.key;
}

void DeliveredKeys::visit(std::function<void(KeyId, SecretBytes const&)> const& see) const {
    for (auto const& [id, entry] : keys_)
        see(id, entry.key);
}

bool DeliveredKeys::remove(WaitingKey const& waiting) {
    if (!contains(waiting)) return false;
    auto const found = keys_.find(waiting.id);
    take(found, *copy_of(found->second.copies, waiting.owner));
    return true;
}

} // namespace qkdes
