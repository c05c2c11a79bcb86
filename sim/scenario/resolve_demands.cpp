#include "sim/scenario/resolve.hpp"

#include <fmt/format.h>

namespace qkdes {
namespace {

std::string as_time(SimTime t) {
    return print_quantity(static_cast<double>(t.time_since_epoch().count()), units::duration);
}

void check_times(Resolution& r, RawDemand const& raw) {
    SimTime const end{r.out.duration};
    if (r.knows_duration && raw.spec.start >= end)
        r.reader.error(place(*raw.node, "start"),
                       fmt::format("demand starts at {}, the run ends at {}", as_time(raw.spec.start), as_time(end)),
                       "a demand lies inside the run", R"("start": "0 s")");
    if (raw.stop && *raw.stop <= raw.spec.start)
        r.reader.error(place(*raw.node, "stop"), "demand stops before it starts",
                       fmt::format("\"start\" is {} and \"stop\" is {}", as_time(raw.spec.start), as_time(*raw.stop)),
                       "");
}

void check_arrivals(Resolution& r, RawDemand const& raw) {
    auto const& arrivals = place(*raw.node, "arrivals");
    int const kinds = int{raw.arrivals.poisson.has_value()} + int{raw.arrivals.closed_loop.has_value()} +
                      int{raw.arrivals.bursts.has_value()};
    if (kinds == 1) return;
    r.reader.error(arrivals,
                   kinds == 0   ? "no kind of arrivals"
                   : kinds == 2 ? "two kinds of arrivals"
                                : "three kinds of arrivals",
                   "a demand has exactly one of \"poisson\", \"closed_loop\" and \"bursts\"",
                   R"("arrivals": { "poisson": "2 /s" })");
}

void resolve_demand(Resolution& r, RawDemand const& raw) {
    DemandSpec demand = raw.spec;
    auto const from = r.applications.find(r.reader, raw.from), to = r.applications.find(r.reader, raw.to);
    if (from) demand.from = AppId{*from};
    if (to) demand.to = AppId{*to};
    if (raw.arrivals.poisson) demand.poisson = PoissonArrivals{raw.arrivals.poisson->value};
    demand.closed_loop = raw.arrivals.closed_loop;
    demand.bursts = raw.arrivals.bursts;
    demand.stop = raw.stop.value_or(SimTime{r.out.duration});
    if (r.reader.intact(raw.node)) {
        if (demand.ready && demand.ready->low >= demand.ready->high)
            r.reader.error(
                place(*raw.node, "ready"),
                fmt::format("\"low\" is {} and \"high\" is {}", demand.ready->low, demand.ready->high),
                "below \"low\" keys new ones are made, up to \"high\"",
                fmt::format("\"ready\": {{ \"low\": {0}, \"high\": {1} }}", demand.ready->low, 4 * demand.ready->low));
        if (from && r.out.applications[*from].rate.value > 0 &&
            std::uint64_t{demand.key_bits} * demand.number > r.out.applications[*from].burst)
            r.reader.error(place(*raw.node, "from"),
                           fmt::format("application \"{}\" may never ask for so much", raw.from.id),
                           fmt::format("a request is for {} bit, its \"burst\" is {} bit",
                                       std::uint64_t{demand.key_bits} * demand.number, r.out.applications[*from].burst),
                           fmt::format("\"burst\": \"{} bit\" at the application",
                                       std::uint64_t{demand.key_bits} * demand.number));
        check_times(r, raw);
        check_arrivals(r, raw);
        check_via(r, raw, demand);
        if (demand.key_bits % 8 != 0)
            r.reader.error(place(*raw.node, "key"), fmt::format("a key of {} bit", demand.key_bits),
                           "keys are delivered in whole bytes (ETSI GS QKD 014)",
                           fmt::format("\"key\": \"{} bit\"", (demand.key_bits + 7) / 8 * 8));
        if (from && to && *from == *to)
            r.reader.error(*raw.to.node, fmt::format("demand from application \"{}\" to itself", raw.from.id),
                           "a key is shared by two applications", "");
        else if (from && to && r.out.applications[*from].node.valid() &&
                 r.out.applications[*from].node == r.out.applications[*to].node)
            r.reader.error(*raw.to.node,
                           fmt::format("applications \"{}\" and \"{}\" are at the same node", raw.from.id, raw.to.id),
                           "there is nothing to distribute between them", "");
    }
    r.out.demands.push_back(std::move(demand));
}

} // namespace

void resolve_demands(Resolution& r) {
    for (auto const& raw : r.raw.applications) {
        AppSpec application = raw.spec;
        r.applications.add(r.reader, raw.spec.id, raw.node);
        if (auto const node = r.nodes.find(r.reader, raw.at)) application.node = NodeId{*node};
        r.out.applications.push_back(std::move(application));
    }
    if (unreadable_list(r, "applications", JsonKind::array)) r.applications.incomplete();
    for (auto const& raw : r.raw.demands)
        resolve_demand(r, raw);
}

} // namespace qkdes
