// Shared secrets of a scenario in its world: share agents on all hosts, the dealer's and the requester's calendar,
// thieves who copy custodians, and the books. Everything that is said between nodes goes over the links' classical
// channels, as messages of Program::shares.
//
// Distribution: dealings, refreshes and recoveries happen at the times that the scenario writes; randomness of the node
// code comes from the stream "node/ID/shares". With `kem: modelled`, signatures are modelled, too.
// Leaves out: custody whose shares travel under link keys; messages are protected end to end (ML-KEM, AES-256-GCM,
//             ML-DSA) wherever they pass.
// Checked: tests/sim/world/shares_test.cpp.
#pragma once
#include "sim/kme/shares/key_hierarchy.hpp"
#include "sim/kme/shares/share_agent.hpp"
#include "sim/world/program.hpp"
#include "sim/world/share_books.hpp"
#include "sim/world/share_paths.hpp"
#include "sim/world/system.hpp"

#include <map>
#include <memory>
#include <vector>

namespace qkdes {

class ShareSystem final : public System {
  public:
    explicit ShareSystem(WorldParts const& parts);
    ~ShareSystem() override;
    void start() override;
    std::vector<SummarySection> finish() override;

  private:
    struct Station { ///< what runs on one host
        Station(WorldParts const& parts, NodeId node);
        ProgramEntropy entropy;
        MeteredTransport transport;
        std::unique_ptr<ShareAgent> agent;
    };
    struct Secret;
    void make_stations();
    void deal(Secret& secret);
    void refresh(Secret& secret);
    void dealt(Secret& secret, bool renewed, SimTime began, DistributionReport const& report);
    void recover(Secret& secret);
    void recovered(Secret& secret, std::uint64_t number, RecoveryReport report);
    void use(Secret& secret, SecretBytes const& master);
    void capture(Secret& secret, NodeId node);
    /// Calls `what` at the times first, first + every, ... of the run.
    void repeat(SimTime at, SimDuration every, std::function<void()> what);
    void once(SimTime at, std::function<void()> what);
    Host& host(NodeId node) const { return *parts_.hosts[node.index()]; }
    ShareAgent& agent(NodeId node) { return *stations_[node.index()]->agent; }

    WorldParts parts_;
    Origin origin_;
    std::unique_ptr<SignatureScheme> signatures_;
    std::vector<std::unique_ptr<Station>> stations_; ///< by NodeId
    std::vector<std::unique_ptr<Secret>> secrets_;   ///< as in the scenario
    ShareBooks books_;
};

} // namespace qkdes
