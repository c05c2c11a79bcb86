// Quantities carry their unit in their type; the number inside is always in the unit that the type names.
// Simulated time is int64 nanoseconds since the start of the run (292 years); picoseconds live inside link models.
#pragma once
#include <chrono>
#include <compare>
#include <cstdint>

namespace qkdes {

/// A double with a unit. Explicit in, explicit out (`.value`), closed under sums and scaling.
template <class Unit>
struct Quantity {
    double value = 0.0;
    constexpr Quantity() = default;
    constexpr explicit Quantity(double in_unit) : value{in_unit} {}
    constexpr auto operator<=>(Quantity const&) const = default;
    friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity{a.value + b.value}; }
    friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity{a.value - b.value}; }
    friend constexpr Quantity operator*(double factor, Quantity a) { return Quantity{factor * a.value}; }
    friend constexpr double operator/(Quantity a, Quantity b) { return a.value / b.value; }
};

using Kilometres = Quantity<struct KilometreUnit>;
using Decibels = Quantity<struct DecibelUnit>; ///< loss: positive attenuates
using DecibelsPerKm = Quantity<struct DecibelPerKmUnit>;
using Hertz = Quantity<struct HertzUnit>; ///< clock rates, dark counts, arrivals per second
using BitsPerSecond = Quantity<struct BitPerSecondUnit>;

constexpr Decibels operator*(DecibelsPerKm attenuation, Kilometres length) {
    return Decibels{attenuation.value * length.value};
}

/// Power transmittance of a loss, in (0, 1] for loss >= 0.
double transmittance(Decibels loss);

/// Never reads a clock: `now` comes from the engine (or, outside a simulation, from the Clock port).
struct SimClock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<SimClock, duration>;
    static constexpr bool is_steady = true;
};
using SimDuration = SimClock::duration;
using SimTime = SimClock::time_point;
static_assert(sizeof(SimDuration::rep) == 8);

constexpr SimTime kSimStart{};
constexpr SimTime kSimNever{SimDuration::max()};

constexpr double seconds(SimDuration d) { return static_cast<double>(d.count()) * 1e-9; }
constexpr double seconds(SimTime t) { return seconds(t.time_since_epoch()); }
/// Nearest nanosecond; saturates instead of overflowing.
SimDuration from_seconds(double s);

} // namespace qkdes
