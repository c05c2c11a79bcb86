// Lengths, spans, relays, ids and demands of an imported network, by hand.
#include "tests/sim/import/fixtures.hpp"

#include "sim/base/geography.hpp"
#include "sim/import/network.hpp"
#include "sim/import/site_ids.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/span_rate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

using test::parsed;

ImportedNetwork built(std::string const& text, ImportOptions const& options, std::vector<Diagnostic>* said = nullptr) {
    std::vector<Diagnostic> diagnostics;
    SourceText const source{text, "file"};
    auto network = build_network(parsed(text), options, source, diagnostics);
    if (said != nullptr) *said = diagnostics;
    return network;
}

/// What the import of a text is refused with.
Diagnostic refusal(std::string const& text, ImportOptions const& options) {
    auto const result = test::imported(text, options);
    EXPECT_FALSE(result.scenario);
    return result.diagnostics.empty() ? Diagnostic{} : result.diagnostics.back();
}

ImportOptions spans_of(double km) {
    ImportOptions options;
    options.max_span_km = km;
    return options;
}

double rate_of_all(ImportedNetwork const& network) {
    double sum = 0;
    for (auto const& pair : network.demands)
        sum += pair.per_second;
    return sum;
}

TEST(Geography, GreatCircles) {
    EXPECT_NEAR(great_circle_km({0, 0}, {90, 0}), 6371 * M_PI / 2, 1e-6);
    EXPECT_NEAR(great_circle_km({0, 179.5}, {0, -179.5}), 6371 * M_PI / 180, 1e-6); // across the date line
    EXPECT_NEAR(great_circle_km({42.88, -8.54}, {42.88, -8.54000001}), 8.15e-7, 1e-8);
    EXPECT_NEAR(great_circle_km({10, 20}, {-10, -160}), 6371 * M_PI,
                1e-3); // opposite, where the formula is least exact
    // Madrid to Lisbon: 502.5 km by the spherical law of cosines.
    double const a = 40.4168 * M_PI / 180, b = 38.7223 * M_PI / 180, l = (9.1393 - 3.7038) * M_PI / 180;
    EXPECT_NEAR(great_circle_km({40.4168, -3.7038}, {38.7223, -9.1393}),
                6371 * std::acos(std::sin(a) * std::sin(b) + std::cos(a) * std::cos(b) * std::cos(l)), 1e-6);
}

TEST(Geography, PointsBetweenDivideTheWay) {
    Place const a{52.37, 4.89}, b{-33.87, 151.21};
    double const whole = great_circle_km(a, b);
    for (double const share : {0.0, 0.1, 0.5, 0.9, 1.0}) {
        auto const p = between(a, b, share);
        EXPECT_NEAR(great_circle_km(a, p), share * whole, 1e-6);
        EXPECT_NEAR(great_circle_km(p, b), (1 - share) * whole, 1e-6);
    }
    EXPECT_NEAR(std::abs(between({10, 179}, {10, -179}, 0.5)[1]), 180, 1e-9);
}

TEST(SiteIds, AreOnesAScenarioTakes) {
    EXPECT_EQ(plain_id("Pais Vasco"), "pais-vasco");
    EXPECT_EQ(plain_id("  Málaga (Este) "), "malaga-este");
    EXPECT_EQ(plain_id("Łódź"), "lodz");
    EXPECT_EQ(plain_id("Straße 7"), "strasse-7");
    EXPECT_EQ(plain_id("北京"), "");
    EXPECT_EQ(plain_id("Beijing University of Posts"), "beijing-university-of");
    EXPECT_EQ(plain_id(std::string(1000, 'x')).size(), 22u);
    std::vector<Site> sites;
    for (auto const* name : {"Lugo", "lugo-2", "LUGO", "北京", "Lugo"})
        sites.push_back({"k" + std::to_string(sites.size()), name, {}, {}, 0});
    sites.push_back({"7", "", {}, {}, 0});
    auto const ids = ids_of(sites);
    std::vector<std::string> got;
    for (auto const& id : ids)
        got.push_back(id.id);
    EXPECT_EQ(got, (std::vector<std::string>{"lugo", "lugo-2", "lugo-3", "site-4", "lugo-4", "7"}));
    EXPECT_EQ(ids[3].note, "北京");
    EXPECT_EQ(ids[0].note, "");
    EXPECT_TRUE(ids[4].repeated);
}

