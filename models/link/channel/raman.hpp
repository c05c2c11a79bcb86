// Light that classical channels in the same fibre scatter into the quantum channel: spontaneous Raman scattering.
//
//   P. Eraerds, N. Walenta, M. Legré, N. Gisin, H. Zbinden, "Quantum key distribution and 1 Gbps data encryption over a
//   single fibre", New J. Phys. 12, 063027 (2010), doi:10.1088/1367-2630/12/6/063027. With launch power P, attenuation
//   a (natural, per km), length L, scattering rho per km and nm, filter width dl:
//     co-propagating        P rho dl L e^(-a L)
//     counter-propagating   P rho dl (1 - e^(-2 a L)) / (2 a)      launched at the receiver's end
//   photons per second = power * lambda / (h c). They fall at random: click yield grows, error 1/2
//   (pulse_distribution.hpp).
//
// Holds for:  equal attenuation of both wavelengths, powers too small for stimulated scattering.
// Leaves out: the spectrum of rho (give each channel its own), four-wave mixing, finite isolation of the filters.
// Checked:    tests/models/link/channel/raman_test.cpp.
#pragma once
#include "models/link/channel/fibre.hpp"

#include <cstdint>
#include <span>

namespace qkdes {

enum class Propagation : std::uint8_t { with_quantum, against_quantum };

struct ClassicalChannel {
    double launch_dbm = 0; ///< at its own end of the fibre
    Propagation direction = Propagation::with_quantum;
    double scattering = 2e-9; ///< rho, per km and nm; 1e-9 to 3e-9 around 1550 nm
};
struct QuantumFilter {
    double wavelength_nm = 1550;
    double width_nm = 0.8;      ///< > 0
    Decibels insertion_loss{0}; ///< of the filter, where it is not part of the receiver's loss
};

/// Scattered photons per second behind the filter, at the receiver's input: FibreParameters::stray_light.
Hertz raman_light(FibreParameters const& fibre, std::span<ClassicalChannel const> channels,
                  QuantumFilter const& filter);

} // namespace qkdes
