#include "sim/scenario/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace qkdes {
namespace {

std::string as_time(SimTime t) {
    return print_quantity(static_cast<double>(t.time_since_epoch().count()), units::duration);
}

struct Action {
    std::string_view name;
    Reference RawFault::*target;
    FaultKind kind;
    std::string_view parameter; ///< the key that only this kind has
    bool needs_parameter;
    std::string_view example;
};
constexpr Action kActions[] = {
    {"cut", &RawFault::cut, FaultKind::cut, "plane", false, R"("plane": "quantum")"},
    {"down", &RawFault::down, FaultKind::down, "", false, ""},
    {"slow", &RawFault::slow, FaultKind::slow, "latency", true, R"("latency": "50 ms")"},
    {"lossy", &RawFault::lossy, FaultKind::lossy, "loss", true, R"("loss": 0.1)"},
    {"eavesdrop", &RawFault::eavesdrop, FaultKind::eavesdrop, "fraction", true, R"("fraction": 0.3)"},
};

Action const* the_action(Resolution& r, RawFault const& raw) {
    std::vector<Action const*> written;
    for (auto const& action : kActions)
        if (raw.node->find(action.name)) written.push_back(&action);
    std::string const rule = "a fault has exactly one of \"cut\", \"down\", \"slow\", \"lossy\" and \"eavesdrop\"";
    if (written.empty()) r.reader.error(*raw.node, "a fault that does nothing", rule, R"("cut": "basel-bern")");
    if (written.size() > 1)
        r.reader.error_at_key(*raw.node->find(written[1]->name),
                              fmt::format("\"{}\" and \"{}\" in one fault", written[0]->name, written[1]->name), rule,
                              "two faults");
    return written.size() == 1 ? written[0] : nullptr;
}

void check_parameters(Resolution& r, RawFault const& raw, Action const& chosen) {
    for (auto const& action : kActions) {
        auto const* parameter = action.parameter.empty() ? nullptr : raw.node->find(action.parameter);
        if (&action == &chosen) {
            if (action.needs_parameter && !parameter)
                r.reader.error(*raw.node, fmt::format("\"{}\" without \"{}\"", action.name, action.parameter),
                               fmt::format("\"{}\" needs to know how much", action.name), std::string{action.example});
        } else if (parameter) {
            r.reader.error_at_key(
                *parameter, fmt::format("\"{}\" in a fault of kind \"{}\"", action.parameter, chosen.name),
                fmt::format("\"{}\" belongs to \"{}\"", action.parameter, action.name), "leave it out");
        }
    }
}

void check_times(Resolution& r, RawFault const& raw, FaultSpec& fault) {
    SimTime const end{r.out.duration};
    fault.begin = raw.at;
    fault.end = raw.until.value_or(raw.lasting ? raw.at + *raw.lasting : end); // two centuries at most: no overflow
    auto const span = fmt::format("\"at\" is {} and the run ends at {}", as_time(fault.begin), as_time(end));
    if (raw.lasting && raw.until) {
        r.reader.error_at_key(*raw.node->find("until"), "both \"for\" and \"until\"", "a fault ends once",
                              "leave one out");
    } else if (raw.until && *raw.until <= raw.at) {
        r.reader.error(*raw.node->find("until"), "fault ends before it begins",
                       fmt::format("\"at\" is {} and \"until\" is {}", as_time(raw.at), as_time(*raw.until)),
                       fmt::format("\"for\": \"{}\"", as_time(*raw.until)));
    } else if (r.knows_duration && fault.begin >= end) {
        r.reader.error(place(*raw.node, "at"), "fault begins after the run", span, "");
    } else if (r.knows_duration && fault.end > end) {
        bool const by_length = raw.lasting.has_value();
        r.reader.error(place(*raw.node, by_length ? "for" : "until"),
                       fmt::format("fault ends at {}, after the run", as_time(fault.end)), span,
                       by_length ? fmt::format("\"for\": \"{}\"", as_time(SimTime{end - fault.begin}))
                                 : fmt::format("\"until\": \"{}\"", as_time(end)));
    }
}

void check_hits(Resolution& r, RawFault const& raw, FaultSpec const& fault, Action const& action) {
    if (!fault.link.valid() || r.raw.links[fault.link.index()].device.given()) return;
    auto const& target = *(raw.*action.target).node;
    if (fault.kind == FaultKind::eavesdrop)
        r.reader.error(target, fmt::format("nothing to eavesdrop on \"{}\"", (raw.*action.target).id),
                       "the link has no QKD device", "");
    if (fault.kind == FaultKind::cut && fault.plane == CutPlane::quantum)
        r.reader.error(target, fmt::format("no quantum channel to cut on \"{}\"", (raw.*action.target).id),
                       "the link has no QKD device", R"("plane": "classical")");
}

/// Two faults of one kind on one target would have to be counted; one fault that covers both says the same.
void check_overlaps(Resolution& r, std::vector<std::pair<FaultSpec, RawFault const*>> const& faults) {
    std::map<std::tuple<FaultKind, LinkId, NodeId>, std::pair<FaultSpec, RawFault const*>> last;
    for (auto const& [fault, raw] : faults) {
        auto const [entry, fresh] = last.try_emplace({fault.kind, fault.link, fault.node}, fault, raw);
        if (fresh) continue;
        auto const& [before, before_raw] = entry->second;
        if (fault.begin < before.end)
            r.reader.error(place(*raw->node, "at"), "this fault overlaps with another of its kind on the same target",
                           fmt::format("{} lasts until {}", before_raw->node->pointer(), as_time(before.end)),
                           "one fault that covers both");
        if (fault.end > before.end) entry->second = {fault, raw};
    }
}

} // namespace

void resolve_faults(Resolution& r) {
    std::vector<std::pair<FaultSpec, RawFault const*>> faults;
    for (auto const& raw : r.raw.faults) {
        if (!raw.node->is(JsonKind::object)) continue;
        FaultSpec fault;
        auto const* action = the_action(r, raw);
        if (action == nullptr) continue;
        auto const& target = raw.*(action->target);
        bool const on_node = action->kind == FaultKind::down;
        auto const index = (on_node ? r.nodes : r.links).find(r.reader, target);
        if (index && on_node) fault.node = NodeId{*index};
        if (index && !on_node) fault.link = LinkId{*index};
        fault.kind = action->kind;
        fault.plane = raw.plane;
        fault.latency = raw.latency.value_or(SimDuration{0});
        fault.loss = raw.loss.value_or(0);
        fault.fraction = raw.fraction.value_or(0);
        if (r.reader.intact(raw.node)) {
            check_parameters(r, raw, *action);
            check_times(r, raw, fault);
            check_hits(r, raw, fault, *action);
        }
        if (r.reader.intact(raw.node)) faults.emplace_back(fault, &raw);
    }
    std::ranges::stable_sort(faults, {}, [](auto const& each) { return each.first.begin; });
    check_overlaps(r, faults);
    for (auto const& each : faults)
        r.out.faults.push_back(each.first);
}

} // namespace qkdes
