// Adversaries: references, times, and what has no effect.
#include "sim/scenario/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace qkdes {
namespace {

std::string as_time(SimTime t) {
    return print_quantity(static_cast<double>(t.time_since_epoch().count()), units::duration);
}

/// Warns: that somebody comes too late is a scenario, too.
void check_begin(Resolution& r, JsonNode const& object, std::string_view key, SimTime at, std::string_view what) {
    if (r.knows_duration && at >= SimTime{r.out.duration})
        r.reader.warning(place(object, key), fmt::format("{} begins after the run", what),
                         fmt::format("the run ends at {}", as_time(SimTime{r.out.duration})), "");
}

template <class Raw>
SimTime end_of(Resolution& r, Raw const& raw, std::string_view what) {
    if (raw.until && *raw.until <= raw.from)
        r.reader.error(*raw.node->find("until"), fmt::format("{} ends before it begins", what),
                       fmt::format("\"from\" is {} and \"until\" is {}", as_time(raw.from), as_time(*raw.until)), "");
    else
        check_begin(r, *raw.node, "from", raw.from, what);
    return raw.until.value_or(SimTime{r.out.duration});
}

std::vector<LinkId> taps_of(Resolution& r, RawTaps const& raw) {
    std::vector<LinkId> taps;
    for (std::size_t l = 0; raw.all && l < r.out.links.size(); ++l)
        taps.emplace_back(l);
    for (auto const& link : raw.links) {
        auto const index = r.links.find(r.reader, link);
        if (!index) continue;
        if (std::ranges::find(taps, LinkId{*index}) != taps.end())
            r.reader.error(*link.node, fmt::format("\"{}\" twice among the taps", link.id), "a link is tapped once",
                           "leave one out");
        else
            taps.emplace_back(*index);
    }
    std::ranges::sort(taps);
    return taps;
}

bool breaks(AdversarySpec const& spec, Primitive primitive) {
    return std::ranges::any_of(spec.breaks, [&](auto const& each) { return each.primitive == primitive; });
}

/// What the keys say together.
void check_sense(Resolution& r, RawAdversary const& raw, AdversarySpec const& spec) {
    std::set<Primitive> broken;
    for (std::size_t i = 0; i < spec.breaks.size(); ++i)
        if (!broken.insert(spec.breaks[i].primitive).second)
            r.reader.error(place(*raw.breaks[i].node, "primitive"), "broken twice", "a primitive is broken once",
                           "leave the later one out");
    bool const listens = !spec.taps.empty() || !spec.nodes.empty();
    if (!listens && spec.middles.empty() && spec.dishonest.empty())
        r.reader.error(*raw.node, fmt::format("adversary \"{}\" does nothing", raw.id),
                       "it has no taps, no nodes, no relay and no link to stand on", R"("taps": "all")");
    if (spec.taps.empty() && !spec.breaks.empty() && spec.middles.empty())
        r.reader.warning(place(*raw.node, "breaks"), "nothing to break", "it records no message: \"taps\" is empty",
                         R"("taps": "all")");
    // Where the transport is authenticated, only who breaks signatures can alter what it carries.
    for (std::size_t i = 0; i < raw.middles.size() && !breaks(spec, Primitive::signatures); ++i)
        if (r.out.profile != Profile::kmstn_paper || raw.middles[i].on == MiddleOn::all)
            r.reader.warning(*raw.middles[i].node, "a man in the middle whose messages are refused",
                             r.out.profile == Profile::kmstn_paper
                                 ? "sealed keys travel over an authenticated channel, and it does not break signatures"
                                 : "nodes speak over authenticated channels, and it does not break signatures",
                             R"("breaks": [{ "primitive": "signatures" }])");
}

AdversarySpec resolve_adversary(Resolution& r, RawAdversary const& raw) {
    AdversarySpec spec;
    spec.id = raw.id;
    spec.from = raw.from;
    spec.taps = taps_of(r, raw.taps);
    check_begin(r, *raw.node, "from", raw.from, "listening");
    std::vector<std::pair<JsonNode const*, NodeId>> again;
    for (auto const& each : raw.nodes) {
        check_begin(r, *each.node, "from", each.from, "reading");
        for (auto const node : resolve_target(r, each.captured, TargetKind::node, false)) {
            if (std::ranges::any_of(spec.nodes, [&](auto const& other) { return other.node == NodeId{node}; }))
                again.emplace_back(each.captured.node, NodeId{node});
            spec.nodes.push_back({NodeId{node}, each.from});
        }
    }
    for (auto const& each : raw.breaks) {
        // What was recorded is opened whenever that becomes possible, after the run too; the other breaks act in it.
        if (each.primitive == Primitive::qkd || each.primitive == Primitive::signatures)
            check_begin(r, *each.node, "at", each.at, "breaking");
        spec.breaks.push_back({each.primitive, each.at});
    }
    for (auto const& each : raw.dishonest) {
        SimTime const until = end_of(r, each, "dishonesty");
        for (auto const node : resolve_target(r, each.relay, TargetKind::node, false))
            spec.dishonest.push_back({NodeId{node}, each.does, each.probability, each.from, until});
    }
    for (auto const& each : raw.middles) {
        SimTime const until = end_of(r, each, "the attack");
        for (auto const link : resolve_target(r, each.link, TargetKind::link, false))
            spec.middles.push_back({LinkId{link}, each.on, each.from, until});
    }
    if (r.reader.intact(raw.node)) check_sense(r, raw, spec);
    for (auto const& [at, node] : again)
        r.reader.error(*at, fmt::format("\"{}\" captured twice", r.out.nodes[node.index()].id),
                       "memory is read from the first time on", "leave the later one out");
    return spec;
}

} // namespace

void resolve_adversaries(Resolution& r) {
    Names names{"adversary"};
    for (auto const& raw : r.raw.adversaries) {
        if (!raw.node->is(JsonKind::object)) continue;
        names.add(r.reader, raw.id, raw.node);
        r.out.adversaries.push_back(resolve_adversary(r, raw));
    }
}

} // namespace qkdes