TEST(Network, LoopsParallelsAndRepeatedNamesAreSaid) {
    std::vector<Diagnostic> said;
    auto const network = built(test::kGml, spans_of(60), &said);
    EXPECT_EQ(network.sites, 5u);
    EXPECT_EQ(network.lines, 5u);
    ASSERT_EQ(said.size(), 3u);
    EXPECT_NE(said[0].what.find("\"lugo-2\""), std::string::npos);
    EXPECT_NE(said[1].what.find("1 line from a site to itself left out: at \"vigo\""), std::string::npos);
    EXPECT_EQ(said[1].line, 16u);
    EXPECT_NE(said[2].what.find("1 line is merged"), std::string::npos);
    EXPECT_EQ(said[2].line, 15u);
    // Of two lines the shorter.
    auto const link = std::ranges::find(network.links, "lugo-2.vigo_1", &NetworkLink::id);
    ASSERT_NE(link, network.links.end());
    EXPECT_NEAR(link->km, 90.25 / 2, 0.051);
}

TEST(Network, LinesAreDividedEvenlyAndRelaysStandBetween) {
    auto options = spans_of(30);
    options.detour = 1.5;
    auto const network = built(test::kSndlib, options);
    Place const a{43.37, -8.40}, b{43.01, -7.56};
    double const km = great_circle_km(a, b) * 1.5;
    auto const spans = static_cast<std::size_t>(std::ceil(km / 30));
    EXPECT_EQ(spans, 4u);
    std::size_t previous = 0;
    for (std::size_t i = 0; i < spans; ++i) {
        auto const& link = network.links[i];
        EXPECT_EQ(link.id, "coruna.lugo_" + std::to_string(i + 1));
        EXPECT_EQ(link.a, previous);
        EXPECT_NEAR(link.km, km / 4, 0.051);
        previous = link.b;
        if (i + 1 == spans) break;
        auto const& relay = network.nodes[link.b];
        EXPECT_EQ(relay.id, "coruna.lugo-" + std::to_string(i + 1));
        EXPECT_NEAR(great_circle_km(a, *relay.at) * 1.5, km * double(i + 1) / 4, 1e-6);
    }
    EXPECT_EQ(previous, 1u);
    for (auto const& link : network.links)
        EXPECT_LE(link.km, 30.05);
}

TEST(Network, ALineOfExactlyASpanNeedsNoRelay) {
    auto const network = built("from,to,length_km\na,b,60\nb,c,60.1\n", spans_of(60));
    ASSERT_EQ(network.links.size(), 3u);
    EXPECT_EQ(network.links[0].id, "a.b");
    EXPECT_FALSE(network.nodes[network.links[1].b].at); // nobody knows where b and c are
    EXPECT_EQ(network.of_file, 2u);
}

TEST(Network, PlacesAreNotGuessed) {
    auto problem = refusal("from,to\na,b\n", spans_of(50));
    EXPECT_EQ(problem.line, 2u);
    EXPECT_NE(problem.what.find("\"a\" and \"b\""), std::string::npos);
    EXPECT_NE(problem.repair.find("--default-length"), std::string::npos);
    auto options = spans_of(50);
    options.default_length_km = 70;
    auto const network = built("from,to\na,b\n", options);
    EXPECT_EQ(network.links.size(), 2u);
    EXPECT_EQ(network.assumed, 1u);
}

TEST(Network, SitesAtOnePlaceHaveAShortFibre) {
    auto const text = "from,to,length_km\na,b,0\n";
    EXPECT_EQ(built(text, spans_of(50)).links[0].km, 5);
}

TEST(Network, PqcAloneWhereItIsWanted) {
    auto options = spans_of(40);
    options.pqc_only = {"vigo.ourense", "coruna"}; // either order; all lines of a site
    auto const network = built(test::kSndlib, options);
    for (auto const& link : network.links)
        EXPECT_EQ(link.qkd, link.id.starts_with("lugo.ourense")) << link.id;
    options.pqc_only = {"vigo.ourence"};
    auto const problem = refusal(test::kSndlib, options);
    EXPECT_EQ(problem.file, "--pqc-only");
    EXPECT_EQ(problem.repair, "--pqc-only vigo.ourense");
}

