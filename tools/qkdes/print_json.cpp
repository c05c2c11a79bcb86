#include "tools/qkdes/print_json.hpp"
#include "tools/qkdes/print_published.hpp"
#include "tools/qkdes/print_summary.hpp"

#include <nlohmann/json.hpp>

namespace qkdes {

namespace {

using Json = nlohmann::ordered_json;

/// Divides, so that 60 s is printed as 60.
double json_seconds(SimDuration d) { return static_cast<double>(d.count()) / 1e9; }

/// A device-independent link after its last block.
Json operations_json(LinkSummary const& link) {
    auto const& f = link.di->figures;
    Json alerts = Json::object();
    for (auto const& [name, blocks] : link.di_alerts)
        alerts[name] = blocks;
    return {{"bell_value", f.chsh},
            {"bell_deviation", f.chsh_error},
            {"bell_threshold", f.chsh_threshold},
            {"key_rate_bps", f.key_rate},
            {"trial_success", f.trial_success},
            {"freshness_s", f.freshness},
            {"efficiency", f.efficiency},
            {"sync_error_ns", f.sync_error_ns},
            {"rng_p_value", f.rng_p_value},
            {"ingestion", f.ingestion},
            {"integrity_failures", f.integrity_failures},
            {"state", to_string(link.di->state)},
            {"blocks_with_alert", alerts}};
}

Json links_json(Scenario const& scenario, RunSummary const& summary) {
    Json list = Json::array();
    for (auto const& link : summary.links) {
        auto const& ledger = link.ledger;
        Json pools = Json::array();
        for (auto const& pool : ledger.pool) {
            pools.push_back({{"stored_bits", pool.stored},
                             {"held_bits", pool.held()},
                             {"used_bits", pool.used},
                             {"expired_bits", pool.expired},
                             {"voided_bits", pool.voided}});
        }
        list.push_back(
            {{"id", scenario.links[link.link.index()].id},
             {"sifted_rate_bps", link.sifted_rate},
             {"qber", link.qber},
             {"skr_bps", link.skr},
             {"eskr_bps", link.eskr},
             {"expected_consumption_bps", link.expected_consumption},
             {"bursts", link.bursts},
             {"known_to_eve_bits", link.known_to_eve},
             {"blocks_without_key", link.no_key},
             {"downtime_s", json_seconds(link.downtime)},
             {"initial_bits", ledger.initial},
             {"made_bits", ledger.made},
             {"authentication_bits", ledger.authentication},
             {"pending_bits", ledger.pending},
             {"lost_bits", ledger.lost},
             {"pools", pools},
             {"stopped_at_s", link.stopped ? Json(json_seconds(*link.stopped - kSimStart)) : Json(nullptr)}});
        if (link.di) list.back()["operations"] = operations_json(link);
    }
    return list;
}

Json demands_json(Scenario const& scenario, RunSummary const& summary) {
    constexpr char const* classes[] = {"its", "hybrid", "qkd-aes", "pqc"};
    Json list = Json::array();
    for (auto const& demand : summary.demands) {
        DemandSpec const& spec = scenario.demands[demand.demand.index()];
        Json outcomes = Json::object(), by_class = Json::object();
        for (std::size_t o = 0; o < demand.outcomes.size(); ++o) {
            outcomes[std::string{to_string(static_cast<RequestOutcome>(o))}] = demand.outcomes[o];
        }
        for (std::size_t c = 0; c < 4; ++c)
            by_class[classes[c]] = demand.classes[c];
        list.push_back({{"from", scenario.applications[spec.from.index()].id},
                        {"to", scenario.applications[spec.to.index()].id},
                        {"requests", demand.requests},
                        {"served", demand.served},
                        {"possible_alone", demand.possible ? Json(*demand.possible) : Json()},
                        {"outcomes", outcomes},
                        {"security", by_class},
                        {"latency_s",
                         {{"p50", json_seconds(demand.latency[0])},
                          {"p95", json_seconds(demand.latency[1])},
                          {"p99", json_seconds(demand.latency[2])}}}});
    }
    return list;
}

} // namespace

Json section_json(SummarySection const& section) {
    Json rows = Json::array();
    for (auto const& row : section.rows) {
        Json entry = Json::object();
        for (std::size_t c = 0; c < row.size(); ++c)
            entry[section.head[c]] = row[c].value ? Json(*row[c].value) : Json(row[c].text);
        rows.push_back(std::move(entry));
    }
    return {{"rows", rows}, {"notes", section.notes}};
}

std::string summary_json(Scenario const& scenario, RunSummary const& summary, RunFacts const& facts) {
    Json occurrences = Json::object();
    for (auto const& [name, count] : summary.occurrences)
        occurrences[name] = count;
    Json sections = Json::object();
    for (auto const& section : summary.sections)
        sections[section.name] = section_json(section);
    Json const all = {{"name", scenario.name},
                      {"seed", facts.seed},
                      {"simulated_s", json_seconds(summary.simulated)},
                      {"partial", facts.partial},
                      {"links", links_json(scenario, summary)},
                      {"demands", demands_json(scenario, summary)},
                      {"possible_together", summary.possible},
                      {"possible_together_reached", summary.possible_reached},
                      {"messages", summary.messages},
                      {"messages_lost", summary.messages_lost},
                      {"occurrences", occurrences},
                      {"sections", sections},
                      {"published", published_json(facts.published)},
                      {"audit",
                       {{"violations", summary.violations},
                        {"keys_compared", summary.keys_compared},
                        {"messages", summary.violation_messages}}},
                      {"events", summary.events},
                      {"wall_s", facts.wall_seconds},
                      {"loop_s", facts.loop_seconds},
                      {"results", facts.output}};
    return all.dump(2) + "\n";
}

} // namespace qkdes
