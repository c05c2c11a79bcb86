#include "sim/world/timeline.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>

namespace qkdes {

void Outages::add(Interval interval) {
    QKDES_EXPECTS(interval.begin < interval.end);
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
    for (auto const& i : intervals_) {
        if (i.begin <= t && t < i.end) return i.end;
    }
    return t;
}

SimTime Outages::next_begin(SimTime t) const {
    for (auto const& i : intervals_) {
        if (i.begin >= t) return i.begin;
    }
    return kSimNever;
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

std::vector<ConditionStep> LinkTimeline::conditions(SimTime start, SimDuration horizon) const {
    std::vector<ConditionStep> steps;
    SimTime const end = horizon >= kSimNever - start ? kSimNever : start + horizon;
    for (SimTime t = start; t < end; t = intercepted.next_change(t)) {
        ConditionStep step;
        step.from = t - start;
        step.attacked = intercepted.at(t, 0.0);
        step.attack = step.attacked > 0 ? Attack::intercept_resend : Attack::none;
        steps.push_back(step);
    }
    if (steps.empty()) steps.emplace_back();
    return steps;
}

Timelines build_timelines(Scenario const& scenario) {
    Timelines all;
    all.links.resize(scenario.links.size());
    all.nodes.resize(scenario.nodes.size());
    for (auto const& fault : scenario.faults) {
        Interval const when{fault.begin, fault.end};
        switch (fault.kind) {
        case FaultKind::cut:
            if (fault.plane != CutPlane::classical) all.links[fault.link.index()].quantum.add(when);
            if (fault.plane != CutPlane::quantum) all.links[fault.link.index()].classical.add(when);
            break;
        case FaultKind::down:
            all.nodes[fault.node.index()].add(when);
            for (std::size_t l = 0; l < scenario.links.size(); ++l) {
                if (scenario.links[l].a != fault.node && scenario.links[l].b != fault.node) continue;
                all.links[l].quantum.add(when);
                all.links[l].classical.add(when);
            }
            break;
        case FaultKind::slow:
            all.links[fault.link.index()].extra_latency_s.add(when, seconds(fault.latency));
            break;
        case FaultKind::lossy:
            all.links[fault.link.index()].loss.add(when, fault.loss);
            break;
        case FaultKind::eavesdrop:
            all.links[fault.link.index()].intercepted.add(when, fault.fraction);
            break;
        }
    }
    return all;
}

} // namespace qkdes
