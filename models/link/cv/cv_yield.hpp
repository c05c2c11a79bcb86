// Planning rates of a CV-QKD link, per second: every stage a key bit passes, so that a plot can show where it is lost.
//
// Formulas of cv_rates.hpp with the expected channel (calm), an efficiency and a frame error rate, and
// worst-case estimates where they are expected to lie. A real block pays what its own reconciliation leaks. Checked:
// against the mean of blocks, tests/models/link/cv/cv_fidelity_test.cpp.
#pragma once
#include "models/link/cv/cv_parameters.hpp"

namespace qkdes {

struct CvYield {
    double transmittance = 0, excess_noise = 0;  ///< of the channel; noise at its input, SNU
    double snr = 0;                              ///< per real quadrature
    double efficiency = 0, frame_error_rate = 0; ///< beta and FER of reconciliation
    double symbols = 0;                          ///< data symbols per second, without reference pulses
    double used = 0;                             ///< of these, in reconciliation frames (the rest is revealed)
    double mutual = 0;                           ///< I(A:B) of the used symbols, bits per second
    double corrected = 0;                        ///< beta I of the frames that do not fail
    double holevo = 0;                           ///< chi_BE at the estimates, bits per second of the frames kept
    double secret_asymptotic = 0;                ///< of all data symbols: nothing revealed, no frame lost
    double secret = 0; ///< finite size at post.block symbols a block (or as many as the longest gathering gives)
};
/// With the codes that a block would take, and the frame errors that reconciliation's cost model expects of them (no
/// key where no code reaches).
CvYield cv_yield(CvParameters const& parameters);
/// With these, as papers quote them; `in_frames` is the share of the values not revealed that fill whole frames.
CvYield cv_yield_at(CvParameters const& parameters, double efficiency, double frame_error_rate, double in_frames = 1);

} // namespace qkdes
