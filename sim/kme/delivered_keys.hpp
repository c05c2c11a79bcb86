// End-to-end keys that wait at the far node for their application (ETSI GS QKD 014, dec_keys): handed out once, to the
// application that the request named, and forgotten.
#pragma once
#include "sim/kme/node.hpp"

#include <map>
#include <span>

namespace qkdes {

class DeliveredKeys {
  public:
    explicit DeliveredKeys(std::uint64_t limit) : limit_{limit} {}

    /// All or none: false when there is no room, or an id is here already or twice in the list.
    bool insert(AppId owner, std::span<DeliveredKey const> keys);
    KeyReply fetch(AppId caller, std::span<KeyId const> ids);
    /// True when it was still here.
    bool remove(KeyId id) { return keys_.erase(id) != 0; }
    bool contains(KeyId id) const { return keys_.contains(id); }
    std::size_t size() const { return keys_.size(); }

  private:
    struct Entry {
        AppId owner;
        DeliveredKey key;
    };
    std::uint64_t limit_;
    std::map<KeyId, Entry> keys_;
};

} // namespace qkdes
