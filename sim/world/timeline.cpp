#include "sim/world/timeline.hpp"

#include "models/link/conditions.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>

namespace qkdes {

void Outages::add(Interval interval) {
    QKDES_EXPECTS(interval.begin < interval.end);
    if (intervals_.empty() || intervals_.back().end < interval.begin) return intervals_.push_back(interval);
    std::vector<Interval> merged;
    for (auto const& i : intervals_) {
        if (i.end < interval.begin || interval.end < i.begin) {
            merged.push_back(i);
        } else {
            interval = {std::min(i.begin, interval.begin), std::max(i.end, interval.end)};
        }
    }
    merged.push_back(interval);
    std::sort(merged.begin(), merged.end(), [](auto const& x, auto const& y) { return x.begin < y.begin; });
    intervals_ = std::move(merged);
}

SimTime Outages::end_of(SimTime t) const {
    auto const after = std::ranges::upper_bound(intervals_, t, {}, &Interval::begin);
    return after == intervals_.begin() ? t : std::max(t, std::prev(after)->end);
}

SimTime Outages::last_end(SimTime t) const {
    SimTime last = kSimStart;
    for (auto const& i : intervals_) {
        if (i.end <= t) last = i.end;
    }
    return last;
}

SimTime Outages::next_begin(SimTime t) const {
    auto const next = std::ranges::lower_bound(intervals_, t, {}, &Interval::begin);
    return next == intervals_.end() ? kSimNever : next->begin;
}

SimDuration Outages::within(SimTime from, SimTime to) const {
    SimDuration sum{0};
    for (auto const& i : intervals_) {
        auto const begin = std::max(i.begin, from), end = std::min(i.end, to);
        if (begin < end) sum += end - begin;
    }
    return sum;
}

double Override::at(SimTime t, double otherwise) const {
    double value = otherwise;
    bool found = false;
    for (auto const& s : spans_) {
        if (s.when.begin <= t && t < s.when.end) {
            value = found ? std::max(value, s.value) : s.value;
            found = true;
        }
    }
    return value;
}

SimTime Override::next_change(SimTime t) const {
    SimTime next = kSimNever;
    for (auto const& s : spans_) {
        if (s.when.begin > t) next = std::min(next, s.when.begin);
        if (s.when.end > t) next = std::min(next, s.when.end);
    }
    return next;
}

SimTime Override::over(SimTime now, SimDuration calm) const {
    if (spans_.empty()) return now + calm;
    double left = seconds(calm);
    for (;;) {
        double const pace = at(now, 1);
        SimTime const next = next_change(now);
        if (next == kSimNever || left <= pace * seconds(next - now)) return now + from_seconds(left / pace);
        left -= pace * seconds(next - now);
        now = next;
    }
}

ConditionStep Disturbances::at(SimTime t) const {
    ConditionStep all;
    for (auto const& [when, effect] : spans_)
        if (when.begin <= t && t < when.end) all = together(all, effect);
    return all;
}

SimTime Disturbances::next_change(SimTime t) const {
    SimTime next = kSimNever;
    for (auto const& s : spans_) {
        if (s.when.begin > t) next = std::min(next, s.when.begin);
        if (s.when.end > t) next = std::min(next, s.when.end);
    }
    return next;
}

LinkWindow const* LinkTimeline::window(SimTime t) const {
    if (windows == nullptr) return nullptr;
    auto const after = std::ranges::upper_bound(*windows, t, {}, &LinkWindow::begin);
    if (after == windows->begin()) return nullptr;
    return t < std::prev(after)->end ? &*std::prev(after) : nullptr;
}

bool LinkTimeline::calm(SimTime t) const {
    auto const* here = window(t);
    return disturbances.at(t).calm() && (here == nullptr || here->conditions.empty());
}

SimTime LinkTimeline::next_change(SimTime t) const {
    auto const* here = window(t);
    return std::min(disturbances.next_change(t), here != nullptr ? here->end : kSimNever);
}

std::vector<ConditionStep> LinkTimeline::conditions(SimTime start, SimDuration horizon) const {
    std::vector<ConditionStep> steps;
    SimTime const end = horizon >= kSimNever - start ? kSimNever : start + horizon;
    for (SimTime t = start; t < end; t = disturbances.next_change(t)) {
        steps.push_back(disturbances.at(t));
        steps.back().from = t - start;
    }
    if (steps.empty()) steps.emplace_back();
    auto const* here = window(start);
    if (here == nullptr || here->conditions.empty()) return steps;
    std::vector<ConditionStep> planned; // the window's, from `start` on
    for (auto const& step : here->conditions) {
        auto const from = here->begin + step.from <= start ? SimDuration{0} : here->begin + step.from - start;
        if (!planned.empty() && from.count() == 0) planned.pop_back();
        planned.push_back(step);
        planned.back().from = from;
    }
    return together(steps, planned);
}

namespace {

/// What is between planned windows.
void add_gaps(LinkTimeline& timeline, std::vector<LinkWindow> const& windows) {
    timeline.windows = &windows;
    SimTime dark = kSimStart;
    for (auto const& each : windows) {
        if (dark < each.begin) timeline.quantum.add({dark, each.begin});
        dark = each.end;
    }
    timeline.quantum.add({dark, kSimNever});
}

} // namespace

Timelines build_timelines(Scenario const& scenario) {
    Timelines all;
    all.links.resize(scenario.links.size());
    all.nodes.resize(scenario.nodes.size());
    all.surges.resize(scenario.applications.size());
    for (auto const& fault : scenario.faults) {
        Interval const when{fault.begin, fault.end};
        switch (fault.kind) {
        case FaultKind::cut:
            if (fault.plane != CutPlane::classical) all.links[fault.link.index()].unplanned.add(when);
            if (fault.plane != CutPlane::quantum) all.links[fault.link.index()].classical.add(when);
            break;
        case FaultKind::down:
            all.nodes[fault.node.index()].add(when);
            for (std::size_t l = 0; l < scenario.links.size(); ++l) {
                if (scenario.links[l].a != fault.node && scenario.links[l].b != fault.node) continue;
                all.links[l].unplanned.add(when);
                all.links[l].classical.add(when);
            }
            break;
        case FaultKind::misbehave:
            break; // of the program: sim/world/fault_injector.hpp
        case FaultKind::surge:
            all.surges[fault.application.index()].add(when, fault.factor);
            break;
        case FaultKind::slow:
            all.links[fault.link.index()].extra_latency_s.add(when, seconds(fault.latency));
            break;
        case FaultKind::lossy:
            all.links[fault.link.index()].loss.add(when, fault.loss);
            break;
        case FaultKind::eavesdrop:
        case FaultKind::attenuate:
        case FaultKind::disturb:
        case FaultKind::illuminate:
        case FaultKind::impair:
            all.links[fault.link.index()].disturbances.add(when, fault.effect);
            break;
        }
    }
    for (std::size_t l = 0; l < scenario.links.size(); ++l) {
        auto& timeline = all.links[l];
        timeline.quantum = timeline.unplanned;
        if (!scenario.links[l].windows.empty()) add_gaps(timeline, scenario.links[l].windows);
    }
    return all;
}

} // namespace qkdes
