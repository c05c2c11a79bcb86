#include "sim/study/plan/search.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace qkdes {

namespace {

class Search {
  public:
    Search(SearchRange const& range, std::function<std::vector<Holds>(std::span<double const>)> const& judge)
        : range_{range}, judge_{judge} {
        QKDES_EXPECTS(range.least > 0 && range.least <= range.start && range.start <= range.most);
        QKDES_EXPECTS(range.precision > 0 && range.grain >= 0 && range.at_once >= 1);
    }

    SearchResult run() {
        bracket();
        while (cut()) {
        }
        auto const [holds, fails] = ends();
        if (holds) result_.holds = value_of(*holds);
        if (fails) result_.fails = value_of(*fails);
        for (auto const& [hardness, verdict] : known_)
            if (verdict == Holds::yes && fails && hardness > *fails) result_.monotone = false;
        return std::move(result_);
    }

  private:
    // Everything below is in terms of hardness, the logarithm of the value towards the hard side.
    double hardness_of(double value) const { return range_.larger_is_harder ? std::log(value) : -std::log(value); }
    double value_of(double hardness) const { return values_.at(hardness); }

    double quantised(double value) const {
        value = std::clamp(value, range_.least, range_.most);
        if (range_.grain == 0) return value;
        return std::max(1.0, std::round(value / range_.grain)) * range_.grain;
    }

    bool has(Holds what) const {
        return std::ranges::any_of(known_, [&](auto const& entry) { return entry.second == what; });
    }

    /// False when none of them is new.
    bool attempt(std::vector<double> const& wanted) {
        std::vector<double> fresh;
        for (double const each : wanted) {
            double const value = quantised(each);
            if (values_.emplace(hardness_of(value), value).second) fresh.push_back(value);
        }
        if (fresh.empty()) return false;
        auto const verdicts = judge_(fresh);
        QKDES_EXPECTS(verdicts.size() == fresh.size());
        for (std::size_t i = 0; i < fresh.size(); ++i) {
            known_[hardness_of(fresh[i])] = verdicts[i];
            result_.tried.push_back({fresh[i], verdicts[i]});
        }
        return true;
    }

    /// Powers of two from the start, `from` steps on, towards the hard side (`up`) or away from it.
    std::vector<double> steps(int from, bool up) const {
        std::vector<double> out;
        for (std::uint32_t i = 0; i < range_.at_once; ++i) {
            int const step = from + static_cast<int>(i);
            out.push_back(std::ldexp(range_.start, up == range_.larger_is_harder ? step : -step));
        }
        return out;
    }

    void bracket() {
        int const round = static_cast<int>(range_.at_once);
        attempt(steps(0, true));
        for (int from = round; !has(Holds::no) && attempt(steps(from, true));)
            from += round;
        for (int from = 1; !has(Holds::yes) && attempt(steps(from, false));)
            from += round;
    }

    std::pair<std::optional<double>, std::optional<double>> ends() const {
        std::optional<double> holds, fails;
        for (auto const& [hardness, verdict] : known_) { // from easy to hard
            if (verdict == Holds::yes) holds = hardness;
            if (verdict == Holds::no) {
                fails = hardness;
                break;
            }
        }
        return {holds, fails};
    }

    bool near(double easy, double hard) const {
        double const gap = std::abs(value_of(easy) - value_of(hard));
        return hard - easy <= std::log1p(range_.precision) * (1 + 1e-9) || gap <= range_.grain * (1 + 1e-9);
    }

    void points_between(double easy, double hard, std::vector<double>& out) const {
        if (near(easy, hard)) return;
        for (std::uint32_t i = 1; i <= range_.at_once; ++i) {
            double const hardness = easy + (hard - easy) * i / (range_.at_once + 1);
            out.push_back(range_.larger_is_harder ? std::exp(hardness) : std::exp(-hardness));
        }
    }

    /// One round inside the bracket; false when it is as narrow as asked for.
    bool cut() {
        auto const [holds, fails] = ends();
        std::optional<double> first, last; // undecided between the ends
        for (auto const& [hardness, verdict] : known_)
            if (verdict == Holds::undecided && (!holds || hardness > *holds) && (!fails || hardness < *fails)) {
                if (!first) first = hardness;
                last = hardness;
            }
        std::vector<double> next;
        if (holds && (first || fails)) points_between(*holds, first ? *first : *fails, next);
        if (last && fails) points_between(*last, *fails, next);
        return !next.empty() && attempt(next);
    }

    SearchRange const& range_;
    std::function<std::vector<Holds>(std::span<double const>)> const& judge_;
    std::map<double, Holds> known_;
    std::map<double, double> values_; ///< by hardness: what was tried, exactly
    SearchResult result_;
};

} // namespace

bool SearchResult::undecided() const {
    return std::ranges::any_of(tried, [&](Tried const& each) {
        if (each.holds != Holds::undecided || !holds || !fails) return false;
        return std::min(*holds, *fails) < each.value && each.value < std::max(*holds, *fails);
    });
}

SearchResult search(SearchRange const& range, std::function<std::vector<Holds>(std::span<double const>)> const& judge) {
    return Search{range, judge}.run();
}

} // namespace qkdes
