#include "sim/engine/engine.hpp"

namespace qkdes {

Origin Engine::new_origin(std::string_view name) {
    QKDES_EXPECTS(names_.size() < EventRank::kOriginLimit);
    names_.emplace_back(name);
    scheduled_.push_back(0);
    return {static_cast<std::uint32_t>(names_.size() - 1)};
}

std::string_view Engine::origin_name(Origin origin) const {
    QKDES_EXPECTS(origin.index < names_.size());
    return names_[origin.index];
}

bool Engine::cancel(TimerHandle timer) {
    if (!pending(timer)) return false;
    queue_.note_dead();
    slab_.drop(timer.slot);
    queue_.drop_dead();
    return true;
}

void Engine::run_until(SimTime end) {
    QKDES_EXPECTS(!running_ && end >= now_ && end < kSimNever);
    struct Running {
        bool& flag;
        explicit Running(bool& f) : flag{f} { flag = true; }
        ~Running() { flag = false; }
    } const running{running_};

    auto const last = static_cast<std::uint64_t>(end.time_since_epoch().count());
    EventKey key;
    while (!stopped() && queue_.pop(last, key)) {
        now_ = SimTime{SimDuration{static_cast<SimDuration::rep>(key.at)}};
        if (executed_ == most_) return stop();
        ++executed_;
        trace_.add(key.at);
        trace_.add(key.rank.packed());
        slab_.run(key.slot);
    }
    if (!stopped()) now_ = end;
}

} // namespace qkdes
