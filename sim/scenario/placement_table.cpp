// The keys of `relay_placement`.
#include "sim/scenario/placement_file.hpp"
#include "sim/scenario/reference_key.hpp"
#include "sim/scenario/scenario_table.hpp"

namespace qkdes {
namespace {

constexpr Range kPrice{0, 1e12, false, false};

Table<RawRelayPlacement::Device> const& device_table() {
    using D = RawRelayPlacement::Device;
    static Table<D> const table{
        "placement-device",
        "A pair of devices that may serve a span.",
        reference("device", &D::device, "a device", "Of the scenario.", R"("metro")").must(R"("metro")"),
        number("price", at(&D::price), kPrice, "Of a pair.").must("180000"),
    };
    return table;
}

Table<RawRelayPlacement::Site> const& site_table() {
    using S = RawRelayPlacement::Site;
    using Q = RelayPlacementQuestion::Site;
    static Table<S> const table{
        "placement-site",
        "Where a relay may stand.",
        identifier("id", at(&S::site, &Q::id), "Its name, that no node has.", R"("zaragoza")").must(R"("zaragoza")"),
        quantity("at", at(&S::site, &Q::at_km), units::length, above(0, 1e5),
                 "Along the fibre from the link's first node.")
            .must(R"("310 km")"),
        number("price", at(&S::site, &Q::price), kPrice, "Of a relay there."),
    };
    return table;
}

Table<RawRelayPlacement::Forbidden> const& forbidden_table() {
    using F = RawRelayPlacement::Forbidden;
    using Q = RelayPlacementQuestion::Forbidden;
    static Table<F> const table{
        "placement-forbidden",
        "A stretch without relays, both ends included.",
        quantity("from", at(&F::stretch, &Q::from_km), units::length, from(0, 1e5), "Along the fibre.")
            .must(R"("120 km")"),
        quantity("to", at(&F::stretch, &Q::to_km), units::length, from(0, 1e5), "Along the fibre.").must(R"("150 km")"),
    };
    return table;
}

} // namespace

Table<RawRelayPlacement> const& relay_placement_table() {
    using R = RawRelayPlacement;
    using Q = RelayPlacementQuestion;
    static Table<R> const table{
        "relay-placement",
        "Where trusted relays stand on a link's fibre so that every span between them gives a rate: exactly the "
        "cheapest "
        "or the smallest set. The chain is then run in the link's place. Prices are plain numbers of any currency.",
        reference("link", &R::link, "a link", "The link that a chain is to replace; its fibre is the same all along.",
                  R"("madrid-barcelona")")
            .must(R"("madrid-barcelona")"),
        quantity("rate", at(&R::rest, &Q::rate), units::bit_rate, above(0, 1e15),
                 "Of key that every span must give, as blocks without disturbance make it on the mean.")
            .must(R"("50 kbit/s")"),
        list("devices", at(&R::devices), device_table(), "To choose from, span by span.")
            .must(R"([{ "device": "metro", "price": 180000 }])"),
        list("sites", at(&R::sites), site_table(), "Where a relay may stand."),
        quantity("every", at(&R::every_km), units::length, from(0.1, 1e5),
                 "A place for a relay so often, beside `sites`.")
            .such_as(R"("1 km")")
            .unless_given("1 km without `sites`, else none"),
        number("relay_price", at(&R::rest, &Q::relay_price), kPrice, "Of a relay at a place of `every`."),
        list("forbidden", at(&R::forbidden), forbidden_table(), "Where no relay can stand, at a site neither."),
        number("fibre_price", at(&R::rest, &Q::fibre_price), kPrice, "Of a kilometre of fibre."),
        quantity("lifetime", at(&R::rest, &Q::lifetime_s), units::duration, above(0, kCenturyNs),
                 "For which the price is paid, and in which key is delivered.")
            .must(R"("3650 d")"),
        choice<R, decltype(at(&R::rest, &Q::fewest).get), bool>(
            "aim", at(&R::rest, &Q::fewest),
            {{"cheapest", false, "The least price, then the fewest relays."},
             {"fewest", true, "The fewest relays, then the least price."}},
            "Which placement is best; of equals the one whose slowest span is fastest, then the most even one."),
    };
    return table;
}

} // namespace qkdes