TEST(Network, WithoutRelaysLongLinesHaveNoQkd) {
    auto options = spans_of(100);
    options.relays = false;
    std::vector<Diagnostic> said;
    auto const network = built("from,to,length_km\na,b,100\nb,c,101\n", options, &said);
    ASSERT_EQ(network.links.size(), 2u);
    EXPECT_TRUE(network.links[0].qkd);
    EXPECT_FALSE(network.links[1].qkd);
    ASSERT_EQ(said.size(), 1u);
    EXPECT_NE(said[0].what.find("\"b.c\""), std::string::npos);
}

// The longest span is where the device's rate crosses what is asked: more asked, shorter spans, and never less given.
TEST(Network, TheSpanFollowsFromTheRate) {
    std::vector<Diagnostic> problems;
    auto const rates = SpanRates::of("toshiba-ld", 0.2, "--device", problems);
    ASSERT_TRUE(rates && problems.empty());
    double last = 1e9;
    for (double const rate : {1e3, 1e4, 5e4, 2e5, 1e6}) {
        double const km = rates->reach(rate);
        EXPECT_LT(km, last);
        EXPECT_GE(rates->over(km).bits_per_second, rate);
        EXPECT_LT(rates->over(km + 2).bits_per_second, rate);
        last = km;
        auto options = ImportOptions{};
        options.min_rate = rate;
        auto const network = built(test::kSndlib, options);
        EXPECT_EQ(network.span_km, std::floor(km));
        EXPECT_GE(network.least_rate, rate);
        for (auto const& link : network.links)
            EXPECT_GE(rates->over(link.km).bits_per_second, 0.99 * rate);
    }
    EXPECT_EQ(rates->reach(1e12), 0);
    auto options = ImportOptions{};
    options.min_rate = 1e12;
    EXPECT_EQ(refusal(test::kSndlib, options).file, "--min-rate");
    options = spans_of(400);
    EXPECT_EQ(refusal(test::kSndlib, options).file, "--max-span");
    options = {};
    options.device = "toshiba-lb";
    EXPECT_NE(refusal(test::kSndlib, options).what.find("toshiba-lb"), std::string::npos);
}

TEST(Demands, GravityByHand) {
    ImportOptions options = spans_of(50);
    options.weight = "population";
    options.exponent = 2;
    options.rate = 10;
    options.pairs = 3;
    auto text = test::kGml;
    auto const network = built(text, options);
    EXPECT_EQ(network.model, DemandModel::gravity);
    ASSERT_EQ(network.demands.size(), 3u);
    struct Pair {
        std::size_t from, to;
        double w;
    };
    std::vector<Pair> all;
    double const weights[] = {250, 98, 105, 295};
    for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t j = i + 1; j < 4; ++j) {
            double const km = std::max(25.0, great_circle_km(*network.nodes[i].at, *network.nodes[j].at));
            all.push_back({i, j, weights[i] * weights[j] / (km * km)});
        }
    std::ranges::sort(all, std::greater{}, &Pair::w);
    double const sum = all[0].w + all[1].w + all[2].w;
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(network.demands[i].from, all[i].from);
        EXPECT_EQ(network.demands[i].to, all[i].to);
        EXPECT_NEAR(network.demands[i].per_second, 10 * all[i].w / sum, 1e-9);
    }
}

TEST(Demands, WithoutPlacesTheWayOverTheFibresCounts) {
    ImportOptions options = spans_of(50);
    options.detour = 1;
    options.min_distance_km = 1;
    auto const network = built("from,to,length_km\na,b,100\nb,c,100\nc,d,300\n", options);
    // Weights are numbers of lines: 1, 2, 2, 1. a-b 2/100, b-c 4/100, a-c 2/200, c-d 2/300, b-d 2/400, a-d 1/500.
    double const sum = 0.02 + 0.04 + 0.01 + 2.0 / 300 + 0.005 + 0.002;
    ASSERT_EQ(network.demands.size(), 6u);
    EXPECT_EQ(network.demands[0].from, 1u);
    EXPECT_NEAR(network.demands[0].per_second, 4 * 0.04 / sum, 1e-12);
    EXPECT_NEAR(network.demands[5].per_second, 4 * 0.002 / sum, 1e-12);
    EXPECT_NEAR(rate_of_all(network), 4, 1e-12);
}

