#include "models/link/decoy/session_yield.hpp"

#include "models/link/binary_entropy.hpp"
#include "models/link/decoy/detection_statistics.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

SessionYield over(DecoyBb84Parameters const& p, DetectionStatistics const& rates, double in_seconds, double f) {
    SessionYield out{.seconds = in_seconds, .clicks = rates.detections * p.source.clock.value};
    double const events = rates.kept * p.source.clock.value * in_seconds;
    auto const count = [events](double chance) { return static_cast<std::uint64_t>(std::nearbyint(events * chance)); };
    for (unsigned k = 0; k < 3; ++k) {
        out.sifted.m_z[k] = count(rates.chances.z[k][1]);
        out.sifted.n_z[k] = count(rates.chances.z[k][0]) + out.sifted.m_z[k];
        out.sifted.m_x[k] = count(rates.chances.x[k][1]);
        out.sifted.n_x[k] = count(rates.chances.x[k][0]) + out.sifted.m_x[k];
    }
    auto const bits = static_cast<double>(out.sifted.total_z());
    if (bits <= 0) return out;
    out.qber_z = static_cast<double>(out.sifted.errors_z()) / bits;
    auto const leak = static_cast<std::uint64_t>(std::ceil(f * bits * binary_entropy(out.qber_z)));
    out.key = finite_key(p.source, out.sifted, p.post.eps_sec, leak, std::log2(2 / p.post.eps_cor));
    out.secret = static_cast<double>(out.key.secret) / in_seconds;
    return out;
}

} // namespace

SessionYield session_yield(DecoyBb84Parameters const& p, SimDuration session, double f,
                           ConditionStep const& condition) {
    return over(p, detection_statistics(p, condition), seconds(session), f);
}

SessionYield block_yield(DecoyBb84Parameters const& p, double f, ConditionStep const& condition) {
    auto const rates = detection_statistics(p, condition);
    double const per_second = rates.kept * rates.chances.total_z() * p.source.clock.value;
    if (per_second <= 0) return {};
    return over(p, rates, static_cast<double>(p.post.block) / per_second, f);
}

} // namespace qkdes
