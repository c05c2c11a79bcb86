// What the scenario's faults mean for one link or node, worked out before the run: outages and conditions as sorted,
// half-open intervals of simulated time. Scripted faults are known in advance, so a link's block can be computed ahead
// whenever nothing is scripted to happen during it.
#pragma once
#include "models/link/link_block.hpp"
#include "sim/scenario/scenario.hpp"

#include <vector>

namespace qkdes {

struct Interval {
    SimTime begin, end; ///< [begin, end), never empty
};

/// Sorted, disjoint intervals.
class Outages {
  public:
    void add(Interval interval); ///< merges what overlaps or touches
    bool empty() const { return intervals_.empty(); }
    bool contains(SimTime t) const { return end_of(t) > t; }
    /// The end of the outage that contains t, or t itself when there is none.
    SimTime end_of(SimTime t) const;
    /// The end of the last outage that was over by t; the run's start when there was none.
    SimTime last_end(SimTime t) const;
    /// Begin of the first outage that begins at or after t; kSimNever when there is none.
    SimTime next_begin(SimTime t) const;
    /// Time spent in outages within [from, to).
    SimDuration within(SimTime from, SimTime to) const;

  private:
    std::vector<Interval> intervals_;
};

/// A value that faults override for a while; where several overlap, the largest holds.
class Override {
  public:
    void add(Interval interval, double value) { spans_.push_back({interval, value}); }
    bool empty() const { return spans_.empty(); }
    /// Largest value in force at t, or `otherwise`.
    double at(SimTime t, double otherwise) const;
    /// First begin or end after t; kSimNever when there is none.
    SimTime next_change(SimTime t) const;

    /// When what takes `calm` at the usual pace is over, begun at `now` and going at the pace that holds at each
    /// moment.
    SimTime over(SimTime now, SimDuration calm) const;

  private:
    struct Span {
        Interval when;
        double value;
    };
    std::vector<Span> spans_;
};

/// What disturbs a quantum channel, each for an interval; where several overlap, their effects add up (of several
/// attacks or impairments the one that began last holds).
class Disturbances {
  public:
    void add(Interval interval, ConditionStep const& effect) { spans_.push_back({interval, effect}); }
    /// All that is in force at t, with `from` 0.
    ConditionStep at(SimTime t) const;
    /// First begin or end after t; kSimNever when there is none.
    SimTime next_change(SimTime t) const;

  private:
    struct Span {
        Interval when;
        ConditionStep effect;
    };
    std::vector<Span> spans_; ///< by begin
};

struct LinkTimeline {
    std::vector<LinkWindow> const* windows = nullptr; ///< planned times of quantum exchange; null: always
    Outages unplanned;         ///< of the quantum channel: `quantum` without the gaps between windows
    Outages quantum;           ///< no key is being made: cut fibre, or a node at an end is down
    Outages classical;         ///< no message passes: cut, or a node at an end is down
    Disturbances disturbances; ///< eavesdroppers, loss, drift, stray light, ailing devices
    Override extra_latency_s;  ///< seconds, one way
    Override loss;             ///< message loss probability, replaces the link's

    /// The planned window that t lies in; null without windows or between them.
    LinkWindow const* window(SimTime t) const;
    /// Nothing but the devices' own drift acts on the quantum channel at t.
    bool calm(SimTime t) const;
    /// Next time after t at which conditions or windows change; kSimNever when there is none.
    SimTime next_change(SimTime t) const;
    /// Conditions of the quantum channel from `start` on, relative to it, up to `horizon` after it.
    std::vector<ConditionStep> conditions(SimTime start, SimDuration horizon) const;
};

struct Timelines {
    std::vector<LinkTimeline> links; ///< by LinkId
    std::vector<Outages> nodes;      ///< by NodeId
    std::vector<Override> surges;    ///< by AppId: what its requests' rate is multiplied with
};

Timelines build_timelines(Scenario const& scenario);

} // namespace qkdes