TEST(Demands, OfTheFileUniformAndNone) {
    ImportOptions options = spans_of(50);
    auto network = built(test::kSndlib, options);
    EXPECT_EQ(network.model, DemandModel::file);
    ASSERT_EQ(network.demands.size(), 2u); // the third is of a site with itself
    EXPECT_EQ(network.demands[0].to, 3u);
    EXPECT_NEAR(network.demands[0].per_second, 3, 1e-12);
    EXPECT_NEAR(network.demands[1].per_second, 1, 1e-12);
    options.demands = DemandModel::uniform;
    network = built(test::kSndlib, options);
    ASSERT_EQ(network.demands.size(), 6u);
    for (auto const& pair : network.demands)
        EXPECT_NEAR(pair.per_second, 4.0 / 6, 1e-12);
    options.demands = DemandModel::none;
    EXPECT_TRUE(built(test::kSndlib, options).demands.empty());
}

TEST(Demands, OnlyOfSitesThatLinesJoin) {
    std::vector<Diagnostic> said;
    auto const network = built("from,to,length_km\na,b,10\nc,d,10\n", spans_of(50), &said);
    ASSERT_EQ(network.demands.size(), 2u);
    EXPECT_EQ(network.demands[0].to, 1u);
    ASSERT_EQ(said.size(), 1u);
    EXPECT_NE(said[0].what.find("in 2 parts"), std::string::npos);
}

TEST(Demands, AWeightThatASiteDoesNotHave) {
    ImportOptions options = spans_of(50);
    options.weight = "inhabitants";
    auto const problem = refusal(test::kGml, options);
    EXPECT_EQ(problem.line, 6u);
    EXPECT_NE(problem.because.find("\"population\""), std::string::npos);
}

// The text is what a scenario's parser takes, without a warning, and says what was assumed.
TEST(ImportedScenario, LoadsAndSaysWhereItIsFrom) {
    for (auto const& text : {test::kGml, test::kGraphMl, test::kSndlib}) {
        ImportOptions options;
        options.source_name = "five.gml";
        options.name = "five";
        auto const result = test::imported(text, options);
        ASSERT_TRUE(result.scenario) << format_diagnostics(result.diagnostics);
        auto const loaded = load_scenario_text(*result.scenario, "text");
        ASSERT_TRUE(loaded.ok() && loaded.diagnostics.empty()) << format_diagnostics(loaded.diagnostics);
        EXPECT_EQ(loaded.scenario->nodes.size(), result.sites + result.relays);
        EXPECT_EQ(loaded.scenario->links.size(), result.links);
        EXPECT_EQ(loaded.scenario->demands.size(), result.demands);
        EXPECT_NE(result.scenario->find("Imported from five.gml"), std::string::npos);
        EXPECT_NE(result.scenario->find("Devices are assumed: toshiba-ld"), std::string::npos);
        auto const lines = static_cast<std::size_t>(std::ranges::count(*result.scenario, '\n'));
        EXPECT_GT(lines,
                  loaded.scenario->nodes.size() + loaded.scenario->links.size() + loaded.scenario->demands.size());
    }
}

TEST(ImportedScenario, DemandsBeginWhenTheSlowestLinkHasKey) {
    ImportOptions options;
    auto result = test::imported(test::kSndlib, options);
    EXPECT_GT(result.start_s, 0);
    EXPECT_LT(result.start_s, 3600);
    std::vector<Diagnostic> problems;
    auto const rates = SpanRates::of("toshiba-ld", 0.2, "", problems);
    double const block = rates->over(result.span_km).block_seconds;
    EXPECT_LE(result.start_s, block + 60);
    options.duration_s = 60;
    result = test::imported(test::kSndlib, options);
    EXPECT_EQ(result.start_s, 0);
    EXPECT_EQ(result.diagnostics.back().severity, Severity::warning);
    ASSERT_TRUE(result.scenario);
    EXPECT_TRUE(load_scenario_text(*result.scenario, "text").ok());
}

} // namespace
} // namespace qkdes
