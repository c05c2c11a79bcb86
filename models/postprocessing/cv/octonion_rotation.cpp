#include "models/postprocessing/cv/octonion_rotation.hpp"

#include "models/postprocessing/cv/channel_value.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes::cv {
namespace {

using Quaternion = std::array<float, 4>;

Quaternion times(Quaternion const& p, Quaternion const& q) {
    return {
        p[0] * q[0] - p[1] * q[1] - p[2] * q[2] - p[3] * q[3], p[0] * q[1] + p[1] * q[0] + p[2] * q[3] - p[3] * q[2],
        p[0] * q[2] - p[1] * q[3] + p[2] * q[0] + p[3] * q[1], p[0] * q[3] + p[1] * q[2] - p[2] * q[1] + p[3] * q[0]};
}

Quaternion conj(Quaternion const& q) { return {q[0], -q[1], -q[2], -q[3]}; }

} // namespace

Octonion multiply(Octonion const& x, Octonion const& y) {
    Quaternion const a{x[0], x[1], x[2], x[3]}, b{x[4], x[5], x[6], x[7]};
    Quaternion const c{y[0], y[1], y[2], y[3]}, d{y[4], y[5], y[6], y[7]};
    Quaternion const ac = times(a, c), db = times(conj(d), b), da = times(d, a), bc = times(b, conj(c));
    Octonion out;
    for (std::size_t i = 0; i < 4; ++i) {
        out[i] = ac[i] - db[i];
        out[i + 4] = da[i] + bc[i];
    }
    return out;
}

Octonion conjugate(Octonion const& x) { return {x[0], -x[1], -x[2], -x[3], -x[4], -x[5], -x[6], -x[7]}; }

std::vector<RotationMessage> rotate_to_bits(std::span<float const> bob, Bits const& bits) {
    QKDES_EXPECTS(bob.size() % 8 == 0 && bits.size() == bob.size());
    std::vector<RotationMessage> out(bob.size() / 8);
    float const side = std::sqrt(0.125f);
    for (std::size_t k = 0; k < out.size(); ++k) {
        Octonion y, u;
        float square = 0;
        for (std::size_t i = 0; i < 8; ++i) {
            y[i] = bob[8 * k + i];
            square += y[i] * y[i];
        }
        out[k].norm = std::sqrt(square);
        float const scale = square > 0 ? side / out[k].norm : 0;
        auto const eight = bits.words()[k / 8] >> (8 * (k % 8));
        for (std::size_t i = 0; i < 8; ++i) {
            u[i] = eight >> i & 1 ? -1.0f : 1.0f;
            y[i] *= scale;
        }
        out[k].map = multiply(u, conjugate(y));
    }
    return out;
}

void channel_values(std::span<float const> alice, std::span<RotationMessage const> messages,
                    CvChannelEstimate const& channel, unsigned scale, std::span<std::int16_t> out) {
    QKDES_EXPECTS(alice.size() == 8 * messages.size() && out.size() == alice.size());
    // a / s2 = gain Vx / (Vx noise): the posterior of x given y.
    double const factor = 2 * channel.gain / channel.noise_variance / std::sqrt(8.0) * static_cast<double>(1u << scale);
    for (std::size_t k = 0; k < messages.size(); ++k) {
        Octonion x;
        std::copy_n(&alice[8 * k], 8, x.begin());
        Octonion const r = multiply(messages[k].map, x);
        float const strength = static_cast<float>(factor) * messages[k].norm;
        for (std::size_t i = 0; i < 8; ++i)
            out[8 * k + i] = to_channel_value(strength * r[i]);
    }
}

} // namespace qkdes::cv
