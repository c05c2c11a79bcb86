// Agents: the link they watch, the sites they serve, and values that only make sense together.
#include "sim/scenario/resolve.hpp"

#include <fmt/format.h>

#include <map>

namespace qkdes {
namespace {

std::string as_time(SimDuration d) { return print_quantity(static_cast<double>(d.count()), units::duration); }

void check_bands(Resolution& r, RawAgent const& raw) {
    auto const& s = raw.spec;
    std::pair<char const*, double> const limits[] = {
        {"degraded", s.degraded}, {"warning", s.warning}, {"critical", s.critical}, {"compromised", s.compromised}};
    double narrowest = s.degraded;
    for (std::size_t i = 1; i < 4; ++i) {
        narrowest = std::min(narrowest, limits[i].second - limits[i - 1].second);
        if (limits[i].second > limits[i - 1].second) continue;
        r.reader.error(place(*raw.node, limits[i].first),
                       fmt::format("\"{}\" begins at {:g} % and \"{}\" at {:g} %", limits[i].first,
                                   100 * limits[i].second, limits[i - 1].first, 100 * limits[i - 1].second),
                       "each band begins above the one before it", "");
        return;
    }
    if (s.hysteresis >= narrowest)
        r.reader.error(place(*raw.node, "hysteresis"),
                       fmt::format("a hysteresis of {:g} % in bands of {:g} %", 100 * s.hysteresis, 100 * narrowest),
                       "a band would end where another has ended before", R"("hysteresis": "0.5 %")");
}

void check_times(Resolution& r, RawAgent const& raw) {
    auto const& rotation = raw.spec.rotation;
    if (r.knows_duration && rotation.first >= SimTime{r.out.duration})
        r.reader.error(place(place(*raw.node, "rotation"), "first"), "the first key is due after the run",
                       fmt::format("the run ends at {}", as_time(r.out.duration)), R"("first": "0 s")");
    if (rotation.lifetime <= rotation.every)
        r.reader.error(
            place(place(*raw.node, "rotation"), "lifetime"),
            fmt::format("keys live for {} and change every {}", as_time(rotation.lifetime), as_time(rotation.every)),
            "each key would expire before the next one is there",
            fmt::format("\"lifetime\": \"{}\"", as_time(2 * rotation.every)));
    if (!raw.spec.tunnel) return;
    auto const& tunnel = *raw.spec.tunnel;
    if (tunnel.reject_after <= tunnel.rekey_after)
        r.reader.error(place(place(*raw.node, "wireguard"), "reject_after"),
                       fmt::format("sessions end at {} and are renewed at {}", as_time(tunnel.reject_after),
                                   as_time(tunnel.rekey_after)),
                       "the tunnel would be down between them", R"("reject_after": "180 s")");
    if (tunnel.rekey_timeout <= 2 * tunnel.latency)
        r.reader.error(
            place(place(*raw.node, "wireguard"), "rekey_timeout"),
            fmt::format("{} for an answer over {} each way", as_time(tunnel.rekey_timeout), as_time(tunnel.latency)),
            "every handshake would be given up before its answer can be there", "");
}

} // namespace

void resolve_agents(Resolution& r) {
    std::map<LinkId, RawAgent const*> watched;
    for (auto const& raw : r.raw.agents) {
        AgentSpec agent = raw.spec;
        if (auto const link = r.links.find(r.reader, raw.link)) agent.link = LinkId{*link};
        auto const from = r.applications.find(r.reader, raw.from), to = r.applications.find(r.reader, raw.to);
        if (from) agent.from = AppId{*from};
        if (to) agent.to = AppId{*to};
        if (r.reader.intact(raw.node)) {
            check_bands(r, raw);
            check_times(r, raw);
            if (agent.link.valid() && !r.out.links[agent.link.index()].makes_key())
                r.reader.error(*raw.link.node, fmt::format("nothing to watch on \"{}\"", raw.link.id),
                               "no QKD devices make key for this link", "");
            if (agent.link.valid()) {
                auto const [other, fresh] = watched.try_emplace(agent.link, &raw);
                if (!fresh)
                    r.reader.error(*raw.link.node, fmt::format("a second pair of agents on \"{}\"", raw.link.id),
                                   fmt::format("{} watches it already, and metrics are told apart by their link",
                                               other->second->node->pointer()),
                                   "");
            }
            if (from && to && r.out.applications[*from].node.valid() &&
                r.out.applications[*from].node == r.out.applications[*to].node)
                r.reader.error(
                    *raw.to.node,
                    fmt::format("applications \"{}\" and \"{}\" are at the same node", raw.from.id, raw.to.id),
                    "agents keep two sites in step", "");
        }
        r.out.agents.push_back(std::move(agent));
    }
}

} // namespace qkdes
