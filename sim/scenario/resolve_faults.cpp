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
    RawTarget RawFault::*target;
    FaultKind kind; ///< of `fail`: unused
    TargetKind on;
    std::vector<Parameter> parameters; ///< the keys that only this kind has
};
std::vector<Action> const& actions() {
    using F = RawFault;
    static std::vector<Action> const all{
        {"cut", &F::cut, FaultKind::cut, TargetKind::link, {{"plane", R"("plane": "quantum")", false}}},
        {"down", &F::down, FaultKind::down, TargetKind::node, {}},
        {"fail", &F::fail, FaultKind::down, TargetKind::group, {}},
        {"slow", &F::slow, FaultKind::slow, TargetKind::link, {{"latency", R"("latency": "50 ms")", true}}},
        {"lossy", &F::lossy, FaultKind::lossy, TargetKind::link, {{"loss", R"("loss": 0.1)", true}}},
        {"eavesdrop",
         &F::eavesdrop,
         FaultKind::eavesdrop,
         TargetKind::qkd_link,
         {{"fraction", R"("fraction": 0.3)", true}, {"attack", R"("attack": "intercept-resend")", false}}},
        {"attenuate",
         &F::attenuate,
         FaultKind::attenuate,
         TargetKind::qkd_link,
         {{"extra_loss", R"("extra_loss": "3 dB")", true}}},
        {"disturb", &F::disturb, FaultKind::disturb, TargetKind::qkd_link, {{"error", R"("error": 0.02)", true}}},
        {"illuminate",
         &F::illuminate,
         FaultKind::illuminate,
         TargetKind::qkd_link,
         {{"stray_light", R"("stray_light": "10 kHz")", true}}},
        {"impair",
         &F::impair,
         FaultKind::impair,
         TargetKind::qkd_link,
         {{"impairment", R"("impairment": "sync-drift")", true}, {"severity", R"("severity": 0.2)", true}}},
        {"misbehave",
         &F::misbehave,
         FaultKind::misbehave,
         TargetKind::node,
         {{"how", R"("how": "drop-ack")", true}, {"probability", R"("probability": 0.1)", false}}},
        {"surge", &F::surge, FaultKind::surge, TargetKind::application, {{"factor", R"("factor": 10)", true}}},
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
    case FaultKind::surge:
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

void check_hits(Resolution& r, RawFault const& raw, FaultSpec const& fault, Action const& action, std::size_t index) {
    if (action.on != TargetKind::link && action.on != TargetKind::qkd_link) return;
    if (r.raw.links[index].device.given()) return;
    auto const& target = *(raw.*action.target).node;
    if (action.on == TargetKind::qkd_link)
        r.reader.error(target, fmt::format("nothing to {} on \"{}\"", action.name, (raw.*action.target).id),
                       "the link has no QKD device", "");
    if (fault.kind == FaultKind::cut && fault.plane == CutPlane::quantum)
        r.reader.error(target, fmt::format("no quantum channel to cut on \"{}\"", (raw.*action.target).id),
                       "the link has no QKD device", R"("plane": "classical")");
}

/// What belongs to faults that come again or take their targets in turn.
void check_repetition(Resolution& r, RawFault const& raw, Action const& action) {
    auto const refuse = [&](std::string_view key, std::string what, std::string because, std::string repair) {
        r.reader.error(place(*raw.node, key), std::move(what), std::move(because), std::move(repair));
    };
    bool const amount = !action.parameters.empty() && action.kind != FaultKind::cut;
    if (raw.grows && !amount)
        refuse("grows", fmt::format("a \"{}\" that grows", action.name), "it has no amount", "leave it out");
    else if (raw.grows && raw.times == 1)
        refuse("grows", "\"grows\" without \"times\"", "it grows from one time to the next", R"("times": 10)");
    else if (!raw.grows && raw.times > 1 && raw.share == 1)
        refuse("times", "repeated without a pause",
               "\"share\" says how much of each part the fault lasts, here all of it", R"("share": 0.5)");
}

struct Resolved {
    FaultSpec spec;
    RawFault const* raw;
    bool by_name; ///< once, on one target: no choice, no repetition
};

/// Two faults of one kind on one target would have to be counted; one fault that covers both says the same. Those that
/// were chosen or come from another file may well meet.
void check_overlaps(Resolution& r, std::vector<Resolved> const& faults) {
    using Same = std::tuple<FaultKind, Misbehaviour, LinkId, NodeId, AppId, std::size_t>;
    std::map<Same, Resolved> last;
    for (auto const& each : faults) {
        if (!each.by_name) continue;
        FaultSpec const& fault = each.spec;
        auto const [entry, fresh] = last.try_emplace(
            {fault.kind, fault.how, fault.link, fault.node, fault.application, each.raw->node->source}, each);
        if (fresh) continue;
        auto const& before = entry->second;
        if (fault.begin < before.spec.end)
            r.reader.error(place(*each.raw->node, "at"),
                           "this fault overlaps with another of its kind on the same target",
                           fmt::format("{} lasts until {}", before.raw->node->pointer(), as_time(before.spec.end)),
                           "one fault that covers both");
        if (fault.end > before.spec.end) entry->second = each;
    }
}

} // namespace

void resolve_faults(Resolution& r) {
    std::vector<Resolved> faults;
    for (auto const& raw : r.raw.faults) {
        if (!raw.node->is(JsonKind::object)) continue;
        FaultSpec fault;
        auto const* action = the_action(r, raw);
        if (action == nullptr) continue;
        auto const& target = raw.*(action->target);
        bool const quantum = action->kind == FaultKind::cut && raw.plane == CutPlane::quantum;
        TargetKind const on = quantum ? TargetKind::qkd_link : action->on;
        bool const in_turn = target.pick && target.pick->pick == Pick::each;
        auto const targets = resolve_target(r, target, on, true);
        fault.kind = action->kind;
        fault.plane = raw.plane;
        fault.latency = raw.latency.value_or(SimDuration{0});
        fault.loss = raw.loss.value_or(0);
        fault.effect = effect_of(raw, action->kind);
        fault.how = raw.how;
        fault.probability = raw.probability.value_or(1);
        fault.factor = raw.factor.value_or(1);
        if (r.reader.intact(raw.node)) {
            check_parameters(r, raw, *action);
            check_repetition(r, raw, *action);
            check_times(r, raw, fault);
            if (!target.pick && !targets.empty()) check_hits(r, raw, fault, *action, targets.front());
        }
        if (!r.reader.intact(raw.node) || targets.empty()) continue;
        bool const by_name = !target.pick && raw.times == 1 && on != TargetKind::group;
        for (auto const& one : spread_fault(r, raw, fault, in_turn, on, targets))
            faults.push_back({one, &raw, by_name});
    }
    std::ranges::stable_sort(faults, {}, [](auto const& each) { return each.spec.begin; });
    check_overlaps(r, faults);
    for (auto const& each : faults)
        r.out.faults.push_back(each.spec);
}

} // namespace qkdes
