// Log-likelihood ratios as the decoder takes them.
#pragma once
#include <cstdint>

namespace qkdes::cv {

/// Nearest integer, halves away from 0, within +-32767. By hand: the library's rounding is slow without SSE4.1.
inline std::int16_t to_channel_value(float units) {
    if (!(units < 32767.0f)) return 32767;
    if (units < -32767.0f) return -32767;
    return static_cast<std::int16_t>(static_cast<int>(units + (units < 0 ? -0.5f : 0.5f)));
}

} // namespace qkdes::cv
