// Where relays are to be placed, as a study's `plan` asks it: checked plain data.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace qkdes {

/// Along one link of the scenario, which a chain of spans and relays replaces. Prices are in whatever the study counts.
struct RelayPlacementQuestion {
    struct Device {
        std::size_t device = 0; ///< of Scenario::devices
        double price = 0;       ///< of a pair
    };
    struct Site {
        std::string id;
        double at_km = 0; ///< from the link's first node
        double price = 0; ///< of a relay there
    };
    struct Forbidden {
        double from_km = 0, to_km = 0;
    };
    std::size_t link = 0;        ///< of Scenario::links
    double rate = 0;             ///< bit/s that every span must give
    std::vector<Device> devices; ///< at least one
    std::vector<Site> sites;
    double every_km = 0;              ///< a place so often besides; 0: at the sites only
    double relay_price = 0;           ///< of a relay at these
    std::vector<Forbidden> forbidden; ///< no place in these
    double fibre_price = 0;           ///< of a kilometre
    double lifetime_s = 0;
    bool fewest = false; ///< relays, then the price; else the price first
};

/// Spans whose rates a run is asked for; longer chains are verified as far as that.
inline constexpr std::size_t kVerifiedSpans = 200;
/// The link of span number `index` (from 0) of a chain in place of link `id`.
inline std::string span_id(std::string const& id, std::size_t index) {
    return index == 0 ? id : id + "_" + std::to_string(index + 1);
}

} // namespace qkdes
