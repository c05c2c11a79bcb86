// Digital key distribution in its world: pool servers and the nodes that ask them at their hosts, and the keys of
// demands via `digital`. What is said goes over the links' classical channels, as messages of Program::digital, along
// paths that are chosen before the run: without a common relay to the servers where the network has such, so that few
// relays see several downloads.
//
// The adversary of a scenario copies the pools of a server from a time on, and may know the seeds. It has a key when it
// knows the seed and every server's pool of the key's epoch, be it that the server was copied only after the key was
// made: a pool that still lives tells all of its epoch.
//
// Distribution: randomness of the node code comes from the stream "node/ID/digital". With `kem: modelled`, signatures
// are modelled, too.
// Leaves out: detours when a path is cut; an adversary who recorded downloads and breaks ML-KEM.
// Checked:    tests/sim/world/digital_test.cpp.
#pragma once
#include "sim/kme/digital/digital_node.hpp"
#include "sim/world/digital_books.hpp"
#include "sim/world/key_service.hpp"
#include "sim/world/program.hpp"
#include "sim/world/system.hpp"

#include <map>
#include <memory>
#include <vector>

namespace qkdes {

class DigitalSystem final : public System, public KeyService {
  public:
    /// The scenario has `digital`.
    explicit DigitalSystem(WorldParts const& parts);
    ~DigitalSystem() override;
    std::vector<SummarySection> finish() override;

    void request(KeyRequest const& request, std::function<void(KeyReply)> reply) override;
    KeyReply fetch(AppId caller, std::span<KeyId const> ids, AppId from) override;
    void request(RequestRecord const& record, std::vector<NodeId> const& holders) override;

  private:
    struct Station;
    struct Batch;
    struct Owners {
        AppId from, to;
    };
    void make_stations();
    void introduce(NodeId a, NodeId b);
    void listen(NodeId node);
    void made(std::shared_ptr<Batch> const& batch, SimTime began, DigitalReply reply);
    /// Servers whose pool of that epoch the adversary has, or will have.
    std::size_t compromised(std::uint64_t epoch) const;
    NodeId node_of(AppId app) const { return parts_.scenario.applications[app.index()].node; }

    WorldParts parts_;
    DigitalSpec const& spec_;
    std::unique_ptr<SignatureScheme> signatures_;
    std::vector<std::unique_ptr<Station>> stations_; ///< by NodeId
    std::map<KeyId, Owners> owners_;                 ///< of keys whose request is still open
    std::uint64_t next_ = 0;
    struct Open {
        SimTime began;
        AppId from, to;
    };
    std::map<std::uint64_t, Open> open_; ///< keys under way
    DigitalBooks books_;
};

} // namespace qkdes
