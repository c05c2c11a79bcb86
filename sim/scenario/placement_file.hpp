// The question `relay_placement` of a study's `plan`:
//
//   "find": { "relay_placement": { "link": "madrid-barcelona", "rate": "50 kbit/s",
//             "devices": [{ "device": "ld", "price": 180000 }], "every": "1 km", "relay_price": 60000,
//             "forbidden": [{ "from": "120 km", "to": "150 km" }], "fibre_price": 500, "lifetime": "3650 d" } }
#pragma once
#include "sim/scenario/placement_spec.hpp"
#include "sim/scenario/raw_reference.hpp"
#include "sim/scenario/table.hpp"

#include <optional>
#include <vector>

namespace qkdes {

struct StudySpec;

struct RawRelayPlacement {
    struct Device {
        JsonNode const* node = nullptr;
        Reference device;
        double price = 0;
    };
    struct Site {
        JsonNode const* node = nullptr;
        RelayPlacementQuestion::Site site;
    };
    struct Forbidden {
        JsonNode const* node = nullptr;
        RelayPlacementQuestion::Forbidden stretch;
    };
    Reference link;
    std::vector<Device> devices;
    std::vector<Site> sites;
    std::vector<Forbidden> forbidden;
    std::optional<double> every_km;
    RelayPlacementQuestion rest; ///< its other values
};

Table<RawRelayPlacement> const& relay_placement_table();

/// What it means for the study's scenario; the rates of the chain's spans become the study's figures. Problems go to
/// the reader; the value counts only if there were none.
/// `node` is its object.
RelayPlacementQuestion resolve_relay_placement(Reader& reader, JsonNode const& node, RawRelayPlacement const& raw,
                                               StudySpec& study);

} // namespace qkdes
