// Agents of a scenario in its world (HIP-0071): at each of two sites an agent that watches a link's device, a secret
// store, a service that reads it, and one end of a tunnel that takes its keys.
//
//   keys          from the nodes: the leading site's application asks its node for a key shared with the other's, as a
//                 demand would; the other fetches it by id. Relays on the way know it, and it costs what a demand's
//                 key costs.
//   announcements over the links' classical channels, on the way that a key would take now (Program::agent). They are
//                 taken to be authenticated and confidential end to end.
//   stores        sim/world/simulated_store.hpp
//   tunnels       over a network of their own with the scenario's latency and loss: a cut fibre does not touch it
//   readings      sim/world/simulated_device.hpp at both sites, wherever the sites are
//   services      read their store every `resync`, each time up to a tenth of it earlier or later, from a drawn phase
//                 on (stream "agent/LINK/phase/SIDE"): rotations find the two sites at phases of their own. Then a
//                 rotation costs a third of `resync` of mismatch on average, if pushes arrive at once.
//
// Leaves out: agents whose hosts lose what is on disk; they come back with the keys that they had.
// Checked:    tests/sim/world/agents_test.cpp.
#pragma once
#include "sim/world/agent_books.hpp"
#include "sim/world/system.hpp"

#include <memory>
#include <vector>

namespace qkdes {

class AgentSystem final : public System {
  public:
    explicit AgentSystem(WorldParts const& parts);
    ~AgentSystem() override;
    /// A node has handed a key to the leading agent of a pair: for who watches what becomes known of it.
    struct Handed {
        std::size_t agent; ///< of the scenario
        KeyId key;
        std::uint64_t digest; ///< as the auditor's
        SecurityClass security;
    };
    void tell_of_keys(std::function<void(Handed const&)> listener) { told_ = std::move(listener); }
    void start() override;
    void block(BlockRecord const& record) override;
    std::vector<SummarySection> finish() override;

  private:
    struct Site;
    struct Pair;
    struct Post;
    void received(NodeId at, std::span<std::uint8_t const> body);
    void announce(Site& from, std::vector<std::uint8_t> message);
    void scrape(Pair& pair);
    void tunnel_changed(Pair& pair);
    void over_the_tunnel(Site& from, std::vector<std::uint8_t> message);
    void once(SimTime at, EventClass kind, std::function<void()> what);

    WorldParts parts_;
    Origin origin_;
    AgentBooks books_;
    std::function<void(Handed const&)> told_;  ///< may be empty
    std::vector<std::unique_ptr<Post>> posts_; ///< by NodeId
    std::vector<std::unique_ptr<Pair>> pairs_; ///< as in the scenario
};

} // namespace qkdes
