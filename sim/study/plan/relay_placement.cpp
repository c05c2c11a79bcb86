#include "sim/study/plan/relay_placement.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>
#include <compare>
#include <limits>
#include <map>

namespace qkdes {
namespace {

using Steps = std::int64_t; ///< of 0.1 km
using Cents = std::int64_t;
constexpr double kStepsPerKm = 10, kCents = 100;

Steps steps(double km) { return std::llround(km * kStepsPerKm); }
double km_of(Steps length) { return static_cast<double>(length) / kStepsPerKm; }

/// A device's rates at the lengths that were asked for.
class Rates {
  public:
    Rates(PlacementDevice const& device, double wanted, Steps longest) : device_{device} {
        Steps enough = -1, too_long = longest + 1; // by bisection, as more fibre gives less key
        while (too_long - enough > 1) {
            Steps const middle = (enough + too_long) / 2;
            (of(middle) >= wanted ? enough : too_long) = middle;
        }
        reach_ = enough;
    }
    double of(Steps length) {
        auto const [entry, fresh] = known_.try_emplace(length, 0.0);
        if (fresh) entry->second = device_.rate(km_of(length));
        return entry->second;
    }
    Steps reach() const { return reach_; } ///< -1: too slow even without fibre

  private:
    PlacementDevice const& device_;
    std::map<Steps, double> known_;
    Steps reach_ = -1;
};

/// What adds up along a path; the smaller the better.
struct Sum {
    std::int64_t first = 0, second = 0; ///< price and relays, in the order of the aim
    auto operator<=>(Sum const&) const = default;
};

struct Best {
    bool reached = false;
    Sum sum;
    double slowest = 0;      ///< rate of the slowest span
    std::int64_t uneven = 0; ///< sum of squared lengths
    std::size_t from = 0, device = 0;
};

class Search {
  public:
    explicit Search(PlacementQuestion const& question) : question_{question} {
        Steps const end = steps(question.length_km);
        for (std::size_t i = 0; i < question.places.size(); ++i)
            if (auto const at = steps(question.places[i].at_km); at > 0 && at < end) stops_.push_back({at, i});
        std::ranges::sort(stops_, {}, &Stop::at);
        stops_.insert(stops_.begin(), {0, kEnd});
        stops_.push_back({end, kEnd});
        for (auto const& device : question.devices)
            rates_.emplace_back(device, question.rate, end);
    }

    PlacementAnswer answer() {
        // The least sum, and with it the fastest slowest span; then, with spans no slower, the most even.
        auto best = walk(question_.rate, false);
        if (!best.back().reached) return stuck(best);
        best = walk(best.back().slowest, true);
        return {placement_of(best), 0, 0, 0};
    }

  private:
    static constexpr std::size_t kEnd = std::numeric_limits<std::size_t>::max();
    struct Stop {
        Steps at = 0;
        std::size_t place = kEnd;
    };

    Sum with_span(Sum sum, std::size_t to, std::size_t device) const {
        bool const relay = stops_[to].place != kEnd;
        Cents const price = std::llround(question_.devices[device].price * kCents) +
                            (relay ? std::llround(question_.places[stops_[to].place].price * kCents) : 0);
        bool const by_price = question_.aim == PlacementAim::cheapest;
        (by_price ? sum.first : sum.second) += price;
        (by_price ? sum.second : sum.first) += relay ? 1 : 0;
        return sum;
    }

    /// The best way to each stop over spans of at least `rate`; of equal sums the one whose slowest span is fastest, or
    /// the most even one. Either is exact: both parts of what is compared only get worse along a way.
    std::vector<Best> walk(double rate, bool even) {
        std::vector<Best> best(stops_.size());
        best[0].reached = true;
        best[0].slowest = std::numeric_limits<double>::infinity();
        for (std::size_t from = 0; from < stops_.size(); ++from) {
            if (!best[from].reached) continue;
            for (std::size_t to = from + 1; to < stops_.size(); ++to) {
                Steps const length = stops_[to].at - stops_[from].at;
                bool near = false;
                for (std::size_t d = 0; d < rates_.size(); ++d) {
                    if (length > rates_[d].reach()) continue;
                    near = true;
                    double const span = rates_[d].of(length);
                    if (span < rate) continue;
                    Best const candidate{true,
                                         with_span(best[from].sum, to, d),
                                         std::min(best[from].slowest, span),
                                         best[from].uneven + length * length,
                                         from,
                                         d};
                    if (better(candidate, best[to], even)) best[to] = candidate;
                }
                if (!near) break; // what is beyond is farther still
            }
        }
        return best;
    }

    static bool better(Best const& a, Best const& b, bool even) {
        if (!b.reached) return true;
        if (a.sum != b.sum) return a.sum < b.sum;
        return even ? a.uneven < b.uneven : a.slowest > b.slowest;
    }

    PlacementAnswer stuck(std::vector<Best> const& best) const {
        std::size_t last = 0;
        for (std::size_t i = 0; i < best.size(); ++i)
            if (best[i].reached) last = i;
        Steps longest = 0;
        for (auto const& device : rates_)
            longest = std::max(longest, device.reach());
        return {{}, km_of(stops_[last].at), km_of(stops_[last + 1].at), km_of(longest)};
    }

    Placement placement_of(std::vector<Best> const& best) {
        Placement out;
        out.rate = std::numeric_limits<double>::infinity();
        for (std::size_t to = stops_.size() - 1; to > 0; to = best[to].from) {
            auto const from = best[to].from, device = best[to].device;
            PlacedSpan span{km_of(stops_[from].at), km_of(stops_[to].at), device, 0, 0, {}};
            span.rate = rates_[device].of(stops_[to].at - stops_[from].at);
            span.price = question_.devices[device].price + span.length_km() * question_.price_per_km;
            if (stops_[to].place != kEnd) {
                span.relay = stops_[to].place;
                span.price += question_.places[stops_[to].place].price;
            }
            out.price += span.price;
            out.rate = std::min(out.rate, span.rate);
            out.spans.push_back(span);
        }
        std::ranges::reverse(out.spans);
        out.price_per_gbit = out.price / (out.rate * question_.lifetime_s / 1e9);
        return out;
    }

    PlacementQuestion const& question_;
    std::vector<Stop> stops_;
    std::vector<Rates> rates_;
};

} // namespace

PlacementAnswer place_relays(PlacementQuestion const& question) {
    QKDES_EXPECTS(question.length_km > 0 && question.length_km <= 1e5);
    QKDES_EXPECTS(!question.devices.empty() && question.rate > 0 && question.lifetime_s > 0);
    return Search{question}.answer();
}

std::vector<RelayPlace> places_every(double length_km, double step_km, double price,
                                     std::span<Stretch const> forbidden) {
    QKDES_EXPECTS(step_km > 0);
    std::vector<RelayPlace> places;
    for (std::size_t i = 1; static_cast<double>(i) * step_km < length_km - 1e-9; ++i) {
        double const at = static_cast<double>(i) * step_km;
        bool const clear = std::ranges::none_of(
            forbidden, [at](Stretch const& s) { return at >= s.from_km - 1e-9 && at <= s.to_km + 1e-9; });
        if (clear) places.push_back({"", at, price});
    }
    return places;
}

} // namespace qkdes
