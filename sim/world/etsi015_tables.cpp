#include "sim/world/etsi015_tables.hpp"

namespace qkdes {

namespace {

using C = Column;
enum class LinkType : std::uint8_t { physical, virtual_link };

TableSchema links_schema() {
    return {"/qkd_links",
            "ETSI GS QKD 015: one row per link with QKD, figures over the whole run.",
            {C::text("qkdl_id", "name of the link"),
             C::enumeration("qkdl_type", {"PHYS", "VIRT"}, "direct or multi-hop"),
             C::text("qkdl_local", "qkdn_id of its end a"), C::text("qkdl_remote", "qkdn_id of its end b"),
             C::f64("phys_channel_att", "dB", "loss of the quantum channel"),
             C::f64("expected_consumption", "bit/s", "what the open-loop demands take over their routes"),
             C::f64("skr", "bit/s", "secret key rate"), C::f64("eskr", "bit/s", "of it, what authentication leaves"),
             C::f64("qber", "1", "phys_perf QBER: of the key basis")}};
}

TableSchema applications_schema() {
    return {"/qkd_applications",
            "ETSI GS QKD 015: one row per demand.",
            {C::text("server_app_id", "application that asks"), C::text("client_app_id", "application that shares"),
             C::text("local_qkdn_id", "node of the first"), C::text("remote_qkdn_id", "node of the second"),
             C::u32("app_priority", "1", "higher goes first"),
             C::f64("max_bandwidth", "bit/s", "that it may ask for; 0: no limit"),
             C::u64("consumed_bits", "bit", "of keys that both applications got")}};
}

} // namespace

Etsi015Tables::Etsi015Tables(Recorder& recorder)
    : links_{recorder.add(links_schema())}, applications_{recorder.add(applications_schema())} {}

void Etsi015Tables::write(Scenario const& scenario, RunSummary const& summary) {
    for (auto const& figures : summary.links) {
        LinkSpec const& link = scenario.links[figures.link.index()];
        links_.append(link.id, LinkType::physical, scenario.nodes[link.a.index()].id, scenario.nodes[link.b.index()].id,
                      total_loss(link.fibre).value, figures.expected_consumption, figures.skr, figures.eskr,
                      figures.qber);
    }
    for (auto const& figures : summary.demands) {
        DemandSpec const& demand = scenario.demands[figures.demand.index()];
        AppSpec const &from = scenario.applications[demand.from.index()],
                      &to = scenario.applications[demand.to.index()];
        applications_.append(from.id, to.id, scenario.nodes[from.node.index()].id, scenario.nodes[to.node.index()].id,
                             from.priority, from.rate.value,
                             std::uint64_t{figures.served} * demand.key_bits * demand.number);
    }
}

} // namespace qkdes
