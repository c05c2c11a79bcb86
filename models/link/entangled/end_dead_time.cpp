#include "models/link/entangled/end_dead_time.hpp"

#include "models/link/entangled/coincidence_statistics.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {

EndDeadTime::EndDeadTime(SimDuration dead_time, double period, double lit_share, double spread_ps)
    : tau_{seconds(dead_time)}, period_{tau_ > 0 ? period : 0}, width_{spread_ps * 1e-12 * 0x1.6a09e667f3bcdp+0},
      any_{tau_}, light_{tau_} {
    if (period_ <= 0) return;
    double const edge = tau_ / period_, reach = std::ceil(2 * width_ / period_) + 1;
    certain_ = std::max(0.0, std::floor(edge) - reach);
    last_ = std::ceil(edge) + reach;
    double pulses = certain_;
    for (double n = certain_ + 1; n <= last_; n += 1)
        pulses += missed(n);
    double const grid = pulses * period_ - tau_;
    any_ += lit_share * lit_share * grid;
    light_ += lit_share * grid;
}

double EndDeadTime::missed(double pulse) const {
    if (pulse <= certain_) return 1;
    if (pulse > last_) return 0;
    double const inside = tau_ - pulse * period_;
    if (std::abs(inside) < 1e-15) return width_ > 0 ? 0.5 : 0; // live again at that very instant
    double const share = window_share(2 * std::abs(inside), width_);
    return inside > 0 ? (1 + share) / 2 : (1 - share) / 2;
}

double EndDeadTime::shared(EndDeadTime const& a, double in_a, EndDeadTime const& b, double in_b) {
    if (b.light_ > a.light_) return shared(b, in_b, a, in_a);
    double const t1 = a.light_, t2 = b.light_;
    double first = t2;
    if (b.period_ > 0) {
        double const certain = std::min(a.certain_, b.certain_);
        first = certain * b.period_;
        for (double n = certain + 1; n <= b.last_; n += 1)
            first += a.missed(n) * b.missed(n) * b.period_;
    }
    double const twice = std::max(0.0, 2 * t2 - t1);
    return first + in_a * t2 * (t1 - t2 / 2) + in_b * twice * twice / 2;
}

} // namespace qkdes
