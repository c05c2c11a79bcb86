#include "sim/world/tables.hpp"

#include "sim/world/fault_names.hpp"

#include <cmath>
#include <limits>

namespace qkdes {

namespace {

using C = Column;

std::vector<std::string> outcome_names() {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < kRequestOutcomes; ++i) {
        names.emplace_back(to_string(static_cast<RequestOutcome>(i)));
    }
    return names;
}

std::vector<std::string> class_names() { return {"its", "hybrid", "qkd-aes", "pqc"}; }

TableSchema blocks_schema() {
    return {"/blocks",
            "One row per block of a QKD link that ended, in the order in which they ended.",
            {C::u32("link", "index", "row of /links"),
             C::u64("index", "1", "number of the block on its link"),
             C::time("begin", "first pulse"),
             C::time("gathered", "last pulse"),
             C::time("done", "key in the stores of both ends, or the block given up"),
             C::enumeration("outcome", {"key", "no key", "aborted", "verify failed", "interrupted", "unauthenticated"},
                            "how the block ended"),
             C::u64("pulses", "1", "pulses emitted while gathering"),
             C::u64("detections", "1", "clicks registered"),
             C::u64("sifted_z", "bit", "sifted key, key basis"),
             C::u64("sifted_x", "bit", "sifted, other basis"),
             C::u64("sampled", "bit", "key-basis bits revealed for parameter estimation"),
             C::f64("qber_z", "1", "QBER in the key basis"),
             C::f64("qber_x", "1", "QBER in the other basis"),
             C::f64("single_photon", "bit", "finite-key lower bound on single-photon events"),
             C::f64("vacuum", "bit", "finite-key lower bound on vacuum events"),
             C::f64("phase_error", "1", "finite-key upper bound on the phase error rate"),
             C::f64("chsh", "1", "S of the test rounds; 0 for families without them"),
             C::u64("tests", "1", "rounds that S was measured on"),
             C::f64("transmittance", "1", "estimated (continuous variables; else 0)"),
             C::f64("excess_noise", "1", "estimated, shot-noise units at the channel's input (continuous variables)"),
             C::u64("frames", "1", "of error correction, where frames can fail"),
             C::u64("frame_errors", "1", "frames thrown away"),
             C::u64("leak", "bit", "disclosed by error correction"),
             C::u32("round_trips", "1", "of the whole post-processing conversation"),
             C::u64("secret", "bit", "key after privacy amplification"),
             C::f64("known_to_eve", "bit", "of the secret bits, what an attack gave away whatever the ends believe"),
             C::u64("authentication", "bit", "kept back to pay for authentication tags"),
             C::u64("delivered", "bit", "stored at each end"),
             C::u64("lost", "bit", "found no room in a store, or a node down")},
            4096};
}

TableSchema requests_schema() {
    return {"/requests",
            "One row per request of an application, in the order in which they ended.",
            {C::u32("demand", "index", "row of /demands"), C::u64("index", "1", "number of the request in this run"),
             C::time("asked", "when the application asked"),
             C::enumeration("outcome", outcome_names(), "how the request ended"),
             C::duration("answered", "from asking to the near application's key, or to the refusal"),
             C::duration("complete", "from asking until both applications hold the key; 0 unless served"),
             C::enumeration("security", class_names(), "class of the delivered keys"),
             C::u32("keys", "1", "keys delivered to the near application")}};
}

TableSchema di_schema() {
    return {"/di_operations",
            "Operations of device-independent links: one row per block, figures over the last day.",
            {C::time("at", "the block's end"), C::u32("link", "index", "row of /links"),
             C::f64("bell_value", "1", "M1: S over all games"),
             C::f64("bell_threshold", "1", "M1: what the gate of a block asks"), C::f64("key_rate", "bit/s", "M2"),
             C::f64("trial_success", "1", "M3: rounds kept over heralds"),
             C::f64("freshness", "s", "M4: longest time from first herald to key in the store"),
             C::f64("efficiency", "1", "M5: rounds with a detection, the worse box"),
             C::f64("sync_error", "ns", "M6: mean time of arrival, the largest block's"),
             C::f64("rng_p_value", "1", "M7: of the setting bits, the least block's"),
             C::f64("ingestion", "1", "M8: keys stored over keys offered"),
             C::u64("integrity_failures", "1", "M9: keys whose ends differed, failed verifications"),
             C::f64("bell_deviation", "1", "M10: standard deviation of S"),
             C::f64("bell_spread", "1", "M10: from block to block; 0 below two blocks"),
             C::f64("burn", "1", "rate at which failed trials use up their budget, last hour"),
             C::enumeration("state", {"unknown", "healthy", "degraded", "lost"}, "by the margin of the violation"),
             C::text("alerts", "those that are up; empty: none")}};
}

struct Links {
    static TableSchema schema() {
        return {"/links",
                "One row per link of the scenario.",
                {C::text("id", "name"), C::u32("a", "index", "row of /nodes; Alice's end"),
                 C::u32("b", "index", "row of /nodes; Bob's end"), C::text("device", "device pair; empty: no QKD"),
                 C::f64("length", "km", "fibre"), C::f64("loss", "dB", "of the fibre and its components"),
                 C::duration("latency", "one way, classical"), C::f64("rate", "bit/s", "of the classical channel"),
                 C::enumeration("protection", {"hybrid", "otp", "qkd", "pqc"}, "how hops over the link are protected"),
                 C::enumeration("fidelity", {"photon", "block"}, "of the QKD model")}};
    }
};

} // namespace

