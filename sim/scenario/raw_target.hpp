// What a fault or an adversary is aimed at, as it was read: a name, or a choice among what the scenario has.
#pragma once
#include "sim/scenario/raw_reference.hpp"

#include <cstdint>
#include <optional>

namespace qkdes {

/// A choice among what the scenario has, for scripts that know no names: pick_table.
enum class Pick : std::uint8_t { all, each, busiest, longest };
enum class PickOf : std::uint8_t { any, qkd, relays };
struct RawPick {
    JsonNode const* node = nullptr;
    Pick pick = Pick::all;
    PickOf of = PickOf::any;
    Reference group;
    std::uint32_t rank = 1;
};

/// The id of something, or a choice.
struct RawTarget : Reference {
    std::optional<RawPick> pick;
};

} // namespace qkdes
