// The tables of a results file: which columns, in which units, and what each means. The layout page of README.md is
// about these.
#pragma once
#include "sim/record/recorder.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/auditor.hpp"
#include "sim/world/demand.hpp"
#include "sim/world/di_watch.hpp"
#include "sim/world/quantum_link.hpp"

namespace qkdes {

class ResultTables {
  public:
    /// Adds every table; fills /nodes, /links, /demands and /faults, which the scenario alone decides.
    ResultTables(Recorder& recorder, Scenario const& scenario);

    void block(BlockRecord const& record);
    void store(SimTime at, NodeId node, LinkId link, PoolLevel const& level);
    /// `holders`: nodes that had the keys in clear.
    void request(RequestRecord const& record, std::vector<NodeId> const& holders);
    void hop(SimTime at, NodeId node, LinkId link, SecurityClass protection, std::uint32_t units);
    void di_operations(DiReport const& report);
    void audit(LinkId link, LinkLedger const& ledger);
    void violation(std::string const& message);

  private:
    Table &blocks_, &stores_, &requests_, &relays_, &holders_, &audit_, &di_, &violations_;
};

} // namespace qkdes
