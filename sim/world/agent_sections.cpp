// What a summary says of agents: when what happened, how long it lasted, how keys fared, and what tunnels were worth.
#include "sim/world/agent_books.hpp"

#include <algorithm>

namespace qkdes {

namespace {

constexpr std::string_view kClassNames[] = {"its", "hybrid", "qkd-aes", "pqc"};
constexpr std::size_t kMostLines = 60; ///< of the timeline on a terminal; /agent_events has all

std::string clock_text(SimTime at) {
    auto const s = static_cast<std::int64_t>(seconds(at - kSimStart));
    return fmt::format("{}d {:02}:{:02}:{:02}", s / 86400, s / 3600 % 24, s / 60 % 60, s % 60);
}

Figure percent(double ratio) { return {fmt::format("{:.2f} %", 100 * ratio), ratio}; }

} // namespace

std::string AgentBooks::link_id(std::size_t agent) const {
    return scenario_.links[scenario_.agents[agent].link.index()].id;
}

SummarySection AgentBooks::timeline_section() const {
    SummarySection section{"agent_timeline", {"agents of", "at", "what", "fallback", "QBER"}, {}, {}};
    std::size_t left_out = 0;
    for (std::size_t a = 0; a < tallies_.size(); ++a) {
        std::size_t const lines = std::min(tallies_[a].timeline.size(), kMostLines / tallies_.size() + 1);
        for (std::size_t i = 0; i < lines; ++i) {
            Told const& told = tallies_[a].timeline[i];
            section.rows.push_back({link_id(a), Figure{clock_text(told.at), seconds(told.at - kSimStart)}, told.what,
                                    std::string{to_string(told.mode)}, percent(told.qber)});
        }
        left_out += tallies_[a].timeline.size() - lines + tallies_[a].untold;
    }
    if (left_out > 0) section.notes.push_back(fmt::format("and {} more in /agent_events", left_out));
    return section;
}

SummarySection AgentBooks::fallback_section(std::vector<AgentStanding> const& standings) const {
    SummarySection section{"agent_fallback", {"agents of", "time spent with", "total", "longest", "times"}, {}, {}};
    for (std::size_t a = 0; a < tallies_.size(); ++a) {
        auto const add = [&](std::string what, auto const& spent, std::size_t state) {
            if (spent.spent(state).count() > 0)
                section.rows.push_back(
                    {link_id(a), std::move(what), spent.spent(state), spent.longest(state), spent.entered(state)});
        };
        Tally const& tally = tallies_[a];
        AgentSpec const& spec = scenario_.agents[a];
        double const limits[] = {0, spec.degraded, spec.warning, spec.critical, spec.compromised};
        for (std::size_t band = 0; band < agent::kQberBands; ++band) {
            std::string const range = band + 1 < agent::kQberBands
                                          ? fmt::format("{:g} to {:g} %", 100 * limits[band], 100 * limits[band + 1])
                                          : fmt::format("from {:g} %", 100 * limits[band]);
            add(fmt::format("error rate {} ({})", to_string(static_cast<agent::QberBand>(band)), range), tally.bands,
                band);
        }
        add("keys being made, the last one valid (nominal)", tally.modes, 0);
        add("no keys made, the last one valid (degraded)", tally.modes, 1);
        add("no valid key (pq-only)", tally.modes, 2);
        section.notes.push_back(fmt::format("{}: key generation halted {} times, rotation put off {} times", link_id(a),
                                            standings[a].halts, standings[a].counts.skipped));
    }
    return section;
}

SummarySection AgentBooks::keys_section(std::vector<AgentStanding> const& standings) const {
    SummarySection section{
        "agents",
        {"agents of", "sites", "keys", "not had", "pushed", "failed", "mean push", "mismatch", "longest", "times"},
        {},
        {},
        {"", "", "1", "1", "1", "1", "s", "s", "s", "1"}};
    for (std::size_t a = 0; a < tallies_.size(); ++a) {
        Tally const& tally = tallies_[a];
        AgentStanding const& standing = standings[a];
        auto const& [near, far] = standing.pushes;
        std::uint64_t const pushed = near.success + far.success;
        double const mean = pushed == 0 ? 0 : (near.latency.sum() + far.latency.sum()) / static_cast<double>(pushed);
        section.rows.push_back({link_id(a),
                                scenario_.nodes[node(a, AgentSide::from).index()].id + " > " +
                                    scenario_.nodes[node(a, AgentSide::to).index()].id,
                                standing.counts.keys, standing.counts.without_key, pushed, near.failure + far.failure,
                                from_seconds(mean), tally.agreement.spent(1), tally.agreement.longest(1),
                                tally.agreement.entered(1)});
        std::string readers;
        for (NodeId reader : tally.readers)
            readers += (readers.empty() ? "" : ", ") + scenario_.nodes[reader.index()].id;
        if (!readers.empty())
            section.notes.push_back(
                fmt::format("! {}: keys were relayed; who relays them knows them: {}", link_id(a), readers));
        std::string classes;
        for (auto const& [security, keys] : tally.security)
            classes += fmt::format("{}{} {}", classes.empty() ? "" : ", ", keys,
                                   kClassNames[static_cast<std::size_t>(security)]);
        if (!classes.empty())
            section.notes.push_back(
                fmt::format("{}: keys by how they were protected between nodes: {}", link_id(a), classes));
    }
    section.notes.push_back("mismatch: services at the two sites had different keys installed");
    return section;
}

SummarySection AgentBooks::tunnel_section(std::vector<AgentStanding> const& standings) const {
    SummarySection section{"agent_tunnels",
                           {"tunnel of", "with key", "without key", "down", "longest", "times", "handshakes",
                            "unanswered", "mismatched", "gave up"},
                           {},
                           {},
                           {"", "s", "s", "s", "s", "1", "1", "1", "1", "1"}};
    bool stock = false;
    for (std::size_t a = 0; a < tallies_.size(); ++a) {
        if (!scenario_.agents[a].tunnel) continue;
        auto const& spent = tallies_[a].tunnel;
        auto const& [near, far] = standings[a].tunnel;
        section.rows.push_back({link_id(a), spent.spent(1), spent.spent(2), spent.spent(0), spent.longest(0),
                                spent.entered(0) - 1, near.completed + far.completed, near.failed + far.failed,
                                near.mismatched + far.mismatched, near.gave_up + far.gave_up});
        if (!tallies_[a].tunnel_was_up)
            section.notes.push_back(fmt::format("! {}: the tunnel never came up", link_id(a)));
        if (spent.spent(2).count() == 0) continue;
        bool const own = scenario_.agents[a].tunnel->post_quantum;
        stock |= !own;
        section.notes.push_back(fmt::format("! {}: for {} its sessions had no quantum key and rested on {}", link_id(a),
                                            duration_text(spent.spent(2)),
                                            own ? "the tunnel's own post-quantum handshake" : "X25519 alone"));
    }
    if (stock)
        section.notes.push_back("what such sessions carry can be recorded now and read with a quantum computer later");
    section.notes.push_back(
        "with a quantum key, too, a tunnel's data are protected computationally (ChaCha20-Poly1305)");
    return section;
}

} // namespace qkdes
