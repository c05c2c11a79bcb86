// `published` as it was read: which figure is meant decides in which unit its value is.
#pragma once
#include "sim/scenario/document.hpp"
#include "sim/scenario/published_spec.hpp"

#include <optional>

namespace qkdes {

struct RawPublished {
    JsonNode const* node = nullptr;
    PublishedSpec spec; ///< without value, unit and tolerance
    JsonNode const *value = nullptr, *within = nullptr;
    std::optional<double> tolerance;
};

} // namespace qkdes
