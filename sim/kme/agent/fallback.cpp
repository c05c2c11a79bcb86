#include "sim/kme/agent/fallback.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>
#include <utility>

namespace qkdes::agent {

namespace {

constexpr std::size_t kMostEvents = 4096;

SimTime later(SimTime from, SimDuration by) { return by >= kSimNever - from ? kSimNever : from + by; }

} // namespace

std::string_view to_string(LinkMode mode) {
    static constexpr std::string_view names[] = {"nominal", "degraded", "pq-only"};
    return names[static_cast<std::size_t>(mode)];
}

std::string_view to_string(FallbackWhat what) {
    static constexpr std::string_view names[] = {"halted: error rate", "halted: device", "resumed", "fresh key",
                                                 "key expired"};
    return names[static_cast<std::size_t>(what)];
}

LinkMode Fallback::mode() const {
    if (!expires_) return LinkMode::pq_only;
    return halted_ ? LinkMode::degraded : LinkMode::nominal;
}

SimTime Fallback::due() const {
    if (!halted_) return above_since_ ? later(*above_since_, config_.hold) : kSimNever;
    return good_since_ ? later(*good_since_, config_.recover) : kSimNever;
}

SimTime Fallback::next() const { return std::min(due(), expires_.value_or(kSimNever)); }

void Fallback::pass(SimTime at) {
    spent_[static_cast<std::size_t>(mode())] += at - now_;
    now_ = at;
}

void Fallback::note(FallbackWhat what) {
    if (events_.size() == kMostEvents) events_.erase(events_.begin());
    events_.push_back({now_, what, mode()});
}

void Fallback::settle() {
    if (due() > now_) return;
    if (halted_) {
        halted_ = false;
        good_since_.reset();
        note(FallbackWhat::resumed);
    } else {
        halted_ = true;
        ++halts_;
        note(FallbackWhat::halted_by_qber);
    }
}

void Fallback::advance(SimTime at) {
    QKDES_EXPECTS(at >= now_);
    while (next() <= at) {
        pass(std::max(next(), now_));
        if (expires_ && *expires_ <= now_) {
            expires_.reset();
            note(FallbackWhat::key_expired);
        }
        settle();
    }
    pass(at);
}

void Fallback::measured(SimTime at, double qber) {
    advance(at);
    if (qber > config_.threshold) {
        if (!above_since_) above_since_ = at;
        good_since_.reset();
    } else {
        above_since_.reset();
        if (halted_ && healthy_ && !good_since_) good_since_ = at;
    }
    settle();
}

void Fallback::health(SimTime at, bool healthy) {
    advance(at);
    if (healthy == healthy_) return;
    healthy_ = healthy;
    if (!healthy) {
        good_since_.reset();
        if (halted_) return;
        halted_ = true;
        ++halts_;
        note(FallbackWhat::halted_by_health);
    } else if (halted_ && !above_since_) {
        good_since_ = at;
        settle();
    }
}

void Fallback::fresh_key(SimTime at, SimTime expires) {
    advance(at);
    if (expires <= at) return;
    expires_ = expires;
    note(FallbackWhat::fresh_key);
}

std::vector<FallbackEvent> Fallback::take_events() { return std::exchange(events_, {}); }

} // namespace qkdes::agent
