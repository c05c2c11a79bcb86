#include "sim/study/sweep_points.hpp"

#include "sim/base/contracts.hpp"
#include "sim/base/rng.hpp"

#include <boost/random/sobol.hpp>

#include <numeric>
#include <utility>

namespace qkdes {
namespace {

std::vector<double> latin_hypercube(std::size_t axes, std::uint64_t points, std::uint64_t seed) {
    std::vector<double> out(axes * points);
    std::vector<std::uint64_t> part(points);
    for (std::size_t a = 0; a < axes; ++a) {
        RngStream rng{seed, "sweep/latin-hypercube", a};
        std::iota(part.begin(), part.end(), std::uint64_t{0});
        for (std::uint64_t i = points; i > 1; --i)
            std::swap(part[i - 1], part[rng.below(i)]);
        for (std::uint64_t p = 0; p < points; ++p)
            out[p * axes + a] = (static_cast<double>(part[p]) + rng.uniform()) / static_cast<double>(points);
    }
    return out;
}

std::vector<double> sobol(std::size_t axes, std::uint64_t points, std::uint64_t seed) {
    std::vector<double> out(axes * points);
    std::vector<std::uint64_t> shift(axes);
    for (std::size_t a = 0; a < axes; ++a)
        shift[a] = RngStream{seed, "sweep/sobol", a}.next();
    boost::random::sobol sequence{axes}; // begins with point 1
    for (std::uint64_t p = 0; p < points; ++p)
        for (std::size_t a = 0; a < axes; ++a) {
            std::uint64_t const bits = p == 0 ? 0 : sequence();
            out[p * axes + a] = static_cast<double>((bits ^ shift[a]) >> 11) * 0x1.0p-53;
        }
    return out;
}

} // namespace

SweepPoints::SweepPoints(SweepSpec const& spec, std::uint64_t seed) : spec_{spec} {
    QKDES_EXPECTS(!spec.axes.empty() && spec.points > 0);
    if (spec.design == SweepDesign::latin_hypercube) places_ = latin_hypercube(spec.axes.size(), spec.points, seed);
    if (spec.design == SweepDesign::sobol) places_ = sobol(spec.axes.size(), spec.points, seed);
}

std::vector<AxisValue> SweepPoints::values(std::uint64_t point) const {
    QKDES_EXPECTS(point < spec_.points);
    std::size_t const axes = spec_.axes.size();
    std::vector<AxisValue> out(axes);
    for (std::size_t a = axes; a-- > 0;) {
        SweepAxis const& axis = spec_.axes[a];
        if (!places_.empty()) {
            out[a] = axis.value(places_[point * axes + a]);
        } else if (spec_.design == SweepDesign::list) {
            out[a] = axis.levels[point];
        } else {
            out[a] = axis.levels[point % axis.levels.size()];
            point /= axis.levels.size();
        }
    }
    return out;
}

std::vector<std::string> SweepPoints::overrides(std::uint64_t point) const {
    std::vector<std::string> out;
    auto const all = values(point);
    for (std::size_t a = 0; a < all.size(); ++a)
        for (auto const& pointer : spec_.axes[a].at)
            out.push_back(pointer + "=" + all[a].json);
    return out;
}

} // namespace qkdes
