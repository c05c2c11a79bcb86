// Placement of relays: against all subsets of few places, and what must hold of any answer. Mutations that turn these
// red: comparing the slowest span before the price; taking the pass for evenness at the asked rate; leaving out the
// last place before a gap.
#include "sim/study/plan/relay_placement.hpp"
#include "tests/support/property.hpp"

#include "sim/base/rng.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace qkdes {
namespace {

/// 10^(-0.02 km) from `at_zero` on: 0.2 dB/km.
PlacementDevice device(std::string name, double at_zero, double price) {
    return {std::move(name), [at_zero](double km) { return at_zero * std::pow(10, -0.02 * km); }, price};
}

/// 1000 kbit/s on no fibre, so that 100 km give 10 kbit/s.
PlacementQuestion on(double length_km, double rate) {
    PlacementQuestion q;
    q.length_km = length_km;
    q.devices = {device("pair", 1e6, 100)};
    q.rate = rate;
    q.price_per_km = 1;
    q.lifetime_s = 1e6;
    q.places = places_every(length_km, 1, 10);
    return q;
}

Placement placed(PlacementQuestion const& question) {
    auto const answer = place_relays(question);
    EXPECT_TRUE(answer.placement);
    return answer.placement.value_or(Placement{});
}

TEST(RelayPlacement, EvenSpansOnAnEvenFibre) {
    for (double const length : {40.0, 100.0, 300.0, 600.0, 1200.0}) {
        auto const p = placed(on(length, 1e4)); // 100 km
        auto const spans = static_cast<std::size_t>(std::ceil(length / 100));
        ASSERT_EQ(p.spans.size(), spans) << length;
        for (auto const& span : p.spans)
            EXPECT_NEAR(span.length_km(), length / double(spans), 1e-9);
        EXPECT_NEAR(p.rate, 1e6 * std::pow(10, -0.02 * length / double(spans)), 1e-6);
        EXPECT_NEAR(p.price, double(spans) * 100 + double(spans - 1) * 10 + length, 1e-6);
        EXPECT_NEAR(p.price_per_gbit, p.price / (p.rate * 1e6 / 1e9), 1e-9);
    }
    // Where it does not divide, spans differ by a place.
    auto const p = placed(on(250, 1e4));
    ASSERT_EQ(p.spans.size(), 3u);
    auto const [least, most] = std::ranges::minmax(p.spans, {}, &PlacedSpan::length_km);
    EXPECT_NEAR(most.length_km() - least.length_km(), 1, 1e-9);
}

TEST(RelayPlacement, Limits) {
    EXPECT_EQ(placed(on(100, 1e4)).relays(), 0u);   // exactly the reach
    EXPECT_EQ(placed(on(100.1, 1e4)).relays(), 1u); // a step more
    EXPECT_EQ(placed(on(1, 1e4)).relays(), 0u);
    auto question = on(150, 1e4);
    question.places.clear();
    auto answer = place_relays(question); // no place
    EXPECT_FALSE(answer.placement);
    EXPECT_EQ(answer.stuck_at_km, 0);
    EXPECT_EQ(answer.next_at_km, 150);
    EXPECT_NEAR(answer.longest_km, 100, 1e-9);
    question = on(300, 2e6); // more than the device makes without fibre
    answer = place_relays(question);
    EXPECT_FALSE(answer.placement);
    EXPECT_EQ(answer.longest_km, 0);
    question = on(300, 1e4);
    question.places = {{"a", 90, 1}, {"b", 195, 1}, {"c", 250, 1}}; // 105 km between a and b
    answer = place_relays(question);
    EXPECT_FALSE(answer.placement);
    EXPECT_EQ(answer.stuck_at_km, 90);
    EXPECT_EQ(answer.next_at_km, 195);
}

TEST(RelayPlacement, NobodyStandsWhereItIsForbidden) {
    auto question = on(300, 1e4);
    Stretch const sea[] = {{60, 150}}; // where even spacing would put one
    question.places = places_every(300, 1, 10, sea);
    auto const p = placed(question);
    ASSERT_EQ(p.spans.size(), 4u); // 100 km from 59 km on end in the sea
    for (auto const& span : p.spans) {
        EXPECT_LE(span.length_km(), 100);
        EXPECT_TRUE(span.to_km < 60 || span.to_km > 150) << span.to_km;
    }
    Stretch const ocean[] = {{60, 170}};
    question.places = places_every(300, 1, 10, ocean);
    auto const answer = place_relays(question);
    EXPECT_FALSE(answer.placement);
    EXPECT_EQ(answer.stuck_at_km, 59);
    EXPECT_EQ(answer.next_at_km, 171);
}

// A cheap slow pair wherever it suffices, the dear fast one where places are far apart.
TEST(RelayPlacement, TheCheapestDeviceThatSuffices) {
    auto question = on(250, 1e4);
    question.devices = {device("fast", 1e7, 1000), device("slow", 1e6, 100)}; // 150 and 100 km
    question.places = {{"a", 80, 10}, {"b", 210, 10}};
    auto const p = placed(question);
    ASSERT_EQ(p.spans.size(), 3u);
    EXPECT_EQ(p.spans[0].device, 1u);
    EXPECT_EQ(p.spans[1].device, 0u);
    EXPECT_EQ(p.spans[2].device, 1u);
    EXPECT_EQ(p.spans[0].relay, 0u);
    EXPECT_FALSE(p.spans[2].relay);
}

// Relays are dear or pairs are: the aims differ.
TEST(RelayPlacement, FewestIsNotCheapest) {
    auto question = on(300, 1e4);
    question.devices = {device("fast", 1e7, 1000), device("slow", 1e6, 100)};
    EXPECT_EQ(placed(question).relays(), 2u);
    question.aim = PlacementAim::fewest;
    EXPECT_EQ(placed(question).relays(), 1u);
    question.aim = PlacementAim::cheapest;
    for (auto& place : question.places)
        place.price = 5000;
    EXPECT_EQ(placed(question).relays(), 1u);
}

TEST(RelayPlacement, MoreAskedIsNeverCheaperNorFewer) {
    double price = 0;
    std::size_t relays = 0;
    for (double rate = 1e3; rate < 9e5; rate *= 1.3) {
        auto const p = placed(on(400, rate));
        EXPECT_GE(p.price, price) << rate;
        EXPECT_GE(p.relays(), relays) << rate;
        EXPECT_GE(p.rate, rate);
        for (auto const& span : p.spans)
            EXPECT_GE(span.rate, rate);
        price = p.price;
        relays = p.relays();
    }
    EXPECT_GT(relays, 50u);
}

// --- against all answers ---------------------------------------------------------------------------------------------

/// Price, relays, slowest span (negative: faster is better), evenness.
using Merit = std::tuple<double, double, double, double>;

Merit merit_of(PlacementQuestion const& q, std::vector<double> const& at, std::vector<std::size_t> const& devices,
               double prices) {
    double slowest = 1e300, uneven = 0;
    for (std::size_t i = 0; i + 1 < at.size(); ++i) {
        double const km = std::round((at[i + 1] - at[i]) * 10) / 10;
        slowest = std::min(slowest, q.devices[devices[i]].rate(km));
        uneven += km * km;
        prices += q.devices[devices[i]].price;
    }
    auto const relays = static_cast<double>(at.size() - 2);
    return q.aim == PlacementAim::cheapest ? Merit{prices, relays, -slowest, uneven}
                                           : Merit{relays, prices, -slowest, uneven};
}

/// The least merit over all subsets of places and all devices on their spans; nothing if none gives the rate.
std::optional<Merit> by_brute_force(PlacementQuestion const& q) {
    std::optional<Merit> best;
    for (std::size_t subset = 0; subset < (std::size_t{1} << q.places.size()); ++subset) {
        std::vector<double> at{0};
        double prices = 0;
        for (std::size_t i = 0; i < q.places.size(); ++i)
            if ((subset >> i) & 1u) {
                at.push_back(q.places[i].at_km);
                prices += q.places[i].price;
            }
        at.push_back(q.length_km);
        std::ranges::sort(at);
        std::vector<std::size_t> devices(at.size() - 1, 0);
        for (bool more = true; more;) {
            auto const merit = merit_of(q, at, devices, prices);
            double const slowest = -std::get<2>(merit);
            if (slowest >= q.rate && (!best || merit < *best)) best = merit;
            more = false;
            for (auto& d : devices) {
                if (++d < q.devices.size()) {
                    more = true;
                    break;
                }
                d = 0;
            }
        }
    }
    return best;
}

TEST(RelayPlacement, IsTheBestOfAllThereAre) {
    RngStream random{1, "relay placement", 0};
    auto const below = [&](std::uint64_t n) { return random.next() % n; };
    int impossible = 0, with_ties = 0;
    for (int round = 0; round < 400; ++round) {
        PlacementQuestion q;
        q.length_km = 100 + double(below(300));
        q.rate = 5e3 * double(1 + below(20));
        q.lifetime_s = 1e6;
        q.aim = below(2) == 0 ? PlacementAim::cheapest : PlacementAim::fewest;
        q.devices = {device("a", 1e6, double(10 * (1 + below(3))))};
        if (below(2) == 0) q.devices.push_back(device("b", 4e6, double(10 * (1 + below(5)))));
        std::size_t const places = below(q.devices.size() == 1 ? 11 : 7);
        bool const one_price = below(2) == 0; // ties are common then
        for (std::size_t i = 0; i < places; ++i)
            q.places.push_back({"", double(1 + below(static_cast<std::uint64_t>(q.length_km * 10) - 2)) / 10,
                                one_price ? 20 : double(below(5)) * 10});
        auto const expected = by_brute_force(q);
        auto const answer = place_relays(q);
        ASSERT_EQ(answer.placement.has_value(), expected.has_value()) << round;
        if (!expected) {
            ++impossible;
            EXPECT_GT(answer.next_at_km, answer.stuck_at_km + answer.longest_km);
            continue;
        }
        std::vector<double> at{0};
        std::vector<std::size_t> devices;
        double prices = 0, total = 0;
        for (auto const& span : answer.placement->spans) {
            at.push_back(span.to_km);
            devices.push_back(span.device);
            if (span.relay) prices += q.places[*span.relay].price;
            total += span.price;
        }
        auto const merit = merit_of(q, at, devices, prices);
        EXPECT_EQ(std::get<0>(merit), std::get<0>(*expected)) << round;
        EXPECT_EQ(std::get<1>(merit), std::get<1>(*expected)) << round;
        EXPECT_EQ(std::get<2>(merit), std::get<2>(*expected)) << round;
        EXPECT_NEAR(std::get<3>(merit), std::get<3>(*expected), 1e-6) << round;
        EXPECT_NEAR(total, answer.placement->price, 1e-9);
        with_ties += one_price && answer.placement->relays() > 0;
    }
    EXPECT_GT(impossible, 20);
    EXPECT_GT(with_ties, 50);
}

TEST(RelayPlacement, TwoThousandKilometresAtOnce) {
    auto question = on(2000, 1e4);
    auto const p = placed(question);
    EXPECT_EQ(p.relays(), 19u);
}

} // namespace
} // namespace qkdes
