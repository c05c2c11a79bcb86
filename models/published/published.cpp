#include "models/published/published.hpp"

#include <cmath>
#include <cstdio>

namespace qkdes {

bool Tolerance::holds(double published, double model) const {
    switch (kind) {
    case Kind::relative:
        return std::abs(model - published) <= value * std::abs(published) * (1 + 1e-12);
    case Kind::absolute:
        return std::abs(model - published) <= value * (1 + 1e-12);
    case Kind::factor:
        return model <= published * value && model >= published / value;
    case Kind::at_most:
        return model <= published * (1 + 1e-12);
    }
    return false;
}

std::string Tolerance::text() const {
    char buffer[32];
    switch (kind) {
    case Kind::relative:
        std::snprintf(buffer, sizeof buffer, "%.3g %%", 100 * value);
        break;
    case Kind::absolute:
        std::snprintf(buffer, sizeof buffer, "+- %.3g", value);
        break;
    case Kind::factor:
        std::snprintf(buffer, sizeof buffer, "x %.3g", value);
        break;
    case Kind::at_most:
        return "at most";
    }
    return buffer;
}

std::vector<PublishedExperiment> published_experiments() {
    std::vector<PublishedExperiment> all;
    for (auto const& family : {published_decoy(), published_entangled(), published_cv(), published_di(),
                               published_correction(), published_stores()})
        all.insert(all.end(), family.begin(), family.end());
    return all;
}

} // namespace qkdes
