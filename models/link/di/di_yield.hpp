// What a device-independent link makes per second, in the mean, under calm conditions: for planning.
//
// Holds for:  blocks at their mean: a link whose expected S and Q pass the gates, which then makes key of every block.
// Leaves out: post-processing time, aborted blocks (1.3e-3 of them as planned), other correction than Cascade.
// Checked:    tests/models/link/di/di_round_test.cpp; against simulated blocks, di_operations_test.cpp.
#pragma once
#include "models/link/di/di_parameters.hpp"

namespace qkdes {

struct DiYield {
    double attempts = 0;   ///< per second, with the light's way to the station and back
    double heralds = 0;    ///< per second, false ones included
    double rounds = 0;     ///< per second that are kept: all heralds
    double chsh = 0;       ///< S, as it will be measured
    double qber = 0;       ///< Q of the key rounds, before Alice's own noise
    double asymptotic = 0; ///< bits per second: (1 - gamma) max(0, r) of each round
    double secret = 0;     ///< bits per second of finite blocks; 0 where S or Q miss the protocol's gates
};
DiYield di_yield(DiParameters const& parameters);

} // namespace qkdes
