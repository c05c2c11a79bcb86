// Post-processing of the families that correct binary keys: decoy BB84, entangled pairs. Plain data; ranges are those
// the scenario table enforces, and a model may rely on them.
#pragma once
#include "models/postprocessing/correction.hpp"
#include "sim/base/units.hpp"

#include <cstdint>

namespace qkdes {

enum class EstimationMethod : std::uint8_t {
    other_basis, ///< phase error from the X basis alone; every Z bit is key (the X bits are revealed)
    sampling,    ///< a random sample of the Z bits is revealed to set up error correction, and is lost to the key
};

struct PostProcessingParameters {
    std::uint64_t block = 1'000'000; ///< sifted Z bits that make a block, [1e4, 1e9]
    EstimationMethod estimation = EstimationMethod::other_basis;
    double sample_fraction = 0.05; ///< of the Z bits, for `sampling`, (0, 0.5]
    CorrectionMethod correction = CorrectionMethod::cascade;
    std::uint64_t cascade_frame = 100'000; ///< bits that are corrected together, [1e3, 1e6]
    double eps_sec = 1e-9;                 ///< secrecy of a block, (0, 1e-3]
    double eps_cor = 1e-15;                ///< correctness of a block, (0, 1e-3]
    BitsPerSecond throughput{20e6};        ///< sifted bits per second that the hardware post-processes, > 0
    SimDuration longest_gathering = std::chrono::hours{1}; ///< a block is closed then, full or not
    double abort_qber = 0.11;                              ///< a block above it yields nothing
};

} // namespace qkdes
