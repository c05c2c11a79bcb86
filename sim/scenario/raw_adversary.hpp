// An adversary as it was read: values in range, references still names.
#pragma once
#include "sim/scenario/adversary.hpp"
#include "sim/scenario/raw_target.hpp"

#include <optional>

namespace qkdes {

struct RawTaps {
    JsonNode const* node = nullptr;
    bool all = false;
    std::vector<Reference> links;
};
struct RawCompromised {
    JsonNode const* node = nullptr;
    RawTarget captured;
    SimTime from;
};
struct RawBreak {
    JsonNode const* node = nullptr;
    Primitive primitive = Primitive::ml_kem;
    SimTime at;
};
struct RawDishonestRelay {
    JsonNode const* node = nullptr;
    RawTarget relay;
    Dishonesty does = Dishonesty::alter;
    double probability = 1;
    SimTime from;
    std::optional<SimTime> until;
};
struct RawMiddle {
    JsonNode const* node = nullptr;
    RawTarget link;
    MiddleOn on = MiddleOn::kem;
    SimTime from;
    std::optional<SimTime> until;
};
struct RawAdversary {
    JsonNode const* node = nullptr;
    std::string id;
    RawTaps taps;
    SimTime from;
    std::vector<RawCompromised> nodes;
    std::vector<RawBreak> breaks;
    std::vector<RawDishonestRelay> dishonest;
    std::vector<RawMiddle> middles;
};

} // namespace qkdes
