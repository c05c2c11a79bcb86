// A scenario brought to life: hosts that run the real node code, links, channels, demands and faults around one event
// loop, with the auditor watching. Results depend on the scenario and the seed alone, never on `jobs`.
#pragma once
#include "sim/base/cache_hint.hpp"
#include "sim/engine/engine.hpp"
#include "sim/engine/workers.hpp"
#include "sim/kme/node.hpp"
#include "sim/kme/shares/signature.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/adversary/adversary_system.hpp"
#include "sim/world/auditor.hpp"
#include "sim/world/classical_channel.hpp"
#include "sim/world/demand.hpp"
#include "sim/world/di_sections.hpp"
#include "sim/world/di_watch.hpp"
#include "sim/world/etsi015_tables.hpp"
#include "sim/world/host.hpp"
#include "sim/world/key_service.hpp"
#include "sim/world/occurrences.hpp"
#include "sim/world/path_watch.hpp"
#include "sim/world/quantum_link.hpp"
#include "sim/world/scripted_faults.hpp"
#include "sim/world/store_watch.hpp"
#include "sim/world/summary.hpp"
#include "sim/world/system.hpp"
#include "sim/world/tables.hpp"

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace qkdes {

class ShareDeliveries;

class World final : private Network, private Telemetry {
  public:
    /// The scenario, the recorder and the library outlive the world. `jobs` >= 1 threads work on blocks, the caller's
    /// included. With a library, its links draw from the library's seed.
    World(Scenario const& scenario, std::uint64_t seed, Recorder& recorder, unsigned jobs,
          BlockLibrary* library = nullptr);
    ~World() override;

    /// Hooks of somebody outside (sim/world/system.hpp), from now on; outlives the world. Its `start` is not called,
    /// and its sections go into the summary last.
    void observe(System& watcher) { hooks_.push_back(&watcher); }

    SimTime now() const { return engine_.now(); }
    /// In steps or at once: the same run.
    void run_until(SimTime end);
    /// From a signal handler or another thread: run_until returns after the current event.
    void stop() { engine_.stop(); }
    bool stopped() const { return engine_.stopped(); }
    /// As stop() when the run needs more events than so many.
    void stop_after(std::uint64_t events) { engine_.stop_after(events); }
    std::uint64_t events() const { return engine_.events(); }

    /// Books what is still open, closes the ledgers, writes the last rows. Call once, after the last run_until.
    RunSummary finish();

  private:
    void send(Program program, LinkId link, NodeId from, NodeId to, std::vector<std::uint8_t> message) override;
    void send_value(LinkId link, NodeId from, NodeId to, std::shared_ptr<MessageValue const> value,
                    std::size_t bytes) override;
    void foresee(LinkId link) const override {
        cache_hint(channels_[link.index()].get());
        auditor_.foresee_closer(link);
    }
    void block_stored(NodeId node, LinkId link, std::uint64_t block, std::uint32_t units) override;
    void unit(NodeId node, LinkId link, UnitId unit, UnitFate fate, std::uint64_t digest) override;
    void foresee(LinkId link, UnitId unit) const override { auditor_.foresee(link, unit); }
    void key_in_clear(NodeId node, KeyId key) override;
    void hop(NodeId node, LinkId link, KeyId key, SecurityClass protection, std::uint32_t units) override;
    void count(NodeId node, std::string_view what) override;
    void work(NodeId node, Work kind) override { hosts_[node.index()]->worked(kind); }

    void make_nodes(std::uint64_t seed);
    void make_links(std::uint64_t seed, BlockLibrary* library);
    void make_systems(WorldParts const& parts);
    void make_demands(std::uint64_t seed);
    void schedule_faults();
    void sample();
    void request_over(RequestRecord& record);
    std::vector<NodeId> take_holders(std::vector<KeyId> const& keys);
    std::vector<double> expected_consumption() const; ///< bit/s by link, over the routes of now
    void add_flow_bound(RunSummary& summary) const;

    std::uint64_t seed_;
    std::shared_ptr<Scenario const> with_failures_; ///< drawn
    Scenario const& scenario_;
    Timelines timelines_;
    Engine engine_;
    WorkerPool workers_;
    Auditor auditor_;
    ResultTables tables_;
    Etsi015Tables etsi015_;
    SummaryBuilder summary_;
    ServiceWatch service_;
    PathWatch paths_;
    StoreWatch stores_;
    DiWatch di_watch_;
    DiSections di_sections_;
    std::shared_ptr<Topology const> topology_;
    std::unique_ptr<Kem> kem_;        ///< of hops
    std::unique_ptr<Kem> system_kem_; ///< ML-KEM-768, which the systems' messages fix
    OracleKem* oracle_ = nullptr;     ///< kem_, when there are adversaries
    ScriptedFaults faults_in_code_;
    std::unique_ptr<SignatureScheme> signatures_; ///< of advertisements
    std::vector<std::unique_ptr<Host>> hosts_;
    std::vector<std::unique_ptr<KmeNode>> nodes_;
    std::vector<std::unique_ptr<ClassicalChannel>> channels_; ///< by LinkId
    std::vector<std::unique_ptr<QuantumLink>> quantum_;       ///< QKD links, in order
    std::vector<LinkId> quantum_ids_;
    std::vector<std::unique_ptr<System>> systems_;
    std::vector<System*> hooks_;                  ///< systems_, then those that observe
    AdversarySystem* adversaries_ = nullptr;      ///< one of them, or none
    ShareDeliveries* share_deliveries_ = nullptr; ///< of the systems
    std::map<DemandVia, KeyService*> services_;   ///< of the nodes or of a system
    std::unique_ptr<KeyService> relay_service_;
    KeyService* etsi014_ = nullptr; ///< one of the systems, when a demand asks for it
    std::vector<std::unique_ptr<Demand>> demands_;
    Origin faults_, samples_;
    SimDuration sample_every_{};
    std::uint64_t requests_ = 0;
    struct Holding {
        SimTime since;
        std::vector<NodeId> nodes;
    };
    std::unordered_map<KeyId, Holding, KeyIdHash> holders_; ///< of keys whose request is still open; in no order
    Occurrences counts_;
};

} // namespace qkdes
