#include "sim/scenario/span_rate.hpp"

#include "models/link/link_survey.hpp"
#include "sim/base/contracts.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qkdes {

std::optional<SpanRates> SpanRates::of(std::string const& device, double db_per_km, std::string_view option,
                                       std::vector<Diagnostic>& problems) {
    auto const text = fmt::format(R"({{"device": {}, "length": "20 km", "attenuation": "{} dB/km"}})",
                                  json_string(device), db_per_km);
    auto loaded = load_link_text(text, option);
    problems.insert(problems.end(), loaded.diagnostics.begin(), loaded.diagnostics.end());
    if (!loaded.ok()) return {};
    return SpanRates{std::move(loaded.link->parameters)};
}

SpanRate SpanRates::over(double km, std::uint64_t blocks) const {
    QKDES_EXPECTS(km >= 0);
    FibreParameters fibre = std::visit([](auto const& p) { return p.fibre; }, device_);
    fibre.length = Kilometres{km};
    auto const survey = survey_link(qkdes::over(device_, fibre), Fidelity::block, blocks, 1);
    return {std::max(0.0, survey.net), survey.block_time};
}

double SpanRates::reach(double bits_per_second, double longest) const {
    constexpr double kResolution = 0.1;
    auto const enough_at = [&](double km) { return over(km).bits_per_second >= bits_per_second; };
    if (!enough_at(0)) return 0;
    double enough = 0, too_long = 25;
    for (; too_long < longest && enough_at(too_long); too_long *= 2)
        enough = too_long;
    too_long = std::min(too_long, longest);
    if (too_long == longest && enough_at(longest)) return longest;
    while (too_long - enough > kResolution) {
        double const middle = (enough + too_long) / 2;
        (enough_at(middle) ? enough : too_long) = middle;
    }
    return enough;
}

} // namespace qkdes
