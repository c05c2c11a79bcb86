#include "sim/world/agent_books.hpp"

#include "sim/kme/agent/metrics.hpp"
#include "sim/kme/json/values.hpp"

#include <algorithm>
#include <limits>

namespace qkdes {

namespace {

using C = Column;
using agent::AgentWhat;
using agent::FallbackWhat;

constexpr std::size_t kMostTold = 1000; ///< lines of a timeline that are kept

std::uint32_t label_width(Scenario const& scenario) {
    std::size_t longest = 0;
    for (auto const& agent : scenario.agents)
        longest = std::max(longest, scenario.links[agent.link.index()].id.size());
    return static_cast<std::uint32_t>(2 * longest + 48); // quotes in an id are escaped
}

Table& add_metrics(Recorder& recorder, Scenario const& scenario) {
    return recorder.add({"/metrics",
                         "What each agent's /metrics says at regular times, one row per sample (HIP-0071).",
                         {C::time("at", "when it was read"), C::u32("node", "index", "row of /nodes: the agent's site"),
                          C::fixed_text("name", 48, "of the metric; in the unit that it names"),
                          C::fixed_text("labels", label_width(scenario), "of the sample, as Prometheus writes them"),
                          C::f64("value", "1", "of the sample")}});
}

Table& add_events(Recorder& recorder) {
    return recorder.add({"/agent_events",
                         "One row per change that an agent saw or made, at each of its two sites.",
                         {C::time("at", "when"), C::u32("link", "index", "row of /links: what it watches"),
                          C::u32("node", "index", "row of /nodes: its site"),
                          C::enumeration("what",
                                         {"band", "halted: error rate", "halted: device", "resumed", "fresh key",
                                          "key expired", "rotation put off", "no key", "calibration"},
                                         "what happened"),
                          C::enumeration("band", {"nominal", "degraded", "warning", "critical", "compromised"},
                                         "of the error rate, after it"),
                          C::enumeration("mode", {"nominal", "degraded", "pq-only"}, "of fallback, after it"),
                          C::f64("qber", "1", "the agent's estimate")}});
}

Table& add_keys(Recorder& recorder) {
    return recorder.add(
        {"/agent_keys",
         "One row per key that agents put in force: where it comes from, who could read it, and when it was where.",
         {C::time("at", "when the leading agent had it"), C::u32("link", "index", "row of /links: what they watch"),
          C::u64("sequence", "1", "counts the keys of this pair of agents, from 1"),
          C::fixed_text("key_id", 36, "the same at both sites"),
          C::enumeration("protocol", {"bb84", "e91", "cvqkd", "diqkd"}, "of the watched link"),
          C::f64("qber", "1", "of the watched link, as estimated when the key was made"),
          C::f64("bell", "1", "S of its last Bell test; NaN: it makes none"),
          C::enumeration("security", {"its", "hybrid", "qkd-aes", "pqc"}, "how hops protected it, the weakest"),
          C::duration("lifetime", "until it may not be used any more"),
          C::text("readable_by", "nodes that held it in clear"),
          C::f64("stored_from", "s", "until it was in the store of the leading site; NaN: never"),
          C::f64("stored_to", "s", "the same of the other site"),
          C::f64("installed_from", "s", "until services at the leading site had it; NaN: never"),
          C::f64("installed_to", "s", "the same of the other site")}});
}

Table& add_tunnels(Recorder& recorder) {
    return recorder.add({"/agent_tunnels",
                         "One row per change of a tunnel that uses an agent's keys.",
                         {C::time("at", "when"), C::u32("link", "index", "row of /links: what its agents watch"),
                          C::enumeration("state", {"down", "keyed", "unkeyed"},
                                         "up with a session that an agent's key went into, or with one without")}});
}

double since(SimTime from, SimTime to) {
    return to == kSimNever ? std::numeric_limits<double>::quiet_NaN() : seconds(to - from);
}

/// Position in the enumeration of /agent_events.
enum class Row : std::uint8_t {
    band,
    halted_by_qber,
    halted_by_health,
    resumed,
    fresh,
    expired,
    skipped,
    no_key,
    calibration
};
Row row_of(agent::AgentEvent const& event) {
    switch (event.what) {
    case AgentWhat::band:
        break;
    case AgentWhat::fallback:
        return static_cast<Row>(1 + static_cast<int>(event.fallback));
    case AgentWhat::skipped:
        return Row::skipped;
    case AgentWhat::no_key:
        return Row::no_key;
    case AgentWhat::calibration:
        return Row::calibration;
    }
    return Row::band;
}

std::string words(agent::AgentEvent const& event) {
    switch (event.what) {
    case AgentWhat::band:
        return fmt::format("error rate: {}", to_string(event.band));
    case AgentWhat::fallback:
        return std::string{to_string(event.fallback)};
    case AgentWhat::skipped:
        return "rotation put off";
    case AgentWhat::no_key:
        return "no key to be had";
    case AgentWhat::calibration:
        return "calibration";
    }
    return "";
}

} // namespace

AgentBooks::AgentBooks(Recorder& recorder, Scenario const& scenario)
    : scenario_{scenario}, events_{add_events(recorder)}, keys_{add_keys(recorder)}, tunnels_{add_tunnels(recorder)},
      metrics_{add_metrics(recorder, scenario)}, tallies_(scenario.agents.size()) {}

NodeId AgentBooks::node(std::size_t agent, AgentSide side) const {
    auto const& spec = scenario_.agents[agent];
    return scenario_.applications[(side == AgentSide::from ? spec.from : spec.to).index()].node;
}

void AgentBooks::issued(std::size_t agent, agent::KeyRecord const& record, SecurityClass security,
                        std::vector<NodeId> const& holders) {
    Tally& tally = tallies_[agent];
    Key& key = tally.keys[record.sequence];
    key.record = record;
    key.record.key = SecretBytes{};
    key.security = security;
    ++tally.security[security];
    for (NodeId holder : holders) {
        key.readable_by += (key.readable_by.empty() ? "" : ", ") + scenario_.nodes[holder.index()].id;
        if (holder != node(agent, AgentSide::from) && holder != node(agent, AgentSide::to))
            tally.readers.insert(holder);
    }
}

void AgentBooks::stored(std::size_t agent, AgentSide side, std::uint64_t sequence, SimTime at) {
    auto const found = tallies_[agent].keys.find(sequence);
    if (found != tallies_[agent].keys.end()) found->second.stored[side_index(side)] = at;
}

void AgentBooks::installed(std::size_t agent, AgentSide side, std::uint64_t sequence, SimTime at) {
    Tally& tally = tallies_[agent];
    tally.installed[side_index(side)] = sequence;
    tally.agreement.become(tally.installed[0] != tally.installed[1], at);
    auto const found = tally.keys.find(sequence);
    if (found != tally.keys.end()) found->second.installed[side_index(side)] = at;
    write_keys(agent, std::min(tally.installed[0], tally.installed[1])); // nothing more happens to those before
}

void AgentBooks::write_keys(std::size_t agent, std::uint64_t up_to) {
    auto& keys = tallies_[agent].keys;
    while (!keys.empty() && keys.begin()->first < up_to) {
        auto const& [sequence, key] = *keys.begin();
        auto const& record = key.record;
        SimTime const made = record.generated_at;
        keys_.append(made, scenario_.agents[agent].link, sequence, write_uuid(record.id), record.protocol, record.qber,
                     record.bell.value_or(std::numeric_limits<double>::quiet_NaN()), key.security,
                     record.expires - made, key.readable_by, since(made, key.stored[0]), since(made, key.stored[1]),
                     since(made, key.installed[0]), since(made, key.installed[1]));
        keys.erase(keys.begin());
    }
}

void AgentBooks::event(std::size_t agent, AgentSide side, agent::AgentEvent const& event) {
    events_.append(event.at, scenario_.agents[agent].link, node(agent, side), row_of(event), event.band, event.mode,
                   event.qber);
    if (side != AgentSide::from) return;
    Tally& tally = tallies_[agent];
    if (event.what == AgentWhat::band) tally.bands.become(static_cast<std::size_t>(event.band), event.at);
    if (event.what == AgentWhat::fallback) tally.modes.become(static_cast<std::size_t>(event.mode), event.at);
    // Keys come on time as a rule: the timeline tells of the first, of those that end a time without, and of the first
    // of the attempts that find none.
    bool const fresh = event.what == AgentWhat::fallback && event.fallback == FallbackWhat::fresh_key;
    bool const vain = event.what == AgentWhat::no_key;
    bool const routine = (fresh && !tally.without && tally.modes.since() != event.at) || (vain && tally.without);
    if (fresh || vain) tally.without = vain;
    if (routine) return;
    if (tally.timeline.size() < kMostTold)
        tally.timeline.push_back({event.at, words(event), event.band, event.mode, event.qber});
    else
        ++tally.untold;
}

void AgentBooks::tunnel(std::size_t agent, TunnelState state, SimTime at) {
    Tally& tally = tallies_[agent];
    auto const before = tally.tunnel.state();
    tally.tunnel.become(static_cast<std::size_t>(state), at);
    if (before == static_cast<std::size_t>(state)) return;
    tally.tunnel_was_up = true;
    tunnels_.append(at, scenario_.agents[agent].link, state);
}

void AgentBooks::metrics(std::size_t agent, AgentSide side, SimTime at, agent::QkdAgent const& from) {
    for (auto const& sample : agent::metric_samples(from))
        metrics_.append(at, node(agent, side), sample.name(), sample.labels, sample.value);
}

std::vector<SummarySection> AgentBooks::finish(std::vector<AgentStanding> const& standings, SimTime end) {
    bool tunnels = false;
    for (std::size_t a = 0; a < tallies_.size(); ++a) {
        Tally& tally = tallies_[a];
        write_keys(a, std::numeric_limits<std::uint64_t>::max());
        tally.agreement.count(end);
        tally.bands.count(end);
        tally.modes.count(end);
        tally.tunnel.count(end);
        std::ranges::stable_sort(tally.timeline, {}, &Told::at);
        tunnels |= scenario_.agents[a].tunnel.has_value();
    }
    std::vector<SummarySection> sections{timeline_section(), fallback_section(standings), keys_section(standings)};
    if (tunnels) sections.push_back(tunnel_section(standings));
    return sections;
}

} // namespace qkdes
