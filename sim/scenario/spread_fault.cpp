// A fault that is repeated, grows or takes its targets in turn, as the single faults that it stands for.
#include "sim/scenario/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

constexpr std::size_t kMostFaults = 100'000; ///< that one fault may stand for

/// Of an interval cut into `parts` equal parts: the begin of part `k`, exact.
SimDuration begin_of(SimDuration span, std::size_t parts, std::size_t k) {
    auto const n = static_cast<SimDuration::rep>(parts), i = static_cast<SimDuration::rep>(k);
    return SimDuration{span.count() / n * i + span.count() % n * i / n};
}

/// Every amount, times `by` in (0, 1].
void scale(FaultSpec& fault, double by) {
    fault.latency = SimDuration{std::llround(static_cast<double>(fault.latency.count()) * by)};
    fault.loss *= by;
    fault.probability *= by;
    fault.factor = 1 + (fault.factor - 1) * by;
    fault.effect.attacked *= by;
    fault.effect.extra_loss = by * fault.effect.extra_loss;
    fault.effect.extra_error *= by;
    fault.effect.stray_light = by * fault.effect.stray_light;
    fault.effect.severity *= by;
}

void aim(Resolution& r, FaultSpec fault, TargetKind kind, std::size_t target, std::vector<FaultSpec>& out) {
    switch (kind) {
    case TargetKind::link:
    case TargetKind::qkd_link:
        fault.link = LinkId{target};
        break;
    case TargetKind::node:
        fault.node = NodeId{target};
        break;
    case TargetKind::application:
        fault.application = AppId{target};
        break;
    case TargetKind::group:
        for (LinkId link : r.out.groups[target].links) {
            fault.kind = FaultKind::cut;
            fault.plane = CutPlane::both;
            fault.link = link;
            out.push_back(fault);
        }
        fault.link = LinkId{};
        for (NodeId node : r.out.groups[target].nodes) {
            fault.kind = FaultKind::down;
            fault.node = node;
            out.push_back(fault);
        }
        return;
    }
    out.push_back(fault);
}

} // namespace

std::vector<FaultSpec> spread_fault(Resolution& r, RawFault const& raw, FaultSpec const& whole, bool in_turn,
                                    TargetKind kind, std::vector<std::size_t> const& targets) {
    std::vector<FaultSpec> out;
    std::size_t const turns = in_turn ? targets.size() : 1, parts = turns * raw.times;
    SimDuration const span = whole.end - whole.begin;
    if (parts * (in_turn ? 1 : targets.size()) > kMostFaults || span.count() < static_cast<SimDuration::rep>(parts)) {
        r.reader.error(*raw.node, fmt::format("{} times on {} targets", raw.times, targets.size()),
                       fmt::format("one fault stands for at most {}, each at least a nanosecond long", kMostFaults),
                       "less \"times\"");
        return out;
    }
    for (std::size_t part = 0; part < parts; ++part) {
        FaultSpec fault = whole;
        SimTime const next = whole.begin + begin_of(span, parts, part + 1);
        fault.begin = whole.begin + begin_of(span, parts, part);
        auto const lasts = SimDuration{std::llround(static_cast<double>((next - fault.begin).count()) * raw.share)};
        fault.end = raw.share == 1 ? next : fault.begin + std::max(SimDuration{1}, lasts);
        if (raw.grows) scale(fault, static_cast<double>(part % raw.times + 1) / raw.times);
        if (in_turn) {
            aim(r, fault, kind, targets[part / raw.times], out);
        } else {
            for (auto const target : targets)
                aim(r, fault, kind, target, out);
        }
    }
    return out;
}

} // namespace qkdes
