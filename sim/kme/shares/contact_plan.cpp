#include "sim/kme/shares/contact_plan.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {

namespace {

/// Since the beginning of the period that holds `at`.
SimDuration phase(ContactPlan const& plan, SimTime at) {
    auto const rest = (at.time_since_epoch() - plan.offset) % plan.period;
    return rest < SimDuration::zero() ? rest + plan.period : rest;
}

bool always(ContactPlan const& plan) { return plan.period == SimDuration::zero() || plan.contact >= plan.period; }

} // namespace

SimDuration ContactPlan::sending_time(std::size_t bytes) const {
    QKDES_EXPECTS(rate.value > 0);
    return from_seconds(8.0 * static_cast<double>(bytes) / rate.value);
}

double ContactPlan::duty() const { return always(*this) ? 1.0 : seconds(contact) / seconds(period); }

bool ContactPlan::open(SimTime at) const {
    if (!always(*this) && phase(*this, at) >= contact) return false;
    return std::none_of(jammed.begin(), jammed.end(), [at](auto const& w) { return w.from <= at && at < w.until; });
}

SimTime ContactPlan::closes(SimTime at) const {
    SimTime end = always(*this) ? kSimNever : at + (contact - phase(*this, at));
    for (auto const& w : jammed)
        if (w.from > at) end = std::min(end, w.from);
    return end;
}

SimTime ContactPlan::next_open(SimTime at) const {
    for (bool moved = true; moved;) {
        moved = false;
        for (auto const& w : jammed)
            if (w.from <= at && at < w.until) at = w.until, moved = true;
        if (!always(*this) && phase(*this, at) >= contact) at += period - phase(*this, at), moved = true;
    }
    return at;
}

std::optional<SimTime> ContactPlan::sent_by(SimTime ready, std::size_t bytes, SimTime horizon) const {
    if (!always(*this) && contact <= SimDuration::zero()) return std::nullopt;
    SimDuration const length = sending_time(bytes);
    if (!always(*this) && length > contact) return std::nullopt;
    for (SimTime at = next_open(ready); at <= horizon; at = next_open(closes(at))) {
        if (horizon - at < length) return std::nullopt;
        if (closes(at) - at >= length) return at + length;
    }
    return std::nullopt;
}

} // namespace qkdes
