// Error correction.
#include "models/link/binary_entropy.hpp"
#include "models/postprocessing/cascade.hpp"
#include "models/published/published.hpp"
#include "sim/base/rng.hpp"

#include <cstdio>

namespace qkdes {
namespace {

/// f of the modern Cascade: frames of 1e5 random bits, each wrong with probability q; parities counted once each.
double cascade_efficiency_at(double q, std::size_t frames) {
    constexpr std::size_t n = 100'000;
    RngStream rng{1, "published/cascade", static_cast<std::uint64_t>(1e6 * q)};
    double leaked = 0, ideal = 0;
    for (std::size_t frame = 0; frame < frames; ++frame) {
        Bits alice{n};
        rng.fill(alice.mutable_words());
        if (n % 64 != 0) alice.mutable_words().back() &= (std::uint64_t{1} << n % 64) - 1;
        Bits bob = alice;
        std::size_t errors = 0;
        for (std::size_t i = 0; i < n; ++i)
            if (rng.bernoulli(q)) {
                bob.flip(i);
                ++errors;
            }
        leaked += static_cast<double>(cascade_correct(alice, bob, {.qber_estimate = q}, rng.next()).leaked);
        ideal += n * binary_entropy(static_cast<double>(errors) / n);
    }
    return leaked / ideal;
}

Reproduction martinez_mateo_2015() {
    Reproduction r{"J. Martinez-Mateo et al., Quantum Inf. Comput. 15, 453 (2015), arXiv:1407.3257",
                   "",
                   "80 frames of 1e5 bits at each rate; real messages, real bits",
                   {}};
    for (double const q : {0.01, 0.02, 0.03}) {
        char name[48];
        std::snprintf(name, sizeof name, "f of Cascade at QBER %.0f %%", 100 * q);
        r.figures.push_back({name, "", 1.040, cascade_efficiency_at(q, 80), relative(0.01), ReproductionLevel::photon});
    }
    return r;
}

} // namespace

std::vector<PublishedExperiment> published_correction() { return {{"cascade-2015", martinez_mateo_2015}}; }

} // namespace qkdes
