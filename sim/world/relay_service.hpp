// The nodes' own way of delivering keys: relayed hop by hop (sim/kme/node.hpp).
#pragma once
#include "sim/kme/topology.hpp"
#include "sim/world/host.hpp"
#include "sim/world/key_service.hpp"

#include <memory>
#include <vector>

namespace qkdes {

class RelayService final : public KeyService {
  public:
    /// Both outlive it.
    RelayService(std::vector<std::unique_ptr<Host>> const& hosts, Topology const& topology)
        : hosts_{hosts}, topology_{topology} {}
    void request(KeyRequest const& request, std::function<void(KeyReply)> reply) override {
        node_of(request.from).request_keys(request, std::move(reply));
    }
    KeyReply fetch(AppId caller, std::span<KeyId const> ids, AppId from) override {
        return node_of(caller).fetch_keys(caller, ids, from);
    }

  private:
    KmeNode& node_of(AppId app) const { return hosts_[topology_.applications[app.index()].index()]->node(); }

    std::vector<std::unique_ptr<Host>> const& hosts_;
    Topology const& topology_;
};

} // namespace qkdes
