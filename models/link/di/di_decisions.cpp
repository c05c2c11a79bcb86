#include "models/link/di/di_decisions.hpp"

#include "models/postprocessing/authentication.hpp"

#include <tuple>

namespace qkdes {

void record_exchange(DiStatistics const& s, BlockYield& yield) {
    yield.pulses = s.attempts;
    yield.detections = s.heralds;
    yield.dropped = s.discarded;
    yield.sifted.n_z[0] = s.key_rounds;
    yield.sifted.m_z[0] = s.key_errors;
    yield.sifted.n_x[0] = s.tests();
    yield.sifted.m_x[0] = s.lost_games();
    yield.qber_z = qber(s);
    yield.qber_x = s.tests() == 0 ? 0.0 : static_cast<double>(s.lost_games()) / static_cast<double>(s.tests());
    yield.chsh = chsh(s);
    yield.tests = s.tests();
    yield.round_trips = kDiFixedRoundTrips;
    yield.authentication_bits = AuthenticationPolicy{}.bits_per_block();
}

bool settings_unhealthy(DiProtocolParameters const& p, DiStatistics const& s) {
    return setting_health(s) < p.rng_alarm;
}

double planned_key_error(DiProtocolParameters const& p) {
    return p.expected_qber + p.noise - 2 * p.expected_qber * p.noise;
}

bool too_many_flips(DiProtocolParameters const& p, std::uint64_t flips, std::uint64_t key_rounds) {
    double const limit = p.abort_qber + p.noise - 2 * p.abort_qber * p.noise;
    return static_cast<double>(flips) > limit * static_cast<double>(key_rounds);
}

double block_entropy(DiProtocolParameters const& p, std::uint64_t rounds) {
    using Key = std::tuple<double, double, double, double, double, std::uint64_t>;
    Key const key{p.test_probability, p.expected_chsh, p.tolerance, p.noise, p.eps_sound, rounds};
    thread_local Key last_key{};
    thread_local double last = 0;
    if (key != last_key) {
        last = di_finite_key(p, rounds, 0).entropy;
        last_key = key;
    }
    return last;
}

bool worth_correcting(DiProtocolParameters const& p, std::uint64_t rounds) {
    return rounds > 0 && di_key_length(block_entropy(p, rounds), rounds, 0) > 0;
}

BlockOutcome conclude(DiProtocolParameters const& p, std::uint64_t rounds, BlockYield& yield) {
    auto const disclosed = static_cast<double>(yield.error_correction_leak + yield.verification_bits);
    yield.secret = di_key_length(block_entropy(p, rounds), rounds, disclosed);
    return yield.secret > 0 ? BlockOutcome::key : BlockOutcome::no_key;
}

} // namespace qkdes
