// Applications of a world that speak ETSI GS QKD 014 to their nodes (`"api": "014"` of a demand): each request and each
// answer is written as JSON and read again, by the node's real service and the application's client. Refusals are kept
// as the standard words them: table /refusals, and counted in the summary.
//
// Holds for:  demands that the nodes serve hop by hop. The host serves a request of 014 as it serves any other, for
//             `processing`; its JSON and its TLS are works (sim/world/worker.hpp): a handshake for an application's
//             first request and after a failure of the host, a resumption after a minute of silence.
// Leaves out: the way between an application and its node, which stand in one building; HTTP's own bytes.
// Checked:    tests/sim/world/etsi014_api_test.cpp: the same keys as without it, and the texts under congestion.
#pragma once
#include "sim/kme/etsi014/client.hpp"
#include "sim/world/key_service.hpp"
#include "sim/world/system.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace qkdes {

class Etsi014Api final : public System, public KeyService {
  public:
    explicit Etsi014Api(WorldParts const& parts);

    void request(KeyRequest const& request, std::function<void(KeyReply)> reply) override;
    KeyReply fetch(AppId caller, std::span<KeyId const> ids, AppId from) override;
    std::vector<SummarySection> finish() override;

  private:
    etsi014::Service& asked_by(AppId app);
    std::string const& name_of(AppId app) const { return parts_.topology->application_names[app.index()]; }
    KeyReply read(AppId caller, AppId other, etsi014::Method method, etsi014::Response const& response);

    struct Connection { ///< of an application to its node
        SimTime used{};
        std::optional<std::uint64_t> life; ///< of the host, when it was set up
    };
    using Refusal = std::tuple<AppId, AppId, etsi014::Method, int, std::string>;
    WorldParts parts_;
    Table& refusals_;
    std::vector<std::unique_ptr<etsi014::Service>> services_; ///< by NodeId
    std::map<Refusal, std::uint64_t> counts_;
    std::vector<Connection> connections_; ///< by AppId
};

} // namespace qkdes
