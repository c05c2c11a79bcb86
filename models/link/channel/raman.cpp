#include "models/link/channel/raman.hpp"

#include "sim/base/contracts.hpp"

#include <cmath>

namespace qkdes {

Hertz raman_light(FibreParameters const& fibre, std::span<ClassicalChannel const> channels,
                  QuantumFilter const& filter) {
    QKDES_EXPECTS(filter.width_nm > 0 && filter.wavelength_nm > 0);
    double const length = fibre.length.value, a = fibre.attenuation.value * std::log(10.0) / 10;
    double watts = 0;
    for (auto const& channel : channels) {
        double const power = 1e-3 * std::pow(10.0, channel.launch_dbm / 10);
        // Lengths over which light is scattered and what is scattered arrives.
        double const effective = channel.direction == Propagation::with_quantum ? length * std::exp(-a * length)
                                 : a > 0                                        ? -std::expm1(-2 * a * length) / (2 * a)
                                                                                : length;
        watts += power * channel.scattering * filter.width_nm * effective;
    }
    constexpr double planck_times_c = 6.62607015e-34 * 299'792'458.0;
    return Hertz{watts * filter.wavelength_nm * 1e-9 / planck_times_c * transmittance(filter.insertion_loss)};
}

} // namespace qkdes
