#include "tools/qkdes/print_published.hpp"
#include "tools/qkdes/print_summary.hpp"
#include "tools/qkdes/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qkdes {

namespace {

constexpr std::size_t kLabel = 9;

std::string warning(std::string const& line) { return painted(Tone::warning, fitted(line, 2)); }

std::string links_text(Scenario const& scenario, RunSummary const& summary) {
    TextTable table{
        {"QKD link", "sifted", "QBER", "skr", "eskr", "wanted", "bursts", "no key", "used", "lost", "down"}};
    for (auto const& link : summary.links) {
        auto const& ledger = link.ledger;
        table.add({scenario.links[link.link.index()].id, engineering(link.sifted_rate, "bit/s"),
                   link.sifted_rate > 0 ? fmt::format("{:.2f} %", 100 * link.qber) : "-",
                   engineering(link.skr, "bit/s"), engineering(link.eskr, "bit/s"),
                   engineering(link.expected_consumption, "bit/s"), std::to_string(link.bursts),
                   std::to_string(link.no_key), engineering(static_cast<double>(ledger.pool[0].used), "bit"),
                   engineering(static_cast<double>(ledger.lost), "bit"), duration_text(link.downtime)});
    }
    std::string out = table.text();
    for (auto const& link : summary.links) {
        if (link.known_to_eve > 0)
            out += warning(fmt::format("! {}: {} of its key are known to an eavesdropper, and no block showed it\n",
                                       scenario.links[link.link.index()].id, engineering(link.known_to_eve, "bit")));
        if (link.di)
            out += fmt::format("  {}: S {:.3f} +- {:.3f} over the last day, {}\n", scenario.links[link.link.index()].id,
                               link.di->figures.chsh, link.di->figures.chsh_error, to_string(link.di->state));
        for (auto const& [alert, blocks] : link.di_alerts)
            out += warning(fmt::format("! {}: {} after {} {}\n", scenario.links[link.link.index()].id, alert, blocks,
                                       blocks == 1 ? "block" : "blocks"));
        if (!link.stopped) continue;
        out += warning(fmt::format("! {} stopped at {}: its reserve could not pay for authentication any more\n",
                                   scenario.links[link.link.index()].id, duration_text(*link.stopped - kSimStart)));
    }
    return out;
}

std::string classes_text(DemandSummary const& demand) {
    constexpr char const* names[] = {"its", "hybrid", "qkd-aes", "pqc"};
    std::string out;
    for (std::size_t c = 0; c < 4; ++c) {
        if (demand.classes[c] == 0) continue;
        if (!out.empty()) out += ", ";
        out += demand.classes[c] == demand.served ? names[c] : fmt::format("{} {}", demand.classes[c], names[c]);
    }
    return out.empty() ? "-" : out;
}

std::string blocked_text(DemandSummary const& demand) {
    std::string out;
    for (std::size_t o = 1; o < demand.outcomes.size(); ++o) {
        if (demand.outcomes[o] == 0) continue;
        if (!out.empty()) out += ", ";
        out += fmt::format("{} {}", demand.outcomes[o], to_string(static_cast<RequestOutcome>(o)));
    }
    return out.empty() ? "0" : out;
}

/// What nodes counted that says how well they knew what they did.
std::string routing_text(RunSummary const& summary) {
    constexpr std::pair<std::string_view, std::string_view> told[] = {{"relay.refused.loop", "loops"},
                                                                      {"routing.reroute", "reroutes"},
                                                                      {"routing.flap", "flaps"},
                                                                      {"routing.stale", "decisions on stale news"},
                                                                      {"routing.advertisement.sent", "advertisements"}};
    std::string out;
    for (auto const& [name, words] : told)
        for (auto const& [counted, count] : summary.occurrences)
            if (counted == name) out += fmt::format("{} {} {}", out.empty() ? ";" : ",", count, words);
    return out;
}

std::string demands_text(Scenario const& scenario, RunSummary const& summary) {
    TextTable table{{"applications", "requests", "served", "possible", "not served", "p50", "p95", "p99", "class"}};
    for (auto const& demand : summary.demands) {
        DemandSpec const& spec = scenario.demands[demand.demand.index()];
        table.add({scenario.applications[spec.from.index()].id + " > " + scenario.applications[spec.to.index()].id +
                       (spec.via == DemandVia::digital  ? ", digital"
                        : spec.via == DemandVia::shares ? ", shares"
                                                        : ""),
                   std::to_string(demand.requests), std::to_string(demand.served),
                   demand.possible ? std::to_string(*demand.possible) : "-", blocked_text(demand),
                   duration_text(demand.latency[0]), duration_text(demand.latency[1]), duration_text(demand.latency[2]),
                   classes_text(demand)});
    }
    return table.text();
}

} // namespace

std::string section_text(SummarySection const& section) {
    std::string out;
    if (!section.rows.empty()) {
        TextTable table{section.head};
        for (auto const& row : section.rows) {
            std::vector<std::string> cells;
            for (auto const& figure : row)
                cells.push_back(figure.text);
            table.add(std::move(cells));
        }
        out += table.text();
    }
    for (auto const& note : section.notes)
        out += fitted(note, 2) + "\n";
    return out;
}

std::string summary_text(Scenario const& scenario, RunSummary const& summary, RunFacts const& facts) {
    std::uint64_t requests = 0, served = 0, relayed = 0;
    for (auto const& demand : summary.demands) {
        requests += demand.requests;
        relayed += demand.possible ? demand.requests : 0;
        served += demand.served;
    }
    std::string out = fmt::format("{}: {} simulated, seed {}{}\n\n", scenario.name, duration_text(summary.simulated),
                                  facts.seed, facts.partial ? " (interrupted: what follows is partial)" : "");
    if (!summary.links.empty()) out += links_text(scenario, summary) + "\n";
    if (!summary.demands.empty()) out += demands_text(scenario, summary) + "\n";
    for (auto const& section : summary.sections)
        out += section_text(section) + "\n";
    if (!facts.published.empty()) out += published_text(facts.published) + "\n";
    std::string last; // a label of nine columns, and a sentence
    last += requests == 0
                ? fmt::format("total    no requests; {} messages ({} lost)\n", summary.messages, summary.messages_lost)
                : fmt::format("total    {} of {} requests served ({:.2f} %), {} messages ({} lost)\n", served, requests,
                              100.0 * static_cast<double>(served) / static_cast<double>(requests), summary.messages,
                              summary.messages_lost);
    if (relayed > 0)
        last += fmt::format("routing  the key made allowed at most {}{} to be served together, however routed{}\n",
                            summary.possible, relayed < requests ? " of those that are relayed" : "",
                            routing_text(summary));
    last += summary.violations == 0
                ? fmt::format("audit    clean: every secret bit accounted for, {} keys equal at both applications\n",
                              summary.keys_compared)
                : painted(Tone::bad, fmt::format("audit    {} VIOLATIONS, a fault of qkdes: please report it with the "
                                                 "scenario and seed\n",
                                                 summary.violations));
    for (std::size_t i = 0; i < std::min<std::size_t>(summary.violation_messages.size(), 10); ++i) {
        last += "         " + summary.violation_messages[i] + "\n";
    }
    last +=
        fmt::format("speed    {:.2f} s wall, {} events, {}\n", facts.wall_seconds, summary.events,
                    engineering(static_cast<double>(summary.events) / std::max(facts.loop_seconds, 1e-9), "events/s"));
    last += fmt::format("results  {}\n", facts.output);
    if (!facts.next.empty()) last += fmt::format("next     {}\n", facts.next);
    return out + fitted(last, kLabel);
}

} // namespace qkdes
