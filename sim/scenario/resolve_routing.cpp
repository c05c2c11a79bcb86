// What must hold between the keys of `routing`, and which of them the policy reads.
#include "sim/scenario/resolve.hpp"

#include <fmt/format.h>

namespace qkdes {

namespace {

void warn_about_unread(Resolution& r, JsonNode const& routing, std::initializer_list<std::string_view> keys,
                       std::string_view readers) {
    for (auto const key : keys)
        if (auto const* value = routing.find(key))
            r.reader.warning(*value, fmt::format("{} without effect", key), fmt::format("only {} it", readers),
                             "leave it out");
}

} // namespace

void check_routing(Resolution& r) {
    auto const* const routing = r.root.find("routing");
    if (routing == nullptr || !routing->is(JsonKind::object)) return;
    RoutingSpec const& spec = r.raw.routing;
    if (spec.news_lasts() <= spec.advertise_every)
        r.reader.error(
            place(*routing, "stale_after"), "news that are stale before they are repeated",
            "`stale_after` must be longer than `advertise_every`",
            fmt::format(R"("stale_after": "{} s")", spec.advertise_every.count() / 2 * 7 / 1'000'000'000 + 1));
    if (spec.policy == RoutingPolicy::static_dijkstra)
        warn_about_unread(r, *routing, {"advertise_every", "stale_after", "hold_down", "flood_hops", "signature"},
                          "policies other than `static-dijkstra` read");
    if (spec.policy != RoutingPolicy::k_shortest && spec.policy != RoutingPolicy::disjoint)
        warn_about_unread(r, *routing, {"paths"}, "`k-shortest` and `disjoint` read");
    if (spec.policy != RoutingPolicy::key_aware)
        warn_about_unread(r, *routing, {"level_cost", "level_scale", "wait_cost", "stale_cost"}, "`key-aware` reads");
}

} // namespace qkdes
