#include "models/link/di/di_yield.hpp"

#include "models/link/binary_entropy.hpp"
#include "models/link/cascade_cost.hpp"
#include "models/link/di/di_decisions.hpp"
#include "models/link/di/di_finite_key.hpp"
#include "models/link/di/di_game_cost.hpp"
#include "models/link/di/di_rates.hpp"
#include "models/link/di/di_round.hpp"
#include "models/postprocessing/verification.hpp"

#include <algorithm>

namespace qkdes {

DiYield di_yield(DiParameters const& p) {
    auto const& protocol = p.protocol;
    auto const round = di_round(p, {});
    auto const expected = di_expectation(round);
    DiYield out{.attempts = attempt_rate(p).value, .chsh = expected.chsh, .qber = expected.qber};
    out.heralds = out.attempts * round.herald;
    out.rounds = out.heralds * (1 - round.discarded);
    double const gamma = protocol.test_probability;
    double const rate = di_rate(expected.chsh, std::min(expected.qber, 0.5), protocol.noise);
    out.asymptotic = out.rounds * (1 - gamma) * std::max(0.0, rate);

    // A finite block: as many rounds as come before it is closed; the gates by their means.
    double const most = out.rounds * seconds(protocol.longest_gathering);
    double const n = std::min(static_cast<double>(protocol.rounds), most);
    auto const rounds = static_cast<std::uint64_t>(n);
    double const lost = gamma * (1 - winning_of_chsh(expected.chsh));
    if (rounds == 0 || lost > di_gate(protocol, rounds).lost || expected.qber > protocol.abort_qber) return out;
    double const q = expected.qber + protocol.noise - 2 * expected.qber * protocol.noise;
    double const disclosed = n * gamma * binary_entropy(lost / gamma) * game_efficiency(lost / gamma) +
                             n * (1 - gamma) * binary_entropy(q) * cascade_efficiency(q, planned_key_error(protocol)) +
                             verification_tag_bits(rounds, protocol.eps_cor);
    out.secret = static_cast<double>(di_finite_key(protocol, rounds, disclosed).secret) * out.rounds / n;
    return out;
}

} // namespace qkdes
