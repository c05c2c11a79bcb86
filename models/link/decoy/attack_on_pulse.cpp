#include "models/link/decoy/attack_on_pulse.hpp"

#include "models/link/binary_entropy.hpp"
#include "models/link/decoy/block_gathering.hpp"
#include "models/link/decoy/pulse_distribution.hpp"
#include "models/link/small_math.hpp"

#include <algorithm>

namespace qkdes {
namespace {

/// Photon numbers beyond this have a chance below 1e-19 at mean 2.
constexpr unsigned kMostPhotons = 24;

std::array<double, kMostPhotons + 1> poisson(double mean) {
    std::array<double, kMostPhotons + 1> chances{};
    chances[0] = portable_exp(-mean);
    for (unsigned n = 1; n <= kMostPhotons; ++n)
        chances[n] = chances[n - 1] * mean / n;
    return chances;
}

/// Bob's share of the transmittance: what a line without loss leaves.
double receiver_transmittance(DecoyBb84Parameters const& p) {
    return p.receiver.efficiency * transmittance(p.receiver.loss);
}

/// Which shares of the pulses Eve lets pass, so that the signal's gain is what it was.
struct Splitting {
    double multiple = 0, single = 0; ///< f and g of the header
};

Splitting splitting(DecoyBb84Parameters const& p, ConditionStep const& condition) {
    double const mu = p.source.intensities[0], bob = receiver_transmittance(p);
    double const wanted = -portable_expm1(-mu * link_transmittance(p) * transmittance(condition.extra_loss));
    auto const chances = poisson(mu);
    double multiple = 0, lost = 1;
    for (unsigned n = 2; n <= kMostPhotons; ++n) {
        lost *= 1 - bob;
        multiple += chances[n] * (1 - lost);
    }
    if (multiple >= wanted) return {multiple > 0 ? wanted / multiple : 0, 0};
    double const single = chances[1] * bob;
    return {1, single > 0 ? std::min(1.0, (wanted - multiple) / single) : 0};
}

void split_photons(std::vector<Arrival>& ways, DecoyBb84Parameters const& p, ConditionStep const& condition,
                   Arrival way, unsigned k) {
    auto const share = splitting(p, condition);
    auto const chances = poisson(p.source.intensities[k]);
    double const attacked = way.weight;
    way.light = Arrival::Light::photons;
    auto const add = [&](double chance, unsigned photons, bool touched) {
        if (chance <= 0) return;
        way.weight = attacked * chance;
        way.photons = photons;
        way.touched = touched;
        ways.push_back(way);
    };
    double empty = 1;
    add(chances[1] * share.single, 1, false);
    empty -= chances[1] * share.single;
    for (unsigned n = 2; n <= kMostPhotons && chances[n] > 1e-18; ++n) {
        add(chances[n] * share.multiple, n - 1, true);
        empty -= chances[n] * share.multiple;
    }
    add(std::max(0.0, empty), 0, false);
}

void shift(std::vector<Arrival>& ways, DecoyBb84Parameters const& p, ConditionStep const& condition, Arrival way) {
    double const m = p.receiver.efficiency_mismatch;
    double const line = link_transmittance(p) * transmittance(condition.extra_loss) / receiver_transmittance(p);
    way.touched = true;
    way.weight /= 2;
    way.brightness = std::min(1 / (1 - m / 2), 1 / line);
    for (unsigned weak : {0u, 1u}) {
        way.efficiency = {1, 1};
        way.efficiency[weak] = 1 - m;
        ways.push_back(way);
    }
}

} // namespace

std::vector<Arrival> arrivals(DecoyBb84Parameters const& p, ConditionStep const& condition, unsigned k, bool in_x,
                              bool bit) {
    double const attacked = condition.attack == Attack::none ? 0.0 : condition.attacked;
    std::vector<Arrival> ways;
    Arrival way{.weight = 1 - attacked, .in_x = in_x, .bit = bit};
    if (way.weight > 0) ways.push_back(way);
    if (attacked <= 0) return ways;
    way.weight = attacked;
    switch (condition.attack) {
    case Attack::none:
        break;
    case Attack::intercept_resend:
        way.touched = true;
        way.weight = attacked / 2;
        ways.push_back(way); // her basis was Alice's
        way.in_x = !in_x;
        way.weight = attacked / 4;
        for (bool random : {false, true}) {
            way.bit = random;
            ways.push_back(way);
        }
        break;
    case Attack::photon_number_splitting:
        split_photons(ways, p, condition, way, k);
        break;
    case Attack::blinding:
        way.touched = true;
        way.light = Arrival::Light::steered;
        if (p.receiver.basis_choice == BasisChoice::active) {
            way.weight = attacked / 2;
            way.brightness = 2;
            ways.push_back(way);
            way.light = Arrival::Light::off;
        }
        ways.push_back(way);
        break;
    case Attack::time_shift:
        shift(ways, p, condition, way);
        break;
    }
    return ways;
}

double eve_information(DecoyBb84Parameters const& p, ConditionStep const& condition) {
    switch (condition.attack) {
    case Attack::none:
        return 0;
    case Attack::intercept_resend:
        return 0.5; // her basis was right half of the time, and then she knows the bit
    case Attack::photon_number_splitting:
    case Attack::blinding:
        return 1;
    case Attack::time_shift:
        return 1 - binary_entropy(1 / (2 - p.receiver.efficiency_mismatch));
    }
    return 0;
}

bool blinding_seen(DecoyBb84Parameters const& p, std::span<ConditionStep const> conditions, std::uint64_t pulses) {
    return p.receiver.blinding_monitor && std::any_of(conditions.begin(), conditions.end(), [&](auto const& c) {
               return c.attack == Attack::blinding && c.attacked > 0 && first_pulse_at(c.from, p.source.clock) < pulses;
           });
}

} // namespace qkdes