ResultTables::ResultTables(Recorder& recorder, Scenario const& scenario)
    : blocks_{recorder.add(blocks_schema())},
      stores_{recorder.add(
          {"/stores",
           "Levels of the key stores at regular times: one row per QKD link and end.",
           {C::time("at", "when"), C::u32("node", "index", "row of /nodes"), C::u32("link", "index", "row of /links"),
            C::u64("available", "bit", "this end may still hand out"),
            C::u64("held", "bit", "in the store, the peer's half and reservations included")}})},
      requests_{recorder.add(requests_schema())},
      relays_{recorder.add({"/relays",
                            "One row per protected message that left a node over a link.",
                            {C::time("at", "when"), C::u32("node", "index", "row of /nodes: the sender"),
                             C::u32("link", "index", "row of /links"),
                             C::enumeration("security", class_names(), "protection of this hop"),
                             C::u32("units", "1", "256-bit units of QKD key consumed")}})},
      holders_{
          recorder.add({"/holders",
                        "Which nodes held the keys of a request in clear: one row per request and node.",
                        {C::u64("request", "1", "`index` of /requests"), C::u32("node", "index", "row of /nodes")}})},
      audit_{recorder.add(
          {"/audit",
           "Where every secret bit of a link went, per end. initial + made = authentication + pending + lost + "
           "stored, and stored = held + used + expired + voided, exactly.",
           {C::u32("link", "index", "row of /links"), C::u8("end", "1", "0: the link's a, 1: its b"),
            C::u64("initial", "bit", "shared before the run"), C::u64("made", "bit", "left privacy amplification"),
            C::u64("authentication", "bit", "kept back for tags"),
            C::u64("pending", "bit", "less than a unit, waiting for the next block"),
            C::u64("lost", "bit", "no room in a store, or a node down"), C::u64("stored", "bit", "entered the pool"),
            C::u64("held", "bit", "in the pool at the end"), C::u64("used", "bit", "protected a message"),
            C::u64("expired", "bit", "too old"), C::u64("voided", "bit", "given up by protocol")}})},
      di_{recorder.add(di_schema())}, violations_{recorder.add({"/violations",
                                                                "What the auditor found wrong; empty in a sound run.",
                                                                {C::text("message", "in words")}})} {
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    Table& nodes = recorder.add({"/nodes",
                                 "One row per node of the scenario.",
                                 {C::text("id", "name"), C::f64("latitude", "deg", "NaN when not given"),
                                  C::f64("longitude", "deg", "NaN when not given")}});
    for (auto const& n : scenario.nodes)
        nodes.append(n.id, n.at ? (*n.at)[0] : unknown, n.at ? (*n.at)[1] : unknown);
    Table& links = recorder.add(Links::schema());
    for (auto const& l : scenario.links) {
        Decibels const loss = total_loss(l.fibre);
        links.append(l.id, l.a, l.b, l.device ? scenario.devices[*l.device].id : std::string{}, l.fibre.length.value,
                     loss.value, l.classical.latency, l.classical.rate.value, l.protection, l.fidelity);
    }
    Table& demands =
        recorder.add({"/demands",
                      "One row per demand of the scenario.",
                      {C::text("from", "application that asks"), C::text("to", "application that shares"),
                       C::u32("from_node", "index", "row of /nodes"), C::u32("to_node", "index", "row of /nodes"),
                       C::u32("key", "bit", "size of a key"), C::u32("number", "1", "keys per request")}});
    for (auto const& d : scenario.demands) {
        auto const &from = scenario.applications[d.from.index()], &to = scenario.applications[d.to.index()];
        demands.append(from.id, to.id, from.node, to.node, d.key_bits, d.number);
    }
    Table& faults = recorder.add(
        {"/faults",
         "One row per fault, scripted or drawn.",
         {C::enumeration("kind",
                         {"cut", "down", "slow", "lossy", "eavesdrop", "attenuate", "disturb", "illuminate", "impair",
                          "misbehave", "surge"},
                         "what happens"),
          C::text("target", "link, node or application"), C::time("begin", "from"), C::time("end", "until")}});
    for (auto const& f : scenario.faults)
        faults.append(f.kind, fault_target(scenario, f), f.begin, f.end);
}

