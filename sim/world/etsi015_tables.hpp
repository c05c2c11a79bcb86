// A run's figures of links and applications in the names of ETSI GS QKD 015, for tools that read a network by them.
//
//   ETSI GS QKD 015 V2.1.1 (2022-04), "Quantum Key Distribution (QKD); Control Interface for Software Defined
//   Networks": the YANG module etsi-qkd-sdn-node, lists qkd_links and qkd_applications.
//
// /qkd_links, a row per link that makes key: qkdl_id and the nodes at its ends by name (the module has UUIDs);
//   phys_channel_att, the loss in dB; skr, eskr and expected_consumption in bit/s, means over the run (the module
//   rounds them to integers); qber, the module's phys_perf of type QBER, as a ratio.
// /qkd_applications, a row per demand: server_app_id asks, client_app_id gets the same keys; app_priority;
// max_bandwidth
//   is the application's `rate` (0: none), consumed_bits the key that both have.
// Leaves out: virtual links, interfaces, status and notifications: a run's faults and alarms have tables of their own.
// Checked: tests/sim/world/etsi015_test.cpp.
#pragma once
#include "sim/record/recorder.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/summary.hpp"

namespace qkdes {

class Etsi015Tables {
  public:
    explicit Etsi015Tables(Recorder& recorder);
    /// Once, at the end.
    void write(Scenario const& scenario, RunSummary const& summary);

  private:
    Table &links_, &applications_;
};

} // namespace qkdes
