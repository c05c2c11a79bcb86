// Where trusted relays stand along a fibre, so that every span gives the key rate that is asked: the cheapest such set,
// or the smallest, exactly.
//
// Dynamic programming over the places from one end to the other: the best way to a place is the best way to the one
// before it and a span between them. Where it costs nothing, the slowest span is as fast as it can be, and among those
// the spans are as even as they can be (least sum of squares) - which is the order in which the answers are compared:
//   cheapest: price, relays, slowest span, evenness;   fewest: relays, price, slowest span, evenness.
//
// Shapes:     positions and lengths in steps of 0.1 km, to which they are rounded; prices in steps of 0.01.
// Holds for:  devices that make less key over more fibre, a fibre that is the same all along.
// Leaves out: that a relay's key management fails or that its key is read there (each is one more reader of the key);
// more
//             than one pair of devices on a span.
// Checked:    against all subsets of up to ten places, tests/sim/study/relay_placement_test.cpp; by simulation of the
//             placed chain, tests/sim/study/relay_placement_run_test.cpp.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace qkdes {

/// Where a relay may stand.
struct RelayPlace {
    std::string name; ///< may be empty
    double at_km = 0; ///< inside the path
    double price = 0; ///< of a relay there; not negative
};

/// A pair of devices that can serve a span.
struct PlacementDevice {
    std::string name;
    std::function<double(double km)> rate; ///< of key over so much fibre, bit/s; pure
    double price = 0;                      ///< of a pair; not negative
};

enum class PlacementAim : std::uint8_t { cheapest, fewest };

struct PlacementQuestion {
    double length_km = 0; ///< of the path, at most 100000
    std::vector<RelayPlace> places;
    std::vector<PlacementDevice> devices; ///< at least one
    double rate = 0;                      ///< that every span must give, bit/s; above 0
    double price_per_km = 0;              ///< of the fibre
    double lifetime_s = 0;                ///< over which key is delivered; above 0
    PlacementAim aim = PlacementAim::cheapest;
};

struct PlacedSpan {
    double from_km = 0, to_km = 0;
    std::size_t device = 0;
    double rate = 0;                  ///< bit/s
    double price = 0;                 ///< of its devices, its fibre and the relay at its end
    std::optional<std::size_t> relay; ///< at its end, index into places; none: the path's end
    double length_km() const { return to_km - from_km; }
};

struct Placement {
    std::vector<PlacedSpan> spans; ///< from one end to the other
    double price = 0;              ///< of all
    double rate = 0;               ///< end to end: that of the slowest span, bit/s
    double price_per_gbit = 0;     ///< of key delivered end to end at this rate over the lifetime
    std::size_t relays() const { return spans.size() - 1; }
};

struct PlacementAnswer {
    std::optional<Placement> placement;
    // Without one: no device bridges the gap between these two.
    double stuck_at_km = 0; ///< the farthest place that can be reached
    double next_at_km = 0;  ///< the next place beyond it, or the end
    double longest_km = 0;  ///< that any device bridges at the rate; 0: none
};

PlacementAnswer place_relays(PlacementQuestion const& question);

/// A stretch along the path, both ends included.
struct Stretch {
    double from_km = 0, to_km = 0;
};

/// A place every `step_km` from the beginning on, without those inside of stretches where there cannot be any.
std::vector<RelayPlace> places_every(double length_km, double step_km, double price,
                                     std::span<Stretch const> forbidden = {});

} // namespace qkdes
