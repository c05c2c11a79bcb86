#include "models/link/conditions.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>

namespace qkdes {

ConditionStep together(ConditionStep first, ConditionStep const& second) {
    first.extra_loss = first.extra_loss + second.extra_loss;
    first.extra_error = std::min(0.5, first.extra_error + second.extra_error);
    first.stray_light = first.stray_light + second.stray_light;
    if (second.attack != Attack::none) {
        first.attack = second.attack;
        first.attacked = second.attacked;
    }
    if (second.impairment != Impairment::none) {
        first.impairment = second.impairment;
        first.severity = second.severity;
    }
    return first;
}

std::vector<ConditionStep> together(std::span<ConditionStep const> first, std::span<ConditionStep const> second) {
    QKDES_EXPECTS(!first.empty() && first[0].from.count() == 0 && !second.empty() && second[0].from.count() == 0);
    std::vector<ConditionStep> all;
    for (std::size_t i = 0, j = 0; i < first.size() || j < second.size();) {
        auto const next_i = i < first.size() ? first[i].from : SimDuration::max();
        auto const next_j = j < second.size() ? second[j].from : SimDuration::max();
        i += next_i <= next_j ? 1u : 0u;
        j += next_j <= next_i ? 1u : 0u;
        ConditionStep step = together(first[i - 1], second[j - 1]);
        step.from = std::min(next_i, next_j);
        all.push_back(step);
    }
    return all;
}

} // namespace qkdes
