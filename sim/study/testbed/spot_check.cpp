#include "sim/study/testbed/spot_check.hpp"

#include "models/link/link_model.hpp"
#include "sim/base/contracts.hpp"
#include "sim/study/replication.hpp"
#include "sim/study/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {

ExperimentReport spot_check(Scenario const& scenario, std::size_t blocks, unsigned jobs) {
    QKDES_EXPECTS(blocks >= 3);
    auto const link = std::ranges::find_if(scenario.links, [&](LinkSpec const& l) {
        return l.makes_key() && std::holds_alternative<CvParameters>(scenario.devices[*l.device].physics);
    });
    if (link == scenario.links.end())
        return {"No link symbol by symbol", {}, {{"A link with continuous variables", "one", "none", "one", false}}};
    LinkParameters const parameters = over(scenario.devices[*link->device].physics, link->fibre);
    std::vector<ConditionStep> const calm(1);
    std::vector<double> secret[2], gathering[2];
    for (int f = 0; f < 2; ++f) {
        secret[f].resize(blocks);
        gathering[f].resize(blocks);
    }
    run_parallel(2 * blocks, jobs, [&](std::size_t i) {
        std::size_t const f = i % 2, b = i / 2;
        LinkBlock const block =
            simulate_block(parameters, calm, SimDuration::max(), f == 0 ? Fidelity::block : Fidelity::photon,
                           scenario.seed, "spot/" + link->id, b);
        secret[f][b] = static_cast<double>(block.yield.secret);
        gathering[f][b] = seconds(block.gathering);
    });
    Estimate const coarse = mean_estimate(secret[0]), fine = mean_estimate(secret[1]);
    double const window = mean_estimate(gathering[1]).value * static_cast<double>(blocks);
    double const error = std::hypot(coarse.high - coarse.value, fine.high - fine.value);
    double const difference = fine.value / coarse.value - 1;
    ExperimentReport report{
        fmt::format("Link {} symbol by symbol: {} blocks, {:.1f} s", link->id, blocks, window), {}, {}};
    report.checks.push_back(
        {fmt::format("Link {}, secret bits a block, every symbol against block fidelity", link->id),
         fmt::format("{:.0f}", coarse.value),
         fmt::format("{:.0f} ({:+.2f} %) ± {:.2f} %", fine.value, difference * 100, error / coarse.value * 100),
         "1 %, or what chance explains", std::abs(difference) <= .01 || std::abs(fine.value - coarse.value) <= error});
    return report;
}

} // namespace qkdes
