#include "sim/study/plan/levels.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qkdes {

std::string_view to_string(Holds holds) {
    static constexpr std::string_view names[] = {"holds", "fails", "undecided"};
    return names[static_cast<std::size_t>(holds)];
}

namespace {

LevelVerdict judge_one(ServiceLevel const& level, std::span<double const> values, double confidence) {
    std::vector<double> known;
    for (double const x : values)
        if (!std::isnan(x)) known.push_back(x);
    LevelVerdict out;
    if (known.empty()) {
        out.holds = Holds::no;
        out.margin = -std::numeric_limits<double>::infinity();
        return out;
    }
    Estimate const mean = mean_estimate(known, confidence);
    bool const good_below = mean.high <= level.bound, good_above = mean.low >= level.bound;
    bool const bad_below = mean.high<level.bound, bad_above = mean.low> level.bound;
    if (level.at_least ? good_above : good_below)
        out.holds = Holds::yes;
    else if (level.at_least ? bad_below : bad_above)
        out.holds = Holds::no;
    double const gap = level.at_least ? mean.value - level.bound : level.bound - mean.value;
    out.margin = gap / (level.bound == 0 ? 1 : std::abs(level.bound));
    out.mean = mean;
    return out;
}

} // namespace

std::size_t Judgement::tightest() const {
    QKDES_EXPECTS(!levels.empty());
    return static_cast<std::size_t>(std::ranges::min_element(levels, {}, &LevelVerdict::margin) - levels.begin());
}

Judgement judge(std::span<ServiceLevel const> levels, std::span<std::vector<double> const> values, double confidence,
                std::uint64_t looks) {
    QKDES_EXPECTS(!levels.empty() && values.size() == levels.size() && looks >= 1);
    double const each = 1 - (1 - confidence) / static_cast<double>(looks) / static_cast<double>(levels.size());
    Judgement out{Holds::yes, {}};
    for (std::size_t l = 0; l < levels.size(); ++l) {
        out.levels.push_back(judge_one(levels[l], values[l], each));
        Holds const one = out.levels.back().holds;
        if (one == Holds::no || out.holds == Holds::no)
            out.holds = Holds::no;
        else if (one == Holds::undecided)
            out.holds = Holds::undecided;
    }
    return out;
}

std::uint64_t looks_of(PlanEffort const& effort) {
    std::uint64_t looks = 1;
    for (std::uint64_t n = effort.first_replications; n < effort.most_replications; n *= 2)
        ++looks;
    return looks;
}

} // namespace qkdes
