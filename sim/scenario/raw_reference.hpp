// The id of something defined elsewhere in a scenario, as it was read.
#pragma once
#include "sim/scenario/document.hpp"

#include <string>

namespace qkdes {

struct Reference {
    std::string id;
    JsonNode const* node = nullptr;
    bool given() const { return node != nullptr; }
};

} // namespace qkdes
