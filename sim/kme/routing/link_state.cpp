#include "sim/kme/routing/link_state.hpp"

#include <algorithm>

namespace qkdes {

namespace {

bool dry(EndNews const& news, bool qkd) { return qkd && news.units == 0; }

bool far_apart(std::uint32_t x, std::uint32_t y, double ratio) {
    auto const [low, high] = std::minmax(x, y);
    return low != high && static_cast<double>(high) >= ratio * static_cast<double>(low); // 0 is far from all others
}

} // namespace

LinkStateTable::LinkStateTable(std::shared_ptr<Topology const> topology, RoutingConfig const& config)
    : topology_{std::move(topology)}, stale_after_{config.stale_after}, hold_down_{config.hold_down},
      ends_(config.policy == Routing::static_dijkstra ? 0 : 2 * topology_->links.size()) {}

void LinkStateTable::news(ArcId end, EndNews const& said, SimTime now) {
    EndState& state = ends_[end];
    oldest_ = std::min(oldest_, now);
    state.heard = now;
    bool const first = !state.known;
    bool changed = first || state.stale;
    state.known = true;
    state.stale = false;
    EndNews next = state.believed;
    if (!said.up || dry(said, qkd(end))) {
        if (hold_down_ < kSimNever - now) state.held_until = now + hold_down_;
    }
    bool const held = !first && now < state.held_until;
    bool const better = (said.up && !next.up) || (qkd(end) && said.units > 0 && next.units == 0);
    if (!(held && better)) {
        next.up = said.up;
        if (first || far_apart(said.units, next.units, 2.0)) next.units = said.units;
    }
    if (first || far_apart(said.rate, next.rate, 1.5)) next.rate = said.rate;
    bool const reach = next.up != state.believed.up;
    changed |= reach || next.units != state.believed.units || next.rate != state.believed.rate;
    state.believed = next;
    version_ += changed;
    reach_version_ += reach;
}

void LinkStateTable::age(SimTime now) {
    if (oldest_ == kSimNever || now - oldest_ <= stale_after_) return;
    oldest_ = kSimNever;
    bool changed = false;
    for (auto& state : ends_) {
        if (!state.known || state.stale) continue;
        if (now - state.heard > stale_after_)
            changed = state.stale = true;
        else
            oldest_ = std::min(oldest_, state.heard);
    }
    version_ += changed;
}

void LinkStateTable::forget() {
    std::fill(ends_.begin(), ends_.end(), EndState{});
    oldest_ = kSimNever;
    ++version_;
    ++reach_version_;
}

} // namespace qkdes
