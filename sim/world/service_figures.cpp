#include "sim/world/service_figures.hpp"

namespace qkdes {

std::optional<SummarySection> service_section(Scenario const& scenario, std::vector<std::unique_ptr<Host>> const& hosts,
                                              SimDuration simulated) {
    constexpr Work kKinds[] = {
        Work::tls_handshake, Work::tls_resumption, Work::database_insert, Work::tpm, Work::kem, Work::seal, Work::json};
    SummarySection section{
        "service", {"node", "handshakes", "resumptions", "inserts", "tpm", "kem", "seal", "json", "busy"}, {}, {}};
    for (auto const& host : hosts) {
        Worker const* const worker = host->worker();
        if (worker == nullptr) continue;
        std::vector<Figure> row{scenario.nodes[host->self().index()].id};
        for (Work const kind : kKinds)
            row.emplace_back(worker->time(kind));
        double const share = simulated > SimDuration::zero() ? seconds(worker->busy()) / seconds(simulated) : 0;
        row.emplace_back(fmt::format("{:.1f} %", 100 * share), share);
        section.rows.push_back(std::move(row));
    }
    if (section.rows.empty()) return std::nullopt;
    section.notes.push_back("Time of each node's host by kind of work; busy: that and `processing`, of the whole run.");
    return section;
}

} // namespace qkdes
