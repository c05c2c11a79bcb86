// Device independence.
#include "models/link/di/di_finite_key.hpp"
#include "models/link/di/di_rates.hpp"
#include "models/published/published.hpp"

#include <cmath>

namespace qkdes {
namespace {

/// The error rate at which a depolarised pair has no key left.
double threshold() {
    double low = 0, high = 0.1;
    for (int i = 0; i < 80; ++i) {
        double const q = (low + high) / 2;
        (di_rate(2 * std::sqrt(2.0) * (1 - 2 * q), q) > 0 ? low : high) = q;
    }
    return low;
}

Reproduction asymptotic() {
    return {"S. Pironio et al., New J. Phys. 11, 045021 (2009), doi:10.1088/1367-2630/11/4/045021; S and Q of D. P. "
            "Nadlinger et al., Nature 607, 682 (2022)",
            "",
            "",
            {{"rate at S 2.677, Q 1.44 %", "bit/round", 0.5834, di_rate(2.677, 0.0144), absolute(1e-3)},
             {"largest Q with key, depolarised pair", "%", 7.149, 100 * threshold(), absolute(0.001)}}};
}

Reproduction nadlinger_2022() {
    DiProtocolParameters planned;
    planned.expected_chsh = 2.64;
    planned.expected_qber = 0.018;
    planned.test_probability = 13.0 / 256;
    planned.eps_sound = 1e-10;
    auto const rounds = std::uint64_t{10'000'000};
    planned.rounds = rounds;
    double const disclosed = 0.197678 * static_cast<double>(rounds);
    auto const key = di_finite_key(planned, rounds, disclosed);
    DiProtocolParameters run = planned;
    run.rounds = 1'500'000;
    return {"D. P. Nadlinger et al., Nature 607, 682 (2022), doi:10.1038/s41586-022-04941-5",
            "",
            "",
            {{"key per round, 1e7 rounds, S 2.64, Q 1.8 %", "bit/round", 0.258,
              static_cast<double>(key.secret) / static_cast<double>(rounds), relative(0.01)},
             {"key of their 1.5e6 rounds, 296,517 bits disclosed", "bit", 95884,
              static_cast<double>(di_finite_key(run, run.rounds, 296'517).secret), relative(0.01)}}};
}

} // namespace

std::vector<PublishedExperiment> published_di() {
    return {{"di-asymptotic", asymptotic}, {"nadlinger-2022", nadlinger_2022}};
}

} // namespace qkdes
