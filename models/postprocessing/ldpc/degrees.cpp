#include "models/postprocessing/ldpc/degrees.hpp"

#include <array>
#include <cmath>

namespace qkdes::ldpc {
namespace {

struct Entry {
    double ratio;
    DegreeProfile profile;
};

constexpr std::array<Entry, 8> kProfiles{{
    {0.030, {0.009, 0.593, 0.174, 9, 14, 1.140}},
    {0.050, {0.034, 0.554, 0.313, 9, 33, 1.062}},
    {0.090, {0.088, 0.545, 0.242, 8, 24, 1.068}},
    {0.155, {0.149, 0.549, 0.207, 9, 23, 1.061}},
    {0.215, {0.208, 0.518, 0.186, 9, 22, 1.054}},
    {0.300, {0.288, 0.429, 0.180, 7, 22, 1.043}},
    {0.440, {0.399, 0.332, 0.169, 6, 20, 1.035}},
    {0.560, {0.450, 0.313, 0.158, 6, 20, 1.029}},
}};

} // namespace

DegreeProfile profile_for(double ratio) {
    Entry const* nearest = &kProfiles[0];
    for (Entry const& entry : kProfiles)
        if (std::abs(std::log(entry.ratio / ratio)) < std::abs(std::log(nearest->ratio / ratio))) nearest = &entry;
    DegreeProfile profile = nearest->profile;
    double const two = profile.two * std::fmin(1.5, ratio / nearest->ratio);
    profile.three += profile.two - two;
    profile.two = two;
    return profile;
}

} // namespace qkdes::ldpc
