// Failures at random: what fails, and how often.
#include "sim/scenario/resolve.hpp"

#include <fmt/format.h>

namespace qkdes {
namespace {

constexpr double kMostFailures = 1e6; ///< of one entry in a run, on average

std::string as_time(SimDuration t) { return print_quantity(static_cast<double>(t.count()), units::duration); }

/// The one of the three that is written.
RawTarget const* the_target(Resolution& r, RawFailure const& raw, TargetKind& kind) {
    std::pair<RawTarget const*, TargetKind> const all[] = {
        {&raw.cut, raw.plane == CutPlane::quantum ? TargetKind::qkd_link : TargetKind::link},
        {&raw.down, TargetKind::node},
        {&raw.fail, TargetKind::group}};
    RawTarget const* found = nullptr;
    int written = 0;
    for (auto const& [target, of] : all) {
        if (!target->given()) continue;
        found = target;
        kind = of;
        ++written;
    }
    if (!r.reader.intact(raw.node)) return nullptr;
    if (written != 1) {
        r.reader.error(*raw.node, written == 0 ? "a failure of nothing" : "a failure of two things",
                       "it has exactly one of \"cut\", \"down\" and \"fail\"", R"("cut": { "pick": "all" })");
        return nullptr;
    }
    if (raw.node->find("plane") != nullptr && !raw.cut.given())
        r.reader.error_at_key(*raw.node->find("plane"), "\"plane\" of what is not cut", "it belongs to \"cut\"",
                              "leave it out");
    if (raw.node->find("spread") != nullptr && raw.law != FailureSpec::Repair::log_normal)
        r.reader.error_at_key(*raw.node->find("spread"), "\"spread\" of exponential times",
                              "it belongs to \"log-normal\" ones", R"("repair_times": "log-normal")");
    return found;
}

} // namespace

void resolve_failures(Resolution& r) {
    for (auto const& raw : r.raw.failures) {
        if (!raw.node->is(JsonKind::object)) continue;
        TargetKind kind = TargetKind::link;
        auto const* target = the_target(r, raw, kind);
        if (target == nullptr || !raw.up || !raw.repair) continue;
        auto const targets = resolve_target(r, *target, kind, false);
        FailureSpec failure;
        failure.kind = kind == TargetKind::node ? FaultKind::down : FaultKind::cut;
        failure.plane = raw.plane;
        failure.up = *raw.up;
        failure.repair = *raw.repair;
        failure.law = raw.law;
        failure.spread = raw.spread;
        for (auto const index : targets) {
            if (kind == TargetKind::node)
                failure.nodes.emplace_back(index);
            else if (kind == TargetKind::group)
                failure.groups.push_back(index);
            else
                failure.links.emplace_back(index);
        }
        if (kind == TargetKind::qkd_link && !target->pick && !targets.empty() &&
            !r.out.links[targets.front()].device.has_value())
            r.reader.error(*target->node, fmt::format("no quantum channel to cut on \"{}\"", target->id),
                           "the link has no QKD device", R"("plane": "classical")");
        double const expected = static_cast<double>(targets.size()) * seconds(r.out.duration) /
                                (seconds(failure.up) + seconds(failure.repair));
        if (r.knows_duration && expected > kMostFailures)
            r.reader.error(place(*raw.node, "mtbf"), fmt::format("about {:.2g} failures in the run", expected),
                           fmt::format("each of {} fails every {}; at most {:.0e} in all are drawn", targets.size(),
                                       as_time(failure.up + failure.repair), kMostFailures),
                           R"("mtbf": "30 d")");
        if (r.reader.intact(raw.node) && !targets.empty()) r.out.failures.push_back(std::move(failure));
    }
}

} // namespace qkdes
