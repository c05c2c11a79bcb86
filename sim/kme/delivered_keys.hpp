// End-to-end keys that wait at the far node for their applications (ETSI GS QKD 014, dec_keys): handed out once to each
// application that the request named, and forgotten when the last has come. An application that asks again finds
// nothing; one that was not named is refused for as long as the key is here.
#pragma once
#include "sim/kme/node.hpp"

#include <functional>
#include <map>
#include <span>

namespace qkdes {

/// One recipient's copy of a key.
struct WaitingKey {
    KeyId id;
    AppId owner;
};

class DeliveredKeys {
  public:
    /// At most `limit` copies wait.
    explicit DeliveredKeys(std::uint64_t limit) : limit_{limit} {}

    /// All or none: false when there is no room, or an id is twice in the list, was here for this owner before, or is
    /// here with other bits or from another.
    bool insert(AppId from, AppId owner, std::span<DeliveredKey const> keys);
    /// `from` valid: keys that another asked for are not found.
    KeyReply fetch(AppId caller, std::span<KeyId const> ids, AppId from = {});
    /// True when the copy was still here.
    bool remove(WaitingKey const& waiting);
    bool contains(WaitingKey const& waiting) const;
    /// Keys that `from` asked for and that wait for `owner`, by id.
    std::vector<KeyId> between(AppId from, AppId owner) const;
    std::size_t size() const { return waiting_; } ///< copies
    SecretBytes const* find(KeyId id) const;
    void visit(std::function<void(KeyId, SecretBytes const&)> const& see) const; ///< by id

  private:
    struct Copy {
        AppId owner;
        Exposure exposure;
        bool here = true;
    };
    struct Entry {
        AppId from;
        SecretBytes key;
        std::vector<Copy> copies;
    };
    using Entries = std::map<KeyId, Entry>;
    void take(Entries::iterator entry, Copy& copy);

    std::uint64_t limit_;
    std::size_t waiting_ = 0;
    Entries keys_;
};

} // namespace qkdes
