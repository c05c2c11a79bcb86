#include "sim/engine/engine.hpp"

namespace qkdes {

Origin Engine::new_origin(std::string_view name) {
    QKDES_EXPECTS(actors_.size() < EventRank::kOriginLimit);
    actors_.push_back({0, std::string{name}});
    return {static_cast<std::uint32_t>(actors_.size() - 1)};
}

std::string_view Engine::origin_name(Origin origin) const {
    QKDES_EXPECTS(origin.index < actors_.size());
    return actors_[origin.index].name;
}

bool Engine::cancel(TimerHandle timer) {
    if (!pending(timer)) return false;
    queue_.cancelled();
    slab_.drop(timer.slot);
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
        ++executed_;
        trace_.add(key.at);
        trace_.add(key.rank.packed());
        slab_.run(key.slot);
    }
    if (!stopped()) now_ = end;
}

} // namespace qkdes
