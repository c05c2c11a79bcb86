#include "sim/kme/shares/availability.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>

namespace qkdes {

namespace {

std::vector<double> convolve(std::vector<double> const& a, std::vector<double> const& b) {
    std::vector<double> out(a.size() + b.size() - 1);
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t j = 0; j < b.size(); ++j)
            out[i + j] += a[i] * b[j];
    return out;
}

} // namespace

std::vector<double> arrivals(std::span<SharedRisk const> risks) {
    std::vector<double> out{1.0};
    for (auto const& risk : risks) {
        QKDES_EXPECTS(risk.up >= 0 && risk.up <= 1);
        std::vector<double> of_risk{1.0};
        for (double p : risk.paths)
            of_risk = convolve(of_risk, {1 - p, p});
        for (double& mass : of_risk)
            mass *= risk.up;
        of_risk[0] += 1 - risk.up;
        out = convolve(out, of_risk);
    }
    return out;
}

double at_least(std::span<SharedRisk const> risks, std::size_t k) {
    auto const mass = arrivals(risks);
    double sum = 0;
    for (std::size_t i = mass.size(); i-- > k;)
        sum += mass[i];
    return sum;
}

CaptureCost nodes_to_capture(std::span<std::vector<unsigned> const> holders, std::size_t k) {
    if (k == 0) return {true, 0};
    std::map<unsigned, std::vector<std::size_t>> seen_by;
    std::size_t visible = 0;
    for (std::size_t share = 0; share < holders.size(); ++share) {
        visible += !holders[share].empty();
        for (unsigned node : holders[share])
            seen_by[node].push_back(share);
    }
    if (visible < k) return {};
    std::vector<std::vector<std::size_t>> several;
    for (auto const& [node, shares] : seen_by)
        if (shares.size() >= 2) several.push_back(shares);
    QKDES_EXPECTS(several.size() <= 20);
    std::size_t best = k; // one node for each share
    for (std::uint32_t set = 0; set < 1u << several.size(); ++set) {
        auto const chosen = static_cast<std::size_t>(std::popcount(set));
        if (chosen >= best) continue;
        std::vector<bool> covered(holders.size());
        for (std::size_t i = 0; i < several.size(); ++i)
            if (set >> i & 1)
                for (std::size_t share : several[i])
                    covered[share] = true;
        auto const count = static_cast<std::size_t>(std::count(covered.begin(), covered.end(), true));
        best = std::min(best, chosen + (count < k ? k - count : 0)); // the rest one by one
    }
    return {true, best};
}

} // namespace qkdes
