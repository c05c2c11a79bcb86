// What an agent needs of its surroundings beyond the ports of every node: keys that two sites share, a secret store at
// its site, and a way to the agent of the other site.
#pragma once
#include "sim/kme/agent/key_record.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace qkdes::agent {

struct SuppliedKey {
    KeyId id;
    SecretBytes key;
};

/// Keys shared with the other site: the two calls that ETSI GS QKD 014 makes of a key management entity.
class KeySupply {
  public:
    virtual ~KeySupply() = default;
    /// A new key of so many bits, which the other site can get by its id. Answers once, perhaps before it returns;
    /// nothing when there is none.
    virtual void fresh(std::uint32_t bits, std::function<void(std::optional<SuppliedKey>)> answer) = 0;
    /// What the other site was given; nothing when it is not here (yet).
    virtual std::optional<SuppliedKey> by_id(KeyId id) = 0;
};

/// The secret store of a site. It answers once, or never when it is unreachable: callers have a timeout.
class SecretStore {
  public:
    virtual ~SecretStore() = default;
    /// True when it is stored, or a younger one is.
    virtual void put(KeyRecord const& record, std::function<void(bool)> answer) = 0;
    /// The current record as a consumer reads it; nothing when there is none.
    virtual void get(std::function<void(std::optional<KeyRecord>)> answer) = 0;
};

/// To the other site, over a channel that is authenticated and confidential (TLS outside); messages may be lost.
using SendToPeer = std::function<void(std::vector<std::uint8_t>)>;

} // namespace qkdes::agent
