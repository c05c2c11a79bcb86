#include "sim/world/classical_channel.hpp"

#include <algorithm>

namespace qkdes {

SimDuration ClassicalChannel::latency(SimTime now) const {
    return latency_ + from_seconds(timeline_.extra_latency_s.at(now, 0.0));
}

std::optional<SimTime> ClassicalChannel::arrival(SimTime now, unsigned direction, std::size_t bytes) {
    ++messages_;
    SimTime const sent =
        std::max(now, busy_until_[direction]) + from_seconds(8.0 * static_cast<double>(bytes) / rate_.value);
    busy_until_[direction] = sent;
    if (calm_) return sent + latency_;
    double const loss = timeline_.loss.at(now, loss_);
    bool const lost = loss > 0 && losses_.bernoulli(loss);
    SimTime const at = sent + latency(now);
    if (lost || !up(now) || !up(at)) {
        ++lost_;
        return std::nullopt;
    }
    return at;
}

} // namespace qkdes