void ResultTables::block(BlockRecord const& r) {
    auto const& y = r.yield;
    blocks_.append(r.link, r.index, r.begin, r.gathered, r.done, r.outcome, y.pulses, y.detections, y.sifted.total_z(),
                   y.sifted.total_x(), y.sampled, y.qber_z, y.qber_x, y.single_photon, y.vacuum, y.phase_error, y.chsh,
                   y.tests, y.transmittance, y.excess_noise, y.frames, y.frame_errors, y.error_correction_leak,
                   y.round_trips, y.secret, y.known_to_eve, r.authentication, r.delivered, r.lost);
}

void ResultTables::store(SimTime at, NodeId node, LinkId link, PoolLevel const& level) {
    stores_.append(at, node, link, level.available_bits, level.held_bits);
}

void ResultTables::request(RequestRecord const& r, std::vector<NodeId> const& holders) {
    requests_.append(r.demand, r.index, r.asked, r.outcome, r.answered, r.complete, r.security, r.keys);
    for (NodeId node : holders)
        holders_.append(r.index, node);
}

void ResultTables::hop(SimTime at, NodeId node, LinkId link, SecurityClass protection, std::uint32_t units) {
    relays_.append(at, node, link, protection, units);
}

void ResultTables::di_operations(DiReport const& r) {
    auto const& f = r.figures;
    di_.append(r.at, r.link, f.chsh, f.chsh_threshold, f.key_rate, f.trial_success, f.freshness, f.efficiency,
               f.sync_error_ns, f.rng_p_value, f.ingestion, f.integrity_failures, f.chsh_error, f.chsh_spread, f.burn,
               r.state, joined(r.alerts));
}

void ResultTables::audit(LinkId link, LinkLedger const& ledger) {
    for (std::uint8_t end = 0; end < 2; ++end) {
        auto const& pool = ledger.pool[end];
        audit_.append(link, end, ledger.initial, ledger.made, ledger.authentication, ledger.pending, ledger.lost,
                      pool.stored, pool.held(), pool.used, pool.expired, pool.voided);
    }
}

void ResultTables::violation(std::string const& message) { violations_.append(message); }

} // namespace qkdes
