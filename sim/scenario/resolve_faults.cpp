#include "sim/scenario/resolve.hpp"

#include "sim/scenario/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace qkdes {
namespace {

std::string as_time(SimTime t) {
    return print_quantity(static_cast<double>(t.time_since_epoch().count()), units::duration);
}

struct Parameter {
    std::string_view name, example;
    bool needed;
};
struct Action {
    std::string_view name;
    Reference RawFault::*target;
    FaultKind kind;
    std::vector<Parameter> parameters; ///< the keys that only this kind has
};
std::vector<Action> const& actions() {
    using F = RawFault;
    static std::vector<Action> const all{
        {"cut", &F::cut, FaultKind::cut, {{"plane", R"("plane": "quantum")", false}}},
        {"down", &F::down, FaultKind::down, {}},
        {"slow", &F::slow, FaultKind::slow, {{"latency", R"("latency": "50 ms")", true}}},
        {"lossy", &F::lossy, FaultKind::lossy, {{"loss", R"("loss": 0.1)", true}}},
        {"eavesdrop",
         &F::eavesdrop,
         FaultKind::eavesdrop,
         {{"fraction", R"("fraction": 0.3)", true}, {"attack", R"("attack": "intercept-resend")", false}}},
        {"attenuate", &F::attenuate, FaultKind::attenuate, {{"extra_loss", R"("extra_loss": "3 dB")", true}}},
        {"disturb", &F::disturb, FaultKind::disturb, {{"error", R"("error": 0.02)", true}}},
        {"illuminate", &F::illuminate, FaultKind::illuminate, {{"stray_light", R"("stray_light": "10 kHz")", true}}},
        {"impair",
         &F::impair,
         FaultKind::impair,
         {{"impairment", R"("impairment": "sync-drift")", true}, {"severity", R"("severity": 0.2)", true}}},
        {"misbehave",
         &F::misbehave,
         FaultKind::misbehave,
         {{"how", R"("how": "drop-ack")", true}, {"probability", R"("probability": 0.1)", false}}},
    };
    return all;
}

std::string action_names() {
    std::vector<std::string> names;
    for (auto const& action : actions())
        names.emplace_back(action.name);
    return quoted_list(names, "and");
}

Action const* the_action(Resolution& r, RawFault const& raw) {
    std::vector<Action const*> written;
    for (auto const& action : actions())
        if (raw.node->find(action.name)) written.push_back(&action);
    std::string const rule = "a fault has exactly one of " + action_names();
    if (written.empty()) r.reader.error(*raw.node, "a fault that does nothing", rule, R"("cut": "basel-bern")");
    if (written.size() > 1)
        r.reader.error_at_key(*raw.node->find(written[1]->name),
                              fmt::format("\"{}\" and \"{}\" in one fault", written[0]->name, written[1]->name), rule,
                              "two faults");
    return written.size() == 1 ? written[0] : nullptr;
}

void check_parameters(Resolution& r, RawFault const& raw, Action const& chosen) {
    for (auto const& action : actions())
        for (auto const& [name, example, needed] : action.parameters) {
            auto const* written = raw.node->find(name);
            if (&action == &chosen && needed && !written)
                r.reader.error(*raw.node, fmt::format("\"{}\" without \"{}\"", action.name, name),
                               fmt::format("\"{}\" needs to know {}", action.name,
                                           name == "impairment" || name == "how" ? "what is wrong" : "how much"),
                               std::string{example});
            if (&action != &chosen && written)
                r.reader.error_at_key(*written, fmt::format("\"{}\" in a fault of kind \"{}\"", name, chosen.name),
                                      fmt::format("\"{}\" belongs to \"{}\"", name, action.name), "leave it out");
        }
}

ConditionStep effect_of(RawFault const& raw, FaultKind kind) {
    ConditionStep effect;
    switch (kind) {
    case FaultKind::cut:
    case FaultKind::down:
    case FaultKind::slow:
    case FaultKind::lossy:
    case FaultKind::misbehave:
        break;
    case FaultKind::eavesdrop:
        effect.attack = raw.attack;
        effect.attacked = raw.fraction.value_or(0);
        break;
    case FaultKind::attenuate:
        effect.extra_loss = raw.extra_loss.value_or(Decibels{0});
        break;
    case FaultKind::disturb:
        effect.extra_error = raw.error.value_or(0);
        break;
    case FaultKind::illuminate:
        effect.stray_light = raw.stray_light.value_or(Hertz{0});
        break;
    case FaultKind::impair:
        effect.impairment = raw.impairment;
        effect.severity = raw.severity.value_or(0);
        break;
    }
    return effect;
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
    if (fault.kind >= FaultKind::eavesdrop)
        r.reader.error(target, fmt::format("nothing to {} on \"{}\"", action.name, (raw.*action.target).id),
                       "the link has no QKD device", "");
    if (fault.kind == FaultKind::cut && fault.plane == CutPlane::quantum)
        r.reader.error(target, fmt::format("no quantum channel to cut on \"{}\"", (raw.*action.target).id),
                       "the link has no QKD device", R"("plane": "classical")");
}

/// Two faults of one kind on one target would have to be counted; one fault that covers both says the same.
void check_overlaps(Resolution& r, std::vector<std::pair<FaultSpec, RawFault const*>> const& faults) {
    std::map<std::tuple<FaultKind, Misbehaviour, LinkId, NodeId>, std::pair<FaultSpec, RawFault const*>> last;
    for (auto const& [fault, raw] : faults) {
        auto const [entry, fresh] = last.try_emplace({fault.kind, fault.how, fault.link, fault.node}, fault, raw);
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
        bool const on_node = action->kind == FaultKind::down || action->kind == FaultKind::misbehave;
        auto const index = (on_node ? r.nodes : r.links).find(r.reader, target);
        if (index && on_node) fault.node = NodeId{*index};
        if (index && !on_node) fault.link = LinkId{*index};
        fault.kind = action->kind;
        fault.plane = raw.plane;
        fault.latency = raw.latency.value_or(SimDuration{0});
        fault.loss = raw.loss.value_or(0);
        fault.effect = effect_of(raw, action->kind);
        fault.how = raw.how;
        fault.probability = raw.probability.value_or(1);
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
