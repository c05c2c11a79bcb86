#include "models/link/channel/drift.hpp"

#include "models/link/small_math.hpp"
#include "sim/base/contracts.hpp"
#include "sim/base/distributions.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace qkdes {
namespace {

/// e-foldings of <cos> per time constant.
double decay(DriftKind kind) { return kind == DriftKind::polarisation ? 2.0 : 1.0; }

double with_residual(double residual, double error) { return residual + (1 - 2 * residual) * error; }

/// A unit vector on the sphere, or on a circle (z stays 0), that starts at (1, 0, 0).
struct Walker {
    DriftKind kind;
    std::array<double, 3> s{1, 0, 0};

    double error() const { return std::clamp((1 - s[0]) / 2, 0.0, 1.0); }

    void step(double mean, RngStream& rng) {
        bool const sphere = kind == DriftKind::polarisation;
        double const n = sphere ? 0 : sample_normal(rng);
        double const x = std::min(2.0, mean * (sphere ? sample_exponential(rng) : n * n));
        // A direction at right angles to s, at random.
        std::array<double, 3> t{};
        double norm = 0;
        while (norm < 1e-6) {
            if (sphere) {
                for (auto& c : t)
                    c = sample_normal(rng);
            } else {
                t = {-s[1], s[0], 0};
                if (n < 0) t = {s[1], -s[0], 0};
            }
            double const along = t[0] * s[0] + t[1] * s[1] + t[2] * s[2];
            norm = 0;
            for (unsigned i = 0; i < 3; ++i) {
                t[i] -= along * s[i];
                norm += t[i] * t[i];
            }
            norm = std::sqrt(norm);
        }
        double const c = 1 - x, sine = std::sqrt(std::max(0.0, 1 - c * c));
        double length = 0;
        for (unsigned i = 0; i < 3; ++i) {
            s[i] = c * s[i] + sine * t[i] / norm;
            length += s[i] * s[i];
        }
        for (auto& v : s)
            v /= std::sqrt(length);
    }
};

void check(DriftParameters const& d) {
    QKDES_EXPECTS(d.time_constant > SimDuration{0} && d.feedback > SimDuration{0} && d.steps >= 1);
    QKDES_EXPECTS(d.residual >= 0 && d.residual <= 0.5);
}

} // namespace

double mean_drift_error(DriftParameters const& d) {
    check(d);
    double const foldings = decay(d.kind) * seconds(d.feedback) / seconds(d.time_constant);
    return with_residual(d.residual, 0.5 * (1 + portable_expm1(-foldings) / foldings));
}

std::vector<ConditionStep> drift_steps(DriftParameters const& d, SimDuration duration, std::uint64_t seed,
                                       std::string_view link, std::uint64_t block) {
    check(d);
    SimDuration const stride = std::max(SimDuration{1}, d.feedback / d.steps);
    QKDES_EXPECTS(duration / stride < 1'000'000);
    double const mean = -portable_expm1(-decay(d.kind) * seconds(stride) / seconds(d.time_constant));
    RngStream rng{seed, "link/" + std::string{link} + "/drift", block};
    std::vector<ConditionStep> out;
    Walker walker{d.kind};
    unsigned done = 0;
    for (SimDuration at{0}; at < duration || out.empty(); at += stride) {
        if (done++ % d.steps == 0) walker = Walker{d.kind};
        // The error in the middle of a stride: half a step before it is read, half after.
        walker.step(mean / 2, rng);
        out.push_back({.from = at, .extra_error = std::min(0.5, with_residual(d.residual, walker.error()))});
        walker.step(mean / 2, rng);
    }
    return out;
}

} // namespace qkdes
