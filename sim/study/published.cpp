#include "sim/study/published.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qkdes {

std::string_view to_string(PublishedVerdict verdict) {
    constexpr std::string_view names[] = {"ok", "fitted", "SHORT"};
    return names[static_cast<std::size_t>(verdict)];
}

std::optional<double> PublishedComparison::ratio() const {
    if (!std::isfinite(simulated) || published.value == 0) return {};
    return simulated / published.value;
}

std::vector<PublishedComparison> published_beside(Scenario const& scenario, std::span<RunFigure const> figures) {
    std::vector<PublishedComparison> out;
    for (auto const& spec : scenario.published) {
        PublishedComparison one{spec, std::numeric_limits<double>::quiet_NaN(), {}, PublishedVerdict::fell_short};
        auto const found =
            std::ranges::find_if(figures, [&](auto const& f) { return f.of == spec.of && f.name == spec.figure; });
        if (found != figures.end()) one.simulated = found->value;
        if (spec.holds(one.simulated)) one.verdict = spec.fitted ? PublishedVerdict::fitted : PublishedVerdict::ok;
        out.push_back(std::move(one));
    }
    return out;
}

} // namespace qkdes
