#include "sim/world/vendor_service.hpp"

#include "sim/base/distributions.hpp"
#include "sim/base/portable_math.hpp"

#include <cmath>

namespace qkdes {

VendorService::VendorService(VendorSpec const& spec, RngStream rng) : spec_{spec}, rng_{rng} {
    if (spec_.drift > 0) level_ = spec_.drift * sample_normal(rng_);
}

SimDuration VendorService::next(SimTime now) {
    if (spec_.drift > 0) {
        double const kept = portable_exp(-seconds(now - last_) / seconds(spec_.drift_time));
        level_ = level_ * kept + spec_.drift * std::sqrt(1 - kept * kept) * sample_normal(rng_);
        last_ = now;
    }
    double const body = spec_.spread > 0 ? spec_.spread * sample_normal(rng_) : 0;
    double took = seconds(spec_.latency) * portable_exp(body + level_);
    if (spec_.stall > 0 && rng_.bernoulli(spec_.stall)) took += seconds(spec_.stall_time) * sample_exponential(rng_);
    return from_seconds(took);
}

} // namespace qkdes
