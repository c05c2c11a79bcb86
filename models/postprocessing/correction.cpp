#include "models/postprocessing/correction.hpp"

#include "models/postprocessing/cascade.hpp"
#include "models/postprocessing/cascade_variants.hpp"
#include "models/postprocessing/ldpc/ldpc.hpp"
#include "sim/base/contracts.hpp"

namespace qkdes {

CorrectionResult correct_block(CorrectionMethod method, Bits const& alice, Bits const& bob, std::size_t frame_bits,
                               double qber_estimate, std::uint64_t public_seed, Conversation* conversation) {
    switch (method) {
    case CorrectionMethod::cascade:
        return correct_in_frames(alice, bob, frame_bits, CascadeParameters{.qber_estimate = qber_estimate}, public_seed,
                                 conversation);
    case CorrectionMethod::cascade_original:
        return correct_in_frames(alice, bob, frame_bits, CascadeVariant::original, qber_estimate, public_seed,
                                 conversation);
    case CorrectionMethod::cascade_biconf:
        return correct_in_frames(alice, bob, frame_bits, CascadeVariant::biconf, qber_estimate, public_seed,
                                 conversation);
    case CorrectionMethod::ldpc:
        return ldpc_correct_in_frames(alice, bob, frame_bits, {qber_estimate, ldpc::Effort::fast}, public_seed,
                                      conversation);
    case CorrectionMethod::ldpc_best:
        return ldpc_correct_in_frames(alice, bob, frame_bits, {qber_estimate, ldpc::Effort::best}, public_seed,
                                      conversation);
    }
    QKDES_EXPECTS(false);
    return {};
}

} // namespace qkdes
