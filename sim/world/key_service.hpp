// How applications at two nodes come to a common key: relayed by the nodes, put together from shares, or computed at
// both ends. A demand asks one of them (`via` in a scenario); all of them keep the same promises.
#pragma once
#include "sim/kme/node.hpp"

#include <functional>
#include <span>

namespace qkdes {

class KeyService {
  public:
    virtual ~KeyService() = default;
    /// At the host of request.from. The reply comes exactly once, perhaps before this returns; keys in it are at, or on
    /// their way to, the other application's host under their ids.
    virtual void request(KeyRequest const& request, std::function<void(KeyReply)> reply) = 0;
    /// At the host of `caller`, which the keys were made for: hands out and forgets, all or none; not_found when they
    /// have not arrived yet.
    virtual KeyReply fetch(AppId caller, std::span<KeyId const> ids, AppId from) = 0;
};

} // namespace qkdes
