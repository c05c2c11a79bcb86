#include "models/link/entangled/normal_batch.hpp"

#include "models/link/log_batch.hpp"
#include "sim/base/portable_math.hpp"

#include <cmath>

namespace qkdes {
namespace {

constexpr double kEdge = 3.6541528853610088;        ///< where the tail begins
constexpr double kArea = 0.00492867323397465524494; ///< of each layer

struct Layers {
    std::array<double, 257> x{}; ///< right edges, from the base up; x[0] is wide enough for base and tail
    std::array<double, 257> y{}; ///< exp(-x^2 / 2)
    Layers() {
        auto const density = [](double at) { return portable_exp(-at * at / 2); };
        x[0] = kArea / density(kEdge);
        x[1] = kEdge;
        for (unsigned i = 2; i < 256; ++i)
            x[i] = std::sqrt(-2 * portable_log(kArea / x[i - 1] + density(x[i - 1])));
        x[256] = 0;
        for (unsigned i = 0; i < 257; ++i)
            y[i] = density(x[i]);
    }
};

double tail(WordBuffer& words) {
    for (;;) {
        double const x = -portable_log(open_uniform(words.next())) / kEdge;
        double const y = -portable_log(open_uniform(words.next()));
        if (2 * y > x * x) return kEdge + x;
    }
}

} // namespace

void WordBuffer::refill() {
    rng_.fill(std::span<std::uint64_t>{words_});
    at_ = 0;
}

double fast_normal(WordBuffer& words) {
    static Layers const layers;
    for (;;) {
        std::uint64_t const draw = words.next();
        unsigned const i = draw & 255;
        double const sign = draw & 256 ? -1.0 : 1.0;
        double const x = open_uniform(draw) * layers.x[i]; // the upper 52 bits
        if (x < layers.x[i + 1]) return sign * x;
        if (i == 0) return sign * tail(words);
        double const height = layers.y[i] + open_uniform(words.next()) * (layers.y[i + 1] - layers.y[i]);
        if (height < portable_exp(-x * x / 2)) return sign * x;
    }
}

} // namespace qkdes
